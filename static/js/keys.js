// Keyboard. A link, button or field says which key presses it: data-key="r", data-key="g h".
// Single keys do nothing in fields, with modifiers, in dialogs, or when switched off in the preferences.
const switchedOn = document.body.dataset.shortcuts !== "off";
const typing = "input, textarea, select, [contenteditable]";
let prefix = "";
let prefixTimer = 0;

function isVisible(element) {
  return element.checkVisibility ? element.checkVisibility({ visibilityProperty: true }) : element.offsetParent !== null;
}

function press(key) {
  const found = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)];
  // A row that the keyboard is on comes first, then whatever can be seen.
  const here = document.querySelector(".row--here, [data-row][aria-selected='true']");
  const target = found.find((element) => here?.contains(element)) ?? found.find(isVisible);
  if (!target) return false;
  if (target.matches(typing)) { target.focus(); target.select?.(); } else target.click();
  return true;
}

function rows() {
  return [...document.querySelectorAll("[data-row]")].filter(isVisible);
}

function move(step) {
  const all = rows();
  if (!all.length) return false;
  const at = all.findIndex((row) => row.classList.contains("row--here"));
  const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
  for (const row of all) { row.classList.remove("row--here"); row.removeAttribute("aria-selected"); }
  next.classList.add("row--here");
  if (next.matches("tr")) next.setAttribute("aria-selected", "true");
  const link = next.querySelector("[data-open]") ?? next.querySelector("a");
  link?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function open() {
  const link = document.querySelector(".row--here [data-open], .row--here a");
  if (!link) return false;
  link.click();
  return true;
}

function act(key) {
  if (key === "j") return move(1);
  if (key === "k") return move(-1);
  if (key === "o") return open();
  return press(key);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest?.("form");
    if (form && event.target.matches("textarea, input")) { event.preventDefault(); form.requestSubmit(); }
    return;
  }
  if (!switchedOn || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest?.(typing) || document.querySelector("dialog[open]")) return;
  if (event.key.length !== 1) return;
  const key = prefix ? `${prefix} ${event.key}` : event.key;
  const wasPrefixed = prefix !== "";
  prefix = "";
  clearTimeout(prefixTimer);
  if (act(key)) { event.preventDefault(); return; }
  if (!wasPrefixed && document.querySelector(`[data-key^="${CSS.escape(event.key)} "]`)) {
    prefix = event.key;
    prefixTimer = setTimeout(() => { prefix = ""; }, 1_500);
  }
});

// The list of keys shows what this page can do, by what its elements say.
function listKeys() {
  const list = document.querySelector("[data-keys-list]");
  if (!list) return;
  for (const old of list.querySelectorAll("[data-listed]")) old.remove();
  const seen = new Set();
  for (const element of document.querySelectorAll("[data-key]")) {
    const key = element.dataset.key;
    if (seen.has(key) || element.closest("dialog") || (!isVisible(element) && !key.includes(" "))) continue;
    seen.add(key);
    const term = document.createElement("dt");
    for (const part of key.split(" ")) {
      const cap = document.createElement("kbd");
      cap.textContent = part;
      term.append(cap);
    }
    const words = document.createElement("dd");
    words.textContent = element.dataset.keyName ?? nameOf(element);
    term.dataset.listed = words.dataset.listed = "";
    list.append(term, words);
  }
}

function nameOf(element) {
  const copy = element.cloneNode(true);
  for (const extra of copy.querySelectorAll("kbd, [data-overdue]")) extra.remove();
  return copy.textContent.trim().replace(/\s+/g, " ");
}

document.addEventListener("click", (event) => {
  if (event.target.closest('[data-dialog="keys"]')) listKeys();
}, { capture: true });
