// Short messages at the foot of the screen.
// From a module: toast("Saved"). From the server: HX-Trigger: {"toast": {"text": "Removed", "undo": "/url"}}.
const region = document.getElementById("toasts");

// The region goes to the top layer again each time, so that it lies above an open dialog.
function raise() {
  if (region.matches(":popover-open")) region.hidePopover();
  region.showPopover();
}

function button(label, run) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = label;
  element.addEventListener("click", run);
  return element;
}

function dismissLater(element, ms) {
  let timer = setTimeout(() => element.remove(), ms);
  element.addEventListener("pointerenter", () => clearTimeout(timer));
  element.addEventListener("focusin", () => clearTimeout(timer));
  element.addEventListener("pointerleave", () => (timer = setTimeout(() => element.remove(), 2000)));
}

/** Show a message; kind is "ok" or "error", undo takes it back: a function, or a URL to POST to. */
export function toast(text, { kind = "ok", undo = "", ms = kind === "error" ? 8000 : 4000 } = {}) {
  const element = document.createElement("div");
  element.className = kind === "error" ? "toast toast--error" : "toast";
  const words = document.createElement("span");
  words.textContent = text;
  element.append(words);
  if (undo) {
    element.append(
      button("Undo", () => {
        element.remove();
        if (typeof undo === "function") undo();
        else window.htmx.ajax("POST", undo, { swap: "none" });
      }),
    );
  }
  element.append(button("Close", () => element.remove()));
  while (region.childElementCount > 2) region.firstElementChild.remove();
  region.append(element);
  raise();
  dismissLater(element, undo ? Math.max(ms, 6000) : ms);
}

document.addEventListener("toast", (event) => toast(event.detail.text ?? event.detail.value, event.detail));
for (const element of region.children) dismissLater(element, 5000);
