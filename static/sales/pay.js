// The payment sheet. What was sent stays noted until an answer came: when it is unsure whether the
// payment arrived, the same one is offered again, and its key makes sure that it is taken once.
import { formatMoney, fromCents, toCents } from "./money.js";

const store = `till-sending-${document.getElementById("order").dataset.cafe}`;
const form = () => document.getElementById("pay-form");

// What is not for this method keeps its room, so that Take stays where it is.
function shown(part, method) {
  part.toggleAttribute("data-away", !part.dataset.method.split(" ").includes(method));
}

function refresh() {
  const { method, tendered } = form().elements;
  if (!method) return;
  for (const part of form().querySelectorAll("[data-method]")) shown(part, method.value);
  const due = toCents(form().dataset.due);
  const cash = method.value === "card" ? due : toCents(tendered.value);
  const isShort = !(cash > 0) || (method.value === "cash" && cash < due);
  sayChange(method.value, cash, due);
  const submit = form().querySelector("[type=submit]");
  submit.disabled = isShort;
  form().querySelector("[data-take]").textContent = takes(method.value, cash, due);
  for (const button of form().querySelectorAll("[data-amount]")) {
    button.setAttribute("aria-pressed", String(toCents(button.dataset.amount) === cash));
  }
}

function sayChange(method, cash, due) {
  const box = document.getElementById("change");
  const [words, output] = box.children;
  const rest = (cash || 0) - due;
  const toCard = method === "split" && rest < 0;
  words.textContent = toCard ? "On the card" : rest < 0 ? "Short by" : "Change";
  output.textContent = formatMoney(Math.abs(rest));
  box.dataset.state = toCard || rest === 0 ? "" : rest < 0 ? "short" : "ok";
}

function takes(method, cash, due) {
  if (method === "split" && cash < due) return `Take ${formatMoney(cash || 0)} cash, ${formatMoney(due - (cash || 0))} card`;
  return `Take ${formatMoney(cash || 0)}`;
}

// A part that was meant to go beside the card is no sensible offer for all of it.
function offerExact() {
  form().elements.tendered.value = fromCents(toCents(form().dataset.due));
}

document.addEventListener("input", ({ target }) => {
  if (target.form?.id !== "pay-form") return;
  if (target.name === "method" && target.value === "cash") offerExact();
  refresh();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.matches("[data-pay]")) openSheet();
  if (!button?.matches("#pay-form [data-amount]")) return;
  form().elements.tendered.value = fromCents(toCents(button.dataset.amount));
  refresh();
});

function openSheet() {
  document.getElementById("payment").dispatchEvent(new CustomEvent("payment"));
}

// The amount is chosen whole on first touch, so that typing replaces it.
document.addEventListener("focusin", (event) => event.target.id === "tendered" && event.target.select());

// --- sure and unsure

function note(value) {
  try {
    if (value) sessionStorage.setItem(store, JSON.stringify(value));
    else sessionStorage.removeItem(store);
  } catch {
    // Without storage a reload forgets that a payment was under way; its key still guards it.
  }
}

function noted() {
  try {
    return JSON.parse(sessionStorage.getItem(store));
  } catch {
    return null;
  }
}

function sayUnsure() {
  if (!form()) return;
  document.getElementById("unsure").hidden = false;
  form().querySelector("[data-take]").textContent = "Try again";
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (!event.target.matches("#pay-form[data-keyed]")) return;
  const { method, tendered, due } = event.target.elements;
  note({ method: method?.value ?? "", tendered: tendered?.value ?? "", due: due.value });
});

// A refusal is an answer too: nothing was sold. A server that broke down may have sold it all the same.
document.addEventListener("htmx:afterRequest", (event) => {
  const { xhr, requestConfig } = event.detail; // the form itself may have been swapped away
  const asks = requestConfig.elt.id;
  if (asks === "payment" && xhr.status === 409) note(null);
  if (asks !== "pay-form") return;
  if (xhr.status && xhr.status < 500) note(null);
  else sayUnsure();
});

// The sheet tells the server what was under way: if it had arrived, the answer is its order.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.target.id === "payment" && noted()) Object.assign(event.detail.parameters, noted());
});

// The sheet says so itself, and a message over it would only cover the button.
for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(failure, (event) => {
    const { xhr, requestConfig } = event.detail;
    if (requestConfig?.elt.id === "pay-form" && (!xhr.status || xhr.status >= 500)) event.stopPropagation();
  }, true);
}

function resume() {
  const sending = noted();
  if (!sending) return;
  const { due, method, tendered } = form().elements;
  if (due.value !== sending.due) return note(null);
  if (method) method.value = sending.method;
  if (tendered) tendered.value = sending.tendered;
  refresh();
  sayUnsure();
}

document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt.id !== "pay") return;
  refresh();
  if (form().matches("[data-keyed]")) resume();
});

document.addEventListener("order-placed", () => note(null));

document.addEventListener("close", (event) => {
  if (event.target.id === "paid") document.getElementById("main").focus();
}, true);

if (noted()) addEventListener("load", openSheet);
