// A local copy of what is being written, so that a crash or a lost connection costs nothing.
// Kept per user and ticket (data-draft="7:1042:reply"). The key is read from the field at every step: text typed for
// one ticket can never be kept under another's key, and a field that is emptied by loading does not erase the copy.
const PREFIX = "followthrough.draft.";
const DELAY = 300;
const timers = new Map();
const touched = new WeakSet();

function fields(root = document) {
  return [...root.querySelectorAll("[data-draft]")];
}

function keep(field, key) {
  if (field.dataset.draft !== key || !field.isConnected) return;
  if (field.value.trim()) localStorage.setItem(PREFIX + key, field.value);
  else localStorage.removeItem(PREFIX + key);
}

function restore(field) {
  if (touched.has(field)) return;
  touched.add(field);
  const kept = localStorage.getItem(PREFIX + field.dataset.draft);
  if (!kept || field.value.trim()) return;
  field.value = kept;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function forget(form) {
  for (const field of fields(form)) {
    clearTimeout(timers.get(field));
    localStorage.removeItem(PREFIX + field.dataset.draft);
  }
}

document.addEventListener("input", (event) => {
  const field = event.target.closest?.("[data-draft]");
  if (!field) return;
  const key = field.dataset.draft;
  clearTimeout(timers.get(field));
  timers.set(field, setTimeout(() => keep(field, key), DELAY));
});

// The server keeps a copy too, a moment after typing stops: <form data-save-draft="where to">.
const AT_REST = 1_500;
const resting = new Map();

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-save-draft]");
  if (!form) return;
  clearTimeout(resting.get(form));
  resting.set(form, setTimeout(() => saveOnServer(form), AT_REST));
});

function saveOnServer(form) {
  if (!form.isConnected || form.dataset.sending) return;
  fetch(form.dataset.saveDraft, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } })
    .catch(() => { /* the local copy stays */ });
}

document.addEventListener("submit", (event) => {
  clearTimeout(resting.get(event.target));
  event.target.dataset.sending = "yes";
});

// The copy goes when the server has taken the text: after htmx's success, or when the next page comes without an error.
document.addEventListener("followthrough:sent", (event) => forget(event.target));
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.hasAttribute("hx-post")) return;
  const keys = fields(form).map((field) => field.dataset.draft);
  if (keys.length) sessionStorage.setItem(`${PREFIX}sent`, JSON.stringify(keys));
});

const sent = sessionStorage.getItem(`${PREFIX}sent`);
if (sent) {
  sessionStorage.removeItem(`${PREFIX}sent`);
  if (!document.querySelector(".summary")) for (const key of JSON.parse(sent)) localStorage.removeItem(PREFIX + key);
}

// Signing out takes every local copy of this browser along.
document.addEventListener("submit", (event) => {
  if (!event.target.action?.endsWith("/logout/")) return;
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
});

for (const field of fields()) restore(field);
document.addEventListener("followthrough:loaded", (event) => { for (const field of fields(event.target)) restore(field); });
