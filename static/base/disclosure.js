// [data-toggle="id"] shows and hides the element by its data-open attribute. The state lives on the
// target, so a button that htmx has just replaced learns it again after the swap.
const target = (button) => document.getElementById(button.dataset.toggle);

function reflect(root) {
  for (const button of root.querySelectorAll?.("[data-toggle]") ?? []) {
    button.setAttribute("aria-expanded", String(target(button)?.hasAttribute("data-open") ?? false));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-toggle]");
  if (!button) return;
  target(button)?.toggleAttribute("data-open");
  reflect(document);
});

document.addEventListener("htmx:load", (event) => reflect(event.detail.elt.parentElement ?? document));
reflect(document);
