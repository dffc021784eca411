// Live data: asks every element with hx-trigger="poll" to look again.
// Every 20 seconds while the person is active, every minute while idle, never while the tab is hidden.
const ACTIVE = 20_000;
const IDLE = 60_000;
const IDLE_AFTER = 120_000;
const KEPT = "followthrough.live";

let lastActive = Date.now();
let lastPoll = Date.now();

for (const type of ["pointerdown", "pointermove", "keydown", "scroll"]) {
  addEventListener(type, () => { lastActive = Date.now(); }, { passive: true, capture: true });
}

function isLive() {
  return localStorage.getItem(KEPT) !== "off";
}

function pollNow() {
  lastPoll = Date.now();
  for (const element of document.querySelectorAll('[hx-trigger~="poll"]')) {
    element.dispatchEvent(new CustomEvent("poll"));
  }
}

function tick() {
  if (document.hidden || !isLive()) return;
  const pause = Date.now() - lastActive < IDLE_AFTER ? ACTIVE : IDLE;
  if (Date.now() - lastPoll >= pause) pollNow();
}

function showSwitch() {
  for (const button of document.querySelectorAll("[data-live]")) {
    const live = isLive();
    button.setAttribute("aria-pressed", String(live));
  }
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-live]")) return;
  localStorage.setItem(KEPT, isLive() ? "off" : "on");
  showSwitch();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && isLive() && Date.now() - lastPoll >= ACTIVE) pollNow();
});

showSwitch();
setInterval(tick, 1_000);
