// What the person at the screen is told when a request of htmx fails: what happened, what was kept, what to do.
import { toast } from "./toast.js";

const words = {
  401: "You are signed out. Sign in again; what you entered is still here until you leave the page.",
  403: "Not allowed with this account, or the page is out of date. Reload it, or ask a manager.",
  404: "That is no longer there. Reload the page to see what is.",
  413: "That was too much to send at once.",
  429: "Too many tries. Wait a minute, then try again.",
};
const broken = "The server could not do that. What you entered is still here; try again.";

document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  toast(words[xhr.status] ?? broken, { kind: "error" });
});

for (const failure of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, () =>
    toast("No answer from the server. What you entered is still here; try again.", { kind: "error" }),
  );
}
