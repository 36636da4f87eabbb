// The size-and-modifier sheet: keeps to how many may be chosen, shows the price, hands the line to the cart.
import { change } from "./cart.js";
import { formatMoney, toCents } from "./money.js";

const sheet = (event) => event.target.closest?.("#pick form");
const picked = (form) => [...form.querySelectorAll("[data-modifier]:checked")];

function refresh(form) {
  for (const group of form.querySelectorAll(".pick[data-most]")) limit(group);
  const size = form.querySelector("[name=size]:checked, [name=size][type=hidden]");
  const each = [size, ...picked(form)].reduce((sum, input) => sum + toCents(input.dataset.price), 0);
  form.querySelector("[data-total]").textContent = formatMoney(each * Number(form.elements.quantity.value));
}

// A full group takes no more; one that holds a single choice swaps it instead.
function limit(group, changed) {
  const boxes = [...group.querySelectorAll("input[type=checkbox]")];
  const most = Number(group.dataset.most);
  if (most === 1 && changed?.checked) for (const box of boxes) box.checked = box === changed;
  const full = most > 1 && boxes.filter((box) => box.checked).length >= most;
  for (const box of boxes) box.disabled = "soldOut" in box.dataset || (full && !box.checked);
}

function firstMissing(form) {
  return [...form.querySelectorAll(".pick[data-least]")].find(
    (group) => group.querySelectorAll("input:checked").length < Number(group.dataset.least),
  );
}

document.addEventListener("change", (event) => {
  const form = sheet(event);
  if (!form) return;
  const group = event.target.closest(".pick[data-most]");
  if (group) limit(group, event.target);
  refresh(form);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("#pick [data-step]");
  if (!button) return;
  const { quantity } = button.form.elements;
  quantity.value = Math.min(999, Math.max(1, Number(quantity.value) + Number(button.dataset.step)));
  button.form.querySelector(".stepper output").textContent = quantity.value;
  refresh(button.form);
});

document.addEventListener("submit", (event) => {
  const form = sheet(event);
  if (!form) return;
  event.preventDefault();
  const missing = firstMissing(form);
  if (missing) return missing.querySelector("input:not(:disabled)")?.focus();
  const item = {
    product: Number(form.dataset.product),
    size: form.elements.size.value,
    modifiers: picked(form).map((input) => Number(input.value)),
    quantity: Number(form.elements.quantity.value),
    note: form.elements.note.value,
  };
  change(form.dataset.line ? { do: "set", line: Number(form.dataset.line), item } : { do: "add", item });
  form.closest("dialog").close();
});

document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt.id === "pick") refresh(event.detail.elt.querySelector("form"));
});
