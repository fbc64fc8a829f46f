// What is wrong is read out first: the summary of errors takes the focus.
document.querySelector("[data-focus]")?.focus();

// A filter that sends itself when it changes; the button is for those without scripts.
for (const control of document.querySelectorAll("[data-sends]")) {
  control.addEventListener("change", () => control.form.requestSubmit());
}

// One press, one request. The server refuses doubles as well; this only spares the waiting.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.method === "post") {
    form.dataset.sent = "yes";
    (event.submitter ?? form.querySelector("button"))?.classList.add("busy");
  }
});

// Going back shows the page from memory: make the form usable again.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll(".busy")) button.classList.remove("busy");
});
