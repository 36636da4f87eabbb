// Classic and blocking on purpose: the chosen theme must be set before the first paint.
(() => {
  const root = document.documentElement;
  try {
    const chosen = localStorage.getItem(root.dataset.themeKey || "theme");
    if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
  } catch {
    // Storage may be closed to us; the system's theme stands.
  }
})();
