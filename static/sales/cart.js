// The order on the screen. Taps go into a queue; one request at a time carries the cart and every tap
// since the last, so that none is lost and none overtakes another. The answer is the new cart.
import { toast } from "../base/toast.js";

const order = document.getElementById("order");
const store = `till-${order.dataset.cafe}`;
const waiting = [];
let sent = 0;
let retrying = false;

/** Apply changes to the cart: {do: "add", item}, {do: "quantity", line, by}, {do: "remove", line} … */
export function change(...changes) {
  waiting.push(...changes);
  order.dispatchEvent(new CustomEvent("cart-change"));
}

/** The lines as last answered by the server. */
export function lines() {
  return JSON.parse(field("cart").value || "[]");
}

const field = (name) => order.elements.namedItem(name);

// --- what the browser keeps, so that a reload loses nothing

const kept = ["key", "cart", "customer_name", "note", "order_type"];

function save() {
  const state = Object.fromEntries(kept.map((name) => [name, field(name).value]));
  try {
    sessionStorage.setItem(store, JSON.stringify(state));
  } catch {
    // Without storage the order lasts until the page is left.
  }
}

function stored() {
  try {
    return JSON.parse(sessionStorage.getItem(store));
  } catch {
    return null;
  }
}

function restore() {
  const state = stored();
  if (!state) return;
  for (const name of kept) if (typeof state[name] === "string") field(name).value = state[name];
  // Not before htmx listens, which is when the page is complete.
  if (lines().length) document.addEventListener("DOMContentLoaded", () => change({ do: "show" }));
}

/** Begin the next customer's order: the fields of the one that is gone are emptied. */
export function reset() {
  order.reset();
  document.getElementById("till-cart").removeAttribute("data-open");
  save();
}

// --- sending

order.addEventListener("htmx:configRequest", (event) => {
  if (event.target !== order) return;
  if (!waiting.length) return event.preventDefault();
  sent = waiting.length;
  event.detail.parameters.changes = JSON.stringify(waiting);
});

// Cut off, or answered by a proxy whose server is away: the taps wait and are sent again.
const lost = ({ status }) => !status || [502, 503, 504].includes(status);

order.addEventListener("htmx:afterRequest", (event) => {
  if (event.target !== order) return;
  if (lost(event.detail.xhr)) {
    setTimeout(() => order.dispatchEvent(new CustomEvent("cart-change")), 2000);
  } else {
    waiting.splice(0, sent);
    retrying = false;
  }
});

// The first failure is told by requests.js; the tries after it are silent. htmx says afterRequest before these.
for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  order.addEventListener(failure, (event) => {
    if (event.target !== order) return;
    if (!lost(event.detail.xhr)) return dropped(event);
    if (retrying) event.stopPropagation();
    retrying = true;
  });
}

function dropped(event) {
  if (event.detail.xhr.status < 500) return;
  event.stopPropagation();
  toast("The server could not do that. The last tap was not added; the rest of the order is kept.", { kind: "error" });
}

// --- after each answer

let scrolled = 0;
let shown = 0;
let focused = -1;

order.addEventListener("htmx:beforeSwap", () => {
  scrolled = list()?.scrollTop ?? 0;
  focused = [...order.querySelectorAll(".line")].findIndex((line) => line.contains(document.activeElement));
});

const list = () => order.querySelector("ol.cart-lines");

document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt.id === "cart") refresh();
  if (event.detail.elt.matches?.("#grid, .tile")) countTiles();
  if (event.detail.elt.id === "grid") reprice(event.detail.elt.dataset.menu);
});

// A new menu may have new prices, or no longer what is in the cart.
let menu = document.getElementById("grid").dataset.menu;

function reprice(newest) {
  if (newest === menu) return;
  menu = newest;
  if (lines().length) change({ do: "show" });
}

function refresh() {
  const count = lines().length;
  if (list()) list().scrollTop = count > shown ? list().scrollHeight : scrolled;
  shown = count;
  if (document.activeElement === document.body && focused >= 0) keepFocus();
  document.getElementById("clear").disabled = !count;
  countTiles();
  save();
}

// Of a line that is gone the focus goes to the one in its place, else to the search.
function keepFocus() {
  const left = [...order.querySelectorAll(".line")];
  const next = left[Math.min(focused, left.length - 1)]?.querySelector(".stepper button") ?? document.getElementById("search");
  next.focus({ preventScroll: true });
}

function countTiles() {
  const counts = new Map();
  for (const { product, quantity } of lines()) counts.set(product, (counts.get(product) ?? 0) + quantity);
  for (const tile of document.querySelectorAll(".tile")) badge(tile, counts.get(Number(tile.dataset.product)));
}

function badge(tile, count) {
  let element = tile.querySelector(".tile-count");
  if (!count) return element?.remove();
  if (!element) {
    element = document.createElement("span");
    element.className = "tile-count";
    tile.append(element);
  }
  element.textContent = count;
  element.setAttribute("aria-label", `${count} in the order`);
}

// --- taps

function putBack(items) {
  change(...items.map(({ id, seen, ...item }) => ({ do: "add", item })));
}

function remove(line, label) {
  const gone = lines().filter(({ id }) => id === line);
  change({ do: "remove", line });
  toast(label, { undo: () => putBack(gone) });
}

function clear() {
  const gone = lines();
  change({ do: "clear" });
  toast("The order was cleared", { undo: () => putBack(gone) });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.matches("[data-add]")) change({ do: "add", item: { product: Number(button.dataset.product) } });
  else if (button.dataset.change) change(JSON.parse(button.dataset.change));
  else if (button.dataset.remove) remove(Number(button.dataset.remove), button.ariaLabel.replace("Remove", "Removed"));
  else if (button.id === "clear") clear();
  else if (button.matches("[data-next]")) {
    change({ do: "clear" });
    reset();
  }
});

order.addEventListener("submit", (event) => {
  event.preventDefault();
  document.activeElement.blur();
});
order.addEventListener("input", save);
document.addEventListener("order-placed", reset);
addEventListener("online", () => waiting.length && change());

restore();
refresh();
