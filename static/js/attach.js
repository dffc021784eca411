// Files in a form: picked, dropped or pasted, each sent at once and listed with its size and a way to remove it.
// The form says where to (data-attach) and all words; without this script the browser's own control sends them along.
const words = document.body.dataset;
const isOfFiles = (event) => event.dataTransfer?.types.includes("Files");
const named = (text, name) => text.replace("{name}", name);

class Attach {
  constructor(box) {
    this.box = box;
    this.form = box.closest("form");
    this.input = box.querySelector("input[type=file]");
    this.list = box.querySelector(".uploads");
    this.waiting = [];
    this.going = null;
    this.held = false;
    this.sendAfter = undefined;
    box.classList.add("attach--ready");
    for (const row of this.list.children) this.ready(row);
    this.input.addEventListener("change", () => { this.take([...this.input.files]); this.input.value = ""; });
    this.form.addEventListener("submit", (event) => this.hold(event));
    this.form.addEventListener("paste", (event) => this.paste(event));
    this.form.addEventListener("dragover", (event) => this.over(event));
    this.form.addEventListener("dragleave", (event) => { if (!this.form.contains(event.relatedTarget)) this.out(); });
    this.form.addEventListener("drop", (event) => this.drop(event));
    this.list.addEventListener("click", (event) => this.press(event));
  }

  say(text) { this.box.querySelector("[data-said]").textContent = text; }

  over(event) {
    if (!isOfFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    this.form.classList.add("is-dropping");
  }

  out() { this.form.classList.remove("is-dropping"); }

  drop(event) {
    this.out();
    if (!isOfFiles(event)) return;
    event.preventDefault();
    this.take([...event.dataTransfer.files]);
  }

  paste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    // What was copied from a text or a table has a picture of itself, too: then the words are meant.
    if (!files.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    this.take(files);
  }

  take(files) {
    for (const file of files) {
      const row = this.row(file);
      if (file.size > Number(this.box.dataset.largest)) this.refuse(row, named(this.box.dataset.tooLarge, file.name));
      else this.waiting.push({ file, row });
    }
    this.next();
  }

  row(file) {
    const row = document.createElement("li");
    row.className = "upload upload--going";
    const name = document.createElement("span");
    name.className = "upload__name";
    name.textContent = file.name;
    const bar = document.createElement("progress");
    bar.setAttribute("aria-label", named(this.box.dataset.going, file.name));
    row.append(name, bar, this.button(this.box.dataset.stop, "data-stop"));
    this.list.append(row);
    return row;
  }

  button(text, mark) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn--small";
    button.setAttribute(mark, "");
    button.textContent = text;
    return button;
  }

  next() {
    if (this.going) return;
    this.going = this.waiting.shift();
    if (!this.going) { this.sendHeld(); return; }
    const { file, row } = this.going;
    const data = new FormData();
    data.append("files_of", this.form.elements.files_of.value);
    data.append("attached", file, file.name);
    const request = new XMLHttpRequest();
    this.going.request = request;
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) row.querySelector("progress").value = event.loaded / event.total;
    });
    request.addEventListener("load", () => this.answered(request, file, row));
    request.addEventListener("error", () => this.fail(row, file, named(this.box.dataset.failed, file.name)));
    request.addEventListener("abort", () => { row.remove(); this.input.focus(); });
    request.addEventListener("loadend", () => { this.going = null; this.next(); });
    request.open("POST", this.box.dataset.attach);
    request.setRequestHeader("X-CSRFToken", this.form.elements.csrfmiddlewaretoken.value);
    request.setRequestHeader("HX-Request", "true");
    this.say(named(this.box.dataset.going, file.name));
    request.send(data);
  }

  answered(request, file, row) {
    if (request.status === 200) {
      const made = document.createElement("template");
      made.innerHTML = request.responseText;
      const kept = made.content.querySelector("[data-upload]");
      const stood = row.contains(document.activeElement);
      row.replaceWith(kept);
      this.ready(kept);
      if (stood) kept.querySelector("[data-remove]").focus();
      this.say(named(this.box.dataset.attached, kept.dataset.name));
      this.changed();
    } else if (request.status === 422) {
      this.refuse(row, request.responseText);
    } else {
      const ended = [204, 403].includes(request.status);
      this.fail(row, file, ended ? words.errorForbidden : named(this.box.dataset.failed, file.name));
    }
  }

  refuse(row, why) {
    this.say("");
    const stood = row.contains(document.activeElement);
    row.className = "upload upload--refused";
    const text = document.createElement("span");
    text.className = "upload__name";
    text.setAttribute("role", "alert");
    text.textContent = why;
    const leave = this.button(this.box.dataset.leave, "data-leave");
    row.replaceChildren(text, leave);
    if (stood) leave.focus();
  }

  fail(row, file, why) {
    this.refuse(row, why);
    const again = this.button(this.box.dataset.again, "data-again");
    again.addEventListener("click", () => { row.remove(); this.take([file]); this.input.focus(); });
    row.querySelector("[data-leave]").before(again);
  }

  ready(row) { row.querySelector("[data-remove]").hidden = false; }

  press(event) {
    const button = event.target.closest("button");
    const row = button?.closest("li");
    if (!row) return;
    if (button.hasAttribute("data-stop")) this.stop(row);
    else if (button.hasAttribute("data-leave")) this.leave(row);
    else if (button.hasAttribute("data-remove")) this.remove(row, button);
  }

  stop(row) {
    if (this.going?.row === row) { this.going.request.abort(); return; }
    this.waiting = this.waiting.filter((one) => one.row !== row);
    this.leave(row);
  }

  leave(row) {
    const near = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    (near?.querySelector("button") ?? this.input).focus();
  }

  remove(row, button) {
    const headers = { "X-CSRFToken": this.form.elements.csrfmiddlewaretoken.value, "HX-Request": "true" };
    // The row is what is sent; that the server forgets the file, too, is tidiness.
    fetch(button.dataset.remove, { method: "POST", headers }).catch(() => {});
    this.leave(row);
    this.say(named(this.box.dataset.removed, row.dataset.name));
    this.changed();
  }

  // What is kept of the text keeps the files, too.
  changed() { this.form.dispatchEvent(new Event("input", { bubbles: true })); }

  hold(event) {
    if (!this.going) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.sendAfter = event.submitter ?? undefined;
    this.held = true;
    this.say(this.box.dataset.waits);
  }

  sendHeld() {
    if (!this.held) return;
    this.held = false;
    if (!this.list.querySelector(".upload--refused")) this.form.requestSubmit(this.sendAfter);
  }
}

function begin(root) {
  for (const box of root.querySelectorAll("[data-attach]:not(.attach--ready)")) new Attach(box);
}

// A file that is dropped beside its place must not take the place of the page.
document.addEventListener("dragover", (event) => {
  if (!isOfFiles(event) || event.defaultPrevented || !document.querySelector(".attach--ready")) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "none";
});
document.addEventListener("drop", (event) => { if (isOfFiles(event)) event.preventDefault(); });
document.addEventListener("followthrough:loaded", (event) => begin(event.target));
begin(document);
