// Amounts as the server writes them. In scripts money is whole hundredths; the server has the last word.
const main = document.getElementById("main");
const wholeUnits = new Set(["HUF", "JPY", "KRW", "KZT", "UZS"]);
const thin = "\u202f";
const hard = "\u00a0";
const sign = main.dataset.zero?.split(hard).at(-1) ?? "";

/** Hundredths in a decimal text such as "1200.50"; a typed comma and spaces are fine. NaN if it is none. */
export function toCents(text) {
  const plain = String(text).replace(/\s/g, "").replace(",", ".");
  return /^\d+(\.\d{0,2})?$/.test(plain) ? Math.round(Number(plain) * 100) : NaN;
}

/** The amount as typed into a field: 1200.50, and 1200 rather than 1200.00. */
export function fromCents(cents) {
  return (cents / 100).toFixed(cents % 100 ? 2 : 0);
}

/** 145000 is "1 450 ₸". */
export function formatMoney(cents) {
  const places = wholeUnits.has(main.dataset.currency) && cents % 100 === 0 ? 0 : 2;
  const digits = (cents / 100).toFixed(places).replace(/\B(?=(\d{3})+(?!\d))/g, thin);
  return `${digits}${hard}${sign}`;
}
