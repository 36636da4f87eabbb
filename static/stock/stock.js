// The store room's pages follow the socket: it brings only the badge with its mark. When the mark is another one,
// htmx fetches #stock again as it is filtered now.
import "../live/live.js";

const { htmx } = window;
const mark = () => document.getElementById("stock-badge").dataset.mark;
let shown = mark();

document.addEventListener("htmx:wsAfterMessage", () => {
  if (mark() === shown) return;
  shown = mark();
  htmx.trigger("#stock", "changed");
});

// What could not be fetched is fetched with the next frame, which a new connection brings at once.
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (target.id === "stock" && !detail.successful) shown = "";
});
