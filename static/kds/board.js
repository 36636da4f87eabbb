// The kitchen display: running timers, totals, and a word and a sound for what is new.
import { toast } from "../base/toast.js";
import { serverNow } from "../live/live.js";
import { ring } from "./sound.js";

const main = document.getElementById("main");
const count = document.getElementById("kds-count");
const totals = document.getElementById("kds-totals");
const news = document.getElementById("kds-news");
const [WARN, LATE] = [Number(main.dataset.warn), Number(main.dataset.late)];
const WORDS = { fresh: "", warn: "Waiting", late: "Late" };
let known = new Set(tickets().map((ticket) => ticket.id));

function tickets() {
  return [...main.querySelectorAll(".ticket")];
}

// -- timers ---------------------------------------------------------------------------------------

function ageOf(ticket, seconds) {
  if (ticket.dataset.state === "ready" || seconds < WARN) return "fresh";
  return seconds < LATE ? "warn" : "late";
}

function tick() {
  for (const ticket of tickets()) {
    const seconds = Math.max(0, Math.floor((serverNow() - Date.parse(ticket.dataset.since)) / 1000));
    const [time, word] = ticket.querySelector(".ticket-age").children;
    time.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    const age = ageOf(ticket, seconds);
    if (ticket.dataset.age === age) continue;
    ticket.dataset.age = age;
    word.textContent = WORDS[age];
  }
}

// -- totals ---------------------------------------------------------------------------------------

function addUp() {
  const sums = new Map();
  for (const item of main.querySelectorAll('.ticket:not([data-state="ready"]) .item')) {
    const { item: name, quantity } = item.dataset;
    sums.set(name, (sums.get(name) ?? 0) + Number(quantity));
  }
  totals.replaceChildren(
    ...[...sums].sort(([, a], [, b]) => b - a).map(([name, sum]) => {
      const [row, number] = [document.createElement("li"), document.createElement("strong")];
      number.textContent = `${sum}×`;
      row.append(number, ` ${name}`);
      return row;
    }),
  );
}

// -- what is new ----------------------------------------------------------------------------------

function tell(fresh) {
  news.textContent = fresh
    .map((ticket) => {
      const items = [...ticket.querySelectorAll(".item")].map(({ dataset }) => `${dataset.quantity} ${dataset.item}`);
      return `New order ${ticket.dataset.number}: ${items.join(", ")}.`;
    })
    .join(" ");
  for (const ticket of fresh) ticket.dataset.new = "";
  ring();
}

function refresh() {
  const now = tickets();
  const fresh = now.filter((ticket) => ticket.dataset.state === "pending" && !known.has(ticket.id));
  known = new Set(now.map((ticket) => ticket.id));
  count.textContent = now.length === 1 ? "1 order" : `${now.length} orders`;
  addUp();
  tick();
  if (fresh.length) tell(fresh);
}

// A ticket that vanishes because the order was cancelled must not look as if someone had served it.
document.addEventListener("htmx:oobBeforeSwap", ({ detail: { fragment, target } }) => {
  const part = fragment.matches?.("[data-gone]") ? fragment : fragment.querySelector?.("[data-gone]");
  if (part?.dataset.gone !== "cancelled" || !target.matches(".ticket")) return;
  toast(`Order ${part.dataset.number} was cancelled.`, { kind: "error" });
});

for (const change of ["htmx:wsAfterMessage", "htmx:afterRequest"]) document.addEventListener(change, refresh);
setInterval(tick, 1000);
refresh();
