// Toasts: closed by hand, gone after a while when they only report; those that offer to undo count down.
const SHOWN = 8_000;

function start(toast) {
  if (toast.dataset.started) return;
  toast.dataset.started = "yes";
  if (toast.dataset.seconds) { countDown(toast, Number(toast.dataset.seconds)); return; }
  if (toast.classList.contains("toast--alert")) return;
  let timer = setTimeout(() => toast.remove(), SHOWN);
  toast.addEventListener("pointerenter", () => clearTimeout(timer));
  toast.addEventListener("focusin", () => clearTimeout(timer));
  toast.addEventListener("pointerleave", () => { timer = setTimeout(() => toast.remove(), SHOWN); });
}

function countDown(toast, seconds) {
  const words = toast.querySelector("[data-countdown]");
  const end = Date.now() + seconds * 1_000;
  const timer = setInterval(() => {
    const left = Math.ceil((end - Date.now()) / 1_000);
    if (left <= 0 || !toast.isConnected) { clearInterval(timer); toast.remove(); return; }
    // Shown, but not spoken every second: the label stays as it was.
    if (words) words.dataset.left = `${left} s`;
  }, 250);
}

/** Says something by itself; `alert` interrupts. `retry` is called by the button. */
export function say(text, { alert = false, retry = null, retryWords = "" } = {}) {
  const region = document.getElementById(alert ? "alerts" : "toasts");
  if (!region) return;
  for (const same of region.querySelectorAll(".toast")) if (same.dataset.text === text) same.remove();
  const toast = document.createElement("div");
  toast.className = alert ? "toast toast--alert" : "toast";
  toast.dataset.toast = "";
  toast.dataset.text = text;
  const words = document.createElement("p");
  words.textContent = text;
  toast.append(words);
  if (retry) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn--small";
    button.textContent = retryWords;
    button.addEventListener("click", () => { toast.remove(); retry(); });
    toast.append(button);
  }
  region.append(toast);
  start(toast);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dismiss]");
  if (button) button.closest("[data-toast]").remove();
});

for (const toast of document.querySelectorAll("[data-toast]")) start(toast);
document.addEventListener("followthrough:loaded", () => {
  for (const toast of document.querySelectorAll("#toasts [data-toast], #alerts [data-toast]")) start(toast);
});
