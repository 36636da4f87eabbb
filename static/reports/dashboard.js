// Draws the dashboard's charts from the data in the page, in the colours of the tokens.

const data = JSON.parse(document.getElementById("dashboard-data").textContent);
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const charts = [];

function token(name) {
  // A probe resolves light-dark() for the theme in force.
  const probe = document.createElement("span");
  probe.className = "sr-only";
  document.body.append(probe);
  probe.style.setProperty("color", `var(${name})`);
  const color = getComputedStyle(probe).color;
  probe.remove();
  return color;
}

function money(value) {
  return Number(value).toLocaleString(undefined, { maximumFractionDigits: 2 });
}

function short(value) {
  return Number(value).toLocaleString(undefined, { notation: "compact" });
}

function axes(palette, horizontal) {
  const values = {
    beginAtZero: true,
    border: { display: false },
    grid: { color: palette.line },
    ticks: { color: palette.text, maxTicksLimit: 5, callback: short, maxRotation: 0 },
  };
  const names = {
    border: { color: palette.line },
    grid: { display: false },
    ticks: { color: palette.text, autoSkip: !horizontal, maxRotation: 0 },
  };
  return horizontal ? { x: values, y: names } : { x: names, y: values };
}

function draw(canvas, palette, { labels, now, before, horizontal }) {
  const datasets = [
    { label: data.label, data: now, backgroundColor: palette.accent, borderRadius: 4, maxBarThickness: 28 },
  ];
  if (before.some((value) => value > 0)) {
    datasets.push({
      label: data.previous.label,
      data: before,
      backgroundColor: palette.muted,
      borderRadius: 4,
      maxBarThickness: 28,
    });
  }
  return new Chart(canvas, {
    type: "bar",
    data: { labels, datasets },
    options: {
      indexAxis: horizontal ? "y" : "x",
      maintainAspectRatio: false,
      animation: still ? false : { duration: 140 },
      interaction: { mode: "index", intersect: false, axis: horizontal ? "y" : "x" },
      scales: axes(palette, horizontal),
      plugins: {
        legend: { align: "end", labels: { color: palette.text, boxWidth: 12, boxHeight: 12 } },
        tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${money(item.raw)}` } },
      },
    },
  });
}

function series(name) {
  if (name === "products" || name === "categories") {
    return {
      labels: data[name].map((share) => share.name),
      now: data[name].map((share) => Number(share.revenue)),
      before: data[name].map((share) => Number(share.revenue_before)),
      horizontal: true,
    };
  }
  const values = (side) => data.points.map((point) => (point[side] ? Number(point[side][name]) : null));
  return { labels: data.points.map((point) => point.label), now: values("now"), before: values("before") };
}

function drawAll() {
  charts.splice(0).forEach((chart) => chart.destroy());
  const palette = {
    accent: token("--accent"),
    muted: token("--edge"),
    text: token("--text-2"),
    line: token("--line"),
  };
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  for (const canvas of document.querySelectorAll("[data-chart]")) {
    charts.push(draw(canvas, palette, series(canvas.dataset.chart)));
  }
}

drawAll();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["data-theme"] });
