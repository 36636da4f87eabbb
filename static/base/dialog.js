// Native dialogs, driven by attributes:
//   [data-dialog-open="id"] opens, [data-dialog-close] closes the dialog around it,
//   dialog[data-auto-open] opens as soon as htmx has brought it,
//   dialog[data-transient] is removed once closed, dialog[data-strict] ignores taps beside it.
// The server closes with HX-Trigger: {"close-dialog": "id"}.
function open(dialog) {
  if (!dialog || dialog.open) return;
  dialog.showModal();
  dialog.addEventListener("close", () => dialog.matches("[data-transient]") && dialog.remove(), { once: true });
}

function isOutside(dialog, { clientX: x, clientY: y }) {
  const box = dialog.getBoundingClientRect();
  return x < box.left || x > box.right || y < box.top || y > box.bottom;
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) open(document.getElementById(opener.dataset.dialogOpen));
  else if (event.target.closest("[data-dialog-close]")) event.target.closest("dialog")?.close();
});

// A press that began inside (selecting text, say) must not close when it ends outside.
document.addEventListener("pointerdown", (event) => {
  const dialog = event.target;
  if (dialog.localName === "dialog" && !dialog.matches("[data-strict]") && isOutside(dialog, event)) dialog.close();
});

document.addEventListener("cancel", (event) => {
  if (event.target.matches?.("dialog[data-strict]")) event.preventDefault();
}, true);

document.addEventListener("close-dialog", (event) => document.getElementById(event.detail.value)?.close());

function openArrived(root) {
  if (root.matches?.("dialog[data-auto-open]")) open(root);
  root.querySelectorAll?.("dialog[data-auto-open]").forEach(open);
}

document.addEventListener("htmx:load", (event) => openArrived(event.detail.elt));
openArrived(document);
