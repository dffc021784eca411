// Shows the chosen appearance at once; the form that carries the button keeps it in the profile.
// Also shows the number of overdue promises in the title and the icon of a tab in the background.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-choice]");
  if (!button) return;
  const theme = button.dataset.themeChoice;
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
});

const plainTitle = document.title.replace(/^\(\d+\) /, "");
const icon = document.querySelector('link[rel="icon"]');
const plainIcon = icon?.href;

function showOverdue() {
  const shown = document.getElementById("rail-count")?.dataset.overdue ?? document.body.dataset.overdue;
  const overdue = Number(shown ?? 0);
  document.title = overdue ? `(${overdue}) ${plainTitle}` : plainTitle;
  if (icon) icon.href = overdue ? icon.dataset.other : plainIcon;
}

showOverdue();
document.addEventListener("followthrough:loaded", showOverdue);
