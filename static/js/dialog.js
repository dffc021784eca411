// Dialogs and menus. A <dialog> opens by data-dialog="its id", or when htmx puts something into #dialog.
let opener = null;

function openDialog(dialog) {
  if (!dialog || dialog.open) return;
  opener = document.activeElement;
  dialog.showModal();
}

// A button that copies is there only where that works; it says when it has.
function showCopying(root) {
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll?.("[data-copy][hidden]") ?? []) button.hidden = false;
}

async function copyFrom(button) {
  await navigator.clipboard?.writeText(button.dataset.copy);
  const words = button.querySelector("span");
  if (words && button.dataset.copied) words.textContent = button.dataset.copied;
}

function closeDialog(dialog) {
  if (!dialog?.open) return;
  dialog.close();
}

document.addEventListener("close", (event) => {
  if (event.target.id === "dialog") event.target.replaceChildren();
  if (opener?.isConnected) opener.focus();
  opener = null;
}, { capture: true });

document.addEventListener("click", (event) => {
  const asked = event.target.closest("[data-dialog]");
  if (asked) { openDialog(document.getElementById(asked.dataset.dialog)); return; }
  const close = event.target.closest("[data-close]");
  if (close) { event.preventDefault(); closeDialog(close.closest("dialog")); return; }
  // A press on the ground behind a dialog closes it, unless something was typed into it.
  if (event.target.matches("dialog[open]") && !event.target.querySelector("textarea, input:not([type=hidden])")) {
    closeDialog(event.target);
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const copy = event.target.closest("[data-copy]");
  if (copy) copyFrom(copy);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("change", (event) => {
  event.target.closest("form[data-autosubmit]")?.requestSubmit();
});

document.addEventListener("close-dialog", () => closeDialog(document.getElementById("dialog")));
document.addEventListener("followthrough:loaded", (event) => {
  if (event.target.id === "dialog" && event.target.childElementCount) openDialog(event.target);
  focusSummary(event.target);
  showCopying(event.target);
});

// After an invalid form, the focus goes to what is to be corrected.
function focusSummary(root) {
  const summary = root.querySelector?.("[data-focus]");
  if (summary) summary.focus();
}

focusSummary(document);
showCopying(document);
