// The page's live connection: knows how old the screen is, says so, and connects again.
//
// htmx-ext-ws opens the socket named by [ws-connect] and swaps what arrives; this module swallows the pulses,
// makes room for elements that are new, and watches for silence. Load it after the extension.
// Other modules may import serverNow().
const { htmx } = window;
const SILENCE = 4400; // without a word from the server the screen says so within 5 s; watch() looks twice a second
const OFFLINE = 60_000;
const [FIRST_DELAY, LAST_DELAY] = [300, 5000];
const [SIGNED_OUT, NOT_ALLOWED, NO_SUCH_SCREEN] = [4001, 4003, 4004];
const RETRIED_BY_EXTENSION = [1006, 1011, 1012, 1013];

const status = document.getElementById("live-status");
const screen = document.querySelector("[ws-connect]");
const opened = Date.now();
let heard = performance.timeOrigin; // the page itself was the server's first word
let shown = Number(screen?.dataset.revision ?? -1);
let offset = 0; // the server's clock minus ours
let attempted = opened;
let ended = false;
let failures = 0;
let socket = null;
let connection = null;

/** The server's clock, in milliseconds since 1970. */
export function serverNow() {
  return Date.now() + offset;
}

function delay(tries) {
  return Math.min(FIRST_DELAY * 2 ** tries, LAST_DELAY) * (0.75 + Math.random() / 4);
}

htmx.config.wsReconnectDelay = delay;
htmx.createWebSocket = (url) => {
  attempted = Date.now();
  socket = new WebSocket(url);
  return socket;
};

// -- what arrives ---------------------------------------------------------------------------------

function note(revision) {
  heard = Date.now();
  failures = 0;
  shown = revision;
  screen.dataset.revision = revision;
  tell();
}

function takePulse(text) {
  const { pulse, now } = JSON.parse(text);
  if (now) offset = now - Date.now();
  note(pulse);
}

function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template;
}

// A swap by id needs an element to replace: put an empty one where a new element belongs.
function makeRoom(parts) {
  for (const part of parts.querySelectorAll("[data-into]")) {
    const container = document.getElementById(part.dataset.into);
    if (!container || document.getElementById(part.id)) continue;
    const room = document.createElement(part.localName);
    Object.assign(room, { id: part.id, hidden: true });
    room.dataset.order = part.dataset.order;
    const next = [...container.children].find((other) => +other.dataset.order > +part.dataset.order);
    container.insertBefore(room, next ?? null);
  }
}

document.addEventListener("htmx:wsBeforeMessage", (event) => {
  const { message } = event.detail;
  if (message.startsWith("{")) {
    event.preventDefault();
    takePulse(message);
  } else if (message.includes("data-into")) {
    makeRoom(parse(message).content);
  }
});

document.addEventListener("htmx:wsAfterMessage", ({ detail: { message } }) => {
  note(Number(/^<!--revision:(\d+)-->/.exec(message)?.[1] ?? shown));
});

// The answer to a tap may arrive after the socket has shown something newer: then it must not win.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!detail.serverResponse?.includes("data-revision")) return;
  const template = parse(detail.serverResponse);
  for (const part of [...template.content.children]) {
    if (Number(part.dataset.revision) <= shown) part.remove();
  }
  makeRoom(template.content);
  detail.serverResponse = template.innerHTML;
});

// The frame and the answer to a tap bring the same card; the second must not take its button from under a finger.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  const part = fragment.firstElementChild;
  if (part?.dataset.into && part.dataset.revision === target.dataset.revision) event.preventDefault();
});

// -- silence --------------------------------------------------------------------------------------

function say(state, text, age = "") {
  if (!status) return;
  if (status.dataset.state !== state || status.firstChild?.textContent !== text) {
    const words = document.createElement("span");
    words.textContent = text;
    const count = document.createElement("span");
    count.setAttribute("aria-hidden", "true"); // a screen reader need not hear every second
    status.replaceChildren(words, count);
    status.dataset.state = state;
  }
  status.lastChild.textContent = age;
}

function clock(time, options) {
  return new Date(time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...options });
}

function tell() {
  if (ended) return;
  const silence = Date.now() - heard;
  if (silence < SILENCE) {
    if (heard > opened) say("live", "Live");
  } else if (silence < OFFLINE) {
    const time = clock(heard, { second: "2-digit" });
    say("stale", `Connection lost, showing the state of ${time}`, `(${Math.round(silence / 1000)} s old)`);
  } else {
    say("offline", `No connection since ${clock(heard)}, showing what was last known`);
  }
}

function reconnect() {
  if (ended || !connection) return;
  if (socket.readyState === WebSocket.CONNECTING) {
    socket.close(); // the extension sees it fail and tries again
    return;
  }
  socket.onclose = null; // of a dead line the browser may hear only much later
  socket.close();
  connection.reconnect();
}

function watch() {
  tell();
  if (Date.now() - heard > SILENCE && Date.now() - attempted > SILENCE) reconnect();
}

document.addEventListener("htmx:wsOpen", ({ detail }) => {
  connection = detail.socketWrapper;
});

document.addEventListener("htmx:wsClose", ({ detail: { event, socketWrapper } }) => {
  if (event.code === SIGNED_OUT) {
    location.assign(`/login/?next=${encodeURIComponent(location.pathname + location.search)}`);
  } else if (event.code === NOT_ALLOWED || event.code === NO_SUCH_SCREEN) {
    ended = true;
    if (Date.now() - opened > SILENCE) location.reload();
    else say("offline", "This screen cannot be shown live. Reload the page, or ask a manager.");
  } else if (!RETRIED_BY_EXTENSION.includes(event.code)) {
    setTimeout(() => socketWrapper.reconnect(), delay(failures++));
  }
});

if (screen) {
  setInterval(watch, 500);
  addEventListener("online", reconnect);
  document.addEventListener("visibilitychange", watch);
}
