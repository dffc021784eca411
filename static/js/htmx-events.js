// The only place that knows htmx's event names. What other modules need is passed on as followthrough:loaded
// (something new is in the page) and followthrough:sent (the server took what a form held).
import { say } from "./toast.js";

const words = document.body.dataset;

document.addEventListener("htmx:afterSettle", (event) => {
  event.target.dispatchEvent(new CustomEvent("followthrough:loaded", { bubbles: true }));
});

document.addEventListener("htmx:afterRequest", (event) => {
  const { successful, requestConfig, elt } = event.detail;
  if (successful && requestConfig?.verb === "post" && elt.matches("form")) {
    elt.dispatchEvent(new CustomEvent("followthrough:sent", { bubbles: true }));
  }
});

// A row that is being worked on, or a text that is being written, is never replaced by a poll.
document.addEventListener("htmx:beforeRequest", (event) => {
  const polled = event.detail.requestConfig?.triggeringEvent?.type === "poll";
  if (polled && document.querySelector("dialog[open]")) event.preventDefault();
});

function reason(status) {
  if (status === 403) return words.errorForbidden;
  if (status === 404) return words.errorGone;
  if (status === 429) return words.errorOften;
  if (status === 503) return words.errorHeld;
  return words.errorServer;
}

function retry(event) {
  const { elt, requestConfig } = event.detail;
  if (!elt?.isConnected) return null;
  if (elt.matches("form")) return () => elt.requestSubmit();
  if (requestConfig?.verb === "get") return () => elt.click();
  return null;
}

function complain(event, text) {
  // A failed poll says nothing: the next one comes by itself.
  if (event.detail.requestConfig?.triggeringEvent?.type === "poll") return;
  say(text, { alert: true, retry: retry(event), retryWords: words.retry });
}

document.addEventListener("htmx:responseError", (event) => complain(event, reason(event.detail.xhr.status)));
document.addEventListener("htmx:sendError", (event) => complain(event, words.errorOffline));
document.addEventListener("htmx:timeout", (event) => complain(event, words.errorOffline));
