// The kitchen display: running timers, totals, and a word and a sound for what is new.
import { serverNow } from "../live/live.js";
import { ring } from "./sound.js";

const main = document.getElementById("main");
const count = document.getElementById("kds-count");
const totals = document.getElementById("kds-totals");
const news = document.getElementById("kds-news");
const [WARN, LATE] = [Number(main.dataset.warn), Number(main.dataset.late)];
const FORGET = Number(main.dataset.cancelled);
const ACTIONS = ".ticket-go, #kds-recall-go";
const WORDS = { fresh: "", warn: "Waiting", late: "Late" };
let known = new Map(tickets().map((ticket) => [ticket.id, ticket.dataset.state]));

function tickets() {
  return [...main.querySelectorAll(".ticket")];
}

function toMake(ticket) {
  return ticket.dataset.state === "pending" || ticket.dataset.state === "preparing";
}

// -- timers ---------------------------------------------------------------------------------------

function ageOf(ticket, seconds) {
  if (!toMake(ticket) || seconds < WARN) return "fresh";
  return seconds < LATE ? "warn" : "late";
}

function clock(seconds) {
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 60) return `${Math.floor(minutes / 60)} h ${minutes % 60}`;
  return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
}

function tick() {
  for (const ticket of tickets()) {
    const seconds = Math.max(0, Math.floor((serverNow() - Date.parse(ticket.dataset.since)) / 1000));
    const [time, word] = ticket.querySelector(".ticket-age").children;
    time.textContent = clock(seconds);
    if (ticket.dataset.state === "cancelled" && seconds >= FORGET) ticket.remove();
    const age = ageOf(ticket, seconds);
    if (ticket.dataset.age === age) continue;
    ticket.dataset.age = age;
    word.textContent = WORDS[age];
  }
}

// -- totals ---------------------------------------------------------------------------------------

function addUp() {
  const sums = new Map();
  for (const item of tickets().filter(toMake).flatMap((ticket) => [...ticket.querySelectorAll(".item")])) {
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

// -- focus ----------------------------------------------------------------------------------------

// Whose turn it is once the focused action is swapped away: the same card's, else the next card's.
let turns = null;

document.addEventListener("htmx:oobBeforeSwap", ({ detail: { target } }) => {
  const focused = document.activeElement;
  if (!target.contains(focused) || !focused.matches(ACTIONS)) return;
  const ids = [...document.querySelectorAll(ACTIONS)].map(({ id }) => id);
  turns = { ids: ids.slice(ids.indexOf(focused.id)), byKeyboard: focused.matches(":focus-visible") };
});

function giveFocusBack() {
  if (turns && document.activeElement === document.body) {
    const next = turns.ids.map((id) => document.getElementById(id)).find(Boolean);
    // What a finger did must not scroll the cards under it.
    (next ?? [...main.querySelectorAll(".ticket-go")].at(-1) ?? main).focus({ preventScroll: !turns.byKeyboard });
  }
  turns = null;
}

// A key held down must not walk an order, and then the next, to Served.
document.addEventListener("keydown", (event) => {
  if (event.repeat && event.key === "Enter" && event.target.matches(ACTIONS)) event.preventDefault();
});

// -- what is new ----------------------------------------------------------------------------------

function describe(ticket) {
  const items = [...ticket.querySelectorAll(".item")].map(({ dataset }) => `${dataset.quantity} ${dataset.item}`);
  return `New order ${ticket.dataset.number}: ${items.join(", ")}.`;
}

function tell(fresh, cancelled) {
  const words = [...fresh.map(describe), ...cancelled.map(({ dataset }) => `Order ${dataset.number} was cancelled.`)];
  news.textContent = words.join(" ");
  for (const ticket of fresh) ticket.dataset.new = "";
  if (fresh.length) ring();
}

function refresh() {
  const now = tickets();
  const became = (state) => now.filter(({ id, dataset }) => dataset.state === state && known.get(id) !== state);
  const fresh = became("pending");
  const cancelled = became("cancelled");
  known = new Map(now.map((ticket) => [ticket.id, ticket.dataset.state]));
  const open = now.filter((ticket) => ticket.dataset.state !== "cancelled").length;
  count.textContent = open === 1 ? "1 order" : `${open} orders`;
  addUp();
  tick();
  giveFocusBack();
  if (fresh.length || cancelled.length) tell(fresh, cancelled);
}

for (const change of ["htmx:wsAfterMessage", "htmx:afterRequest"]) document.addEventListener(change, refresh);
setInterval(tick, 1000);
refresh();
