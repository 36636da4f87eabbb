// Light and dark: a tap on [data-theme-toggle] overrides the system and is remembered per device.
const root = document.documentElement;
const key = root.dataset.themeKey || "theme";
const system = matchMedia("(prefers-color-scheme: dark)");

const current = () => root.dataset.theme || (system.matches ? "dark" : "light");

function choose(theme) {
  root.dataset.theme = theme;
  try {
    localStorage.setItem(key, theme);
  } catch {
    // Without storage the choice lasts until the page is left.
  }
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-theme-toggle]")) choose(current() === "dark" ? "light" : "dark");
});

addEventListener("storage", (event) => {
  if (event.key === key && event.newValue) root.dataset.theme = event.newValue;
});
