// Keeps "in 18 m", "37 m over" and "5 m ago" true while a page stays open. The words come from the server.
const MINUTE = 60_000;

function compact(milliseconds) {
  const minutes = Math.floor(Math.abs(milliseconds) / MINUTE);
  const lang = document.documentElement.lang;
  const m = lang.startsWith("en") ? "m" : "min";
  if (minutes >= 1_440) {
    const hours = Math.floor(minutes / 60);
    const rest = hours % 24;
    return `${Math.floor(hours / 24)} d${rest ? ` ${rest} h` : ""}`;
  }
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return [hours ? `${hours} h` : "", rest || !hours ? `${rest} ${m}` : ""].filter(Boolean).join(" ");
}

function refresh() {
  if (document.hidden) return;
  for (const element of document.querySelectorAll("[data-time]")) {
    const difference = new Date(element.dataset.moment) - Date.now();
    if (Math.abs(difference) < MINUTE) continue;
    const pattern = difference > 0 ? element.dataset.before : element.dataset.after;
    const words = pattern.replace("%(time)s", compact(difference));
    if (element.textContent !== words) element.textContent = words;
  }
}

setInterval(refresh, 15_000);
document.addEventListener("visibilitychange", refresh);
