// Category tabs and search. The choice lives here, not in the page, so that it outlives a live update.
const search = document.getElementById("search");
let category = "";

function apply() {
  const words = search.value.trim().toLowerCase();
  let any = false;
  for (const group of document.querySelectorAll(".tiles-group")) {
    const open = words || !category || group.dataset.category === category;
    let matches = 0;
    for (const tile of group.querySelectorAll(".tile")) {
      tile.hidden = !open || !tile.dataset.name.includes(words);
      matches += !tile.hidden;
    }
    group.hidden = !matches;
    any ||= matches > 0;
  }
  const isEmpty = !document.querySelector(".tiles-group");
  document.getElementById("no-match").hidden = any || isEmpty;
  for (const tab of document.querySelectorAll("#tabs .tab")) {
    tab.setAttribute("aria-pressed", String(tab.dataset.category === (words ? "" : category)));
  }
}

function choose(id) {
  category = id;
  search.value = "";
  document.getElementById("products").scrollTop = 0;
  apply();
}

document.addEventListener("click", (event) => {
  const tab = event.target.closest("#tabs .tab");
  if (tab) choose(tab.dataset.category);
});

search.addEventListener("input", apply);
search.addEventListener("keydown", (event) => {
  if (event.key === "Escape") choose(category);
  if (event.key !== "Enter") return;
  event.preventDefault();
  if (search.value.trim()) addFound(document.querySelector(".tile:not([hidden], :disabled)"));
});

// What was sought is in the order: the next is sought in the whole menu. Not after a tap on a tile, which a
// second tap may follow: the grid must not move under the finger. Then the next words replace these.
function addFound(tile) {
  tile?.click();
  if (tile?.matches("[data-add]")) choose(category);
}

document.addEventListener("submit", (event) => {
  if (event.target.matches("#pick form") && search.value) choose(category);
});
search.addEventListener("focus", () => search.select());

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, dialog");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  search.focus();
});

// A live update must not take the focus from under the keyboard.
let focused = null;

document.addEventListener("htmx:oobBeforeSwap", ({ detail: { target } }) => {
  if (target.matches("#grid, #tabs, .tile") && target.contains(document.activeElement)) focused = document.activeElement.id;
});

document.addEventListener("htmx:load", (event) => {
  if (!event.detail.elt.matches?.("#grid, #tabs, .tile")) return;
  apply();
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  focused = null;
});
