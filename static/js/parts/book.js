// Booking for a caller without reloads: whoever is found is shown at once, free times follow what is wanted, and people
// who may be known already are named while somebody types. Everything works without this file, with more pages.
import { findClient, later, loader } from "./find-client.js";

const form = document.querySelector("form[data-book]");
if (form) start(form);

function start(form) {
  const part = (id) => document.getElementById(id);
  const [box, panel, fresh, alike] = ["find-box", "client-panel", "new-client", "alike"].map(part);
  const input = part("f-q");
  const field = (name) => form.elements.namedItem(name);
  const loadClient = loader();
  const loadTimes = loader();
  const loadAlike = loader();

  // Buttons that show the page again do their work here; then Enter means "book".
  for (const idle of form.querySelectorAll("[data-no-script]")) idle.remove();
  const own = (root) => {
    for (const button of root.querySelectorAll("button[name=step]")) button.type = "button";
  };
  own(form);

  const hasClient = () => Boolean(panel.querySelector("input[name=client]"));
  const opener = form.querySelector("[data-new-client]");
  const showNew = (open) => {
    fresh.hidden = !open;
    fresh.disabled = !open;
    opener.hidden = open;
    // Nobody is booked for nobody: the browser says so at the box.
    input.setCustomValidity(open || hasClient() ? "" : input.dataset.choose);
  };
  showNew(!hasClient() && "open" in fresh.dataset);

  async function choose(client) {
    const shown = await loadClient(`/staff/book/client?client=${encodeURIComponent(client)}`);
    if (shown === null) return;
    panel.innerHTML = shown;
    own(panel);
    box.hidden = true;
    showNew(false);
    input.value = "";
    const usual = panel.querySelector(".chosen");
    const service = field("service");
    if (!service.value && usual.dataset.service) {
      service.value = usual.dataset.service;
      if (!field("provider").value) field("provider").value = usual.dataset.provider;
      await refresh();
    }
    const next = service.value ? form.querySelector("input[name=start]:checked, input[name=start]") : null;
    (next ?? service).focus();
  }

  function unchoose() {
    panel.replaceChildren();
    box.hidden = false;
    showNew(false);
    input.focus();
  }

  /** What was typed goes where it belongs: a mail address, a number, or a name with the family name last. */
  function openNew(typed) {
    box.hidden = false;
    showNew(true);
    const fill = (name, value) => {
      if (value && !field(name).value) field(name).value = value;
    };
    if (typed.includes("@")) fill("email", typed);
    else if (/^[\d\s()+./-]{5,}$/.test(typed)) fill(/^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}$/.test(typed) ? "birth_date" : "phone", typed);
    else {
      const words = typed.split(/\s+/).map((word) => word.charAt(0).toUpperCase() + word.slice(1));
      fill("last_name", words.length > 1 ? words.pop() : "");
      fill("first_name", words.join(" "));
    }
    const empty = ["first_name", "last_name", "phone"].map(field).find((element) => !element.value);
    (empty ?? field("first_name")).focus();
    seek();
  }

  findClient(input, part("hits"), part("hits-said"), (option) => {
    if (option.dataset.client) choose(option.dataset.client);
    else openNew(option.dataset.new ?? "");
  });

  const seek = later(250, async () => {
    const query = new URLSearchParams();
    for (const name of ["first_name", "last_name", "phone", "email"]) query.set(name, field(name).value);
    const shown = field("first_name").value && field("last_name").value ? await loadAlike(`/staff/clients/like?${query}`) : "";
    if (shown === null || alike.innerHTML === shown) return;
    alike.innerHTML = shown;
    own(alike);
  });
  fresh.addEventListener("input", seek);
  opener.addEventListener("click", () => openNew(input.value.trim()));

  async function refresh() {
    const times = part("times");
    if (!times) return;
    const query = new URLSearchParams();
    for (const name of ["service", "then", "then2", "provider", "location", "day", "party", "clock", "start"]) {
      const value = new FormData(form).get(name);
      if (value) query.set(name, value);
    }
    const shown = await loadTimes(`/staff/book/times?${query}`);
    if (shown === null) return;
    times.innerHTML = shown;
    own(times);
  }

  for (const what of form.querySelectorAll("[data-what]")) {
    what.addEventListener("change", async (event) => {
      // A time of another day is another time.
      if (event.target.name === "day") for (const time of form.querySelectorAll("input[name=start]")) time.checked = false;
      await refresh();
    });
  }

  // What is chosen last is meant.
  form.addEventListener("change", (event) => {
    if (event.target.name === "start" && field("clock")) field("clock").value = "";
  });

  form.addEventListener("click", async (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if ("otherClient" in button.dataset) unchoose();
    else if (button.dataset.client) await choose(button.dataset.client);
    else if (button.dataset.day) {
      field("day").value = button.dataset.day;
      for (const time of form.querySelectorAll("input[name=start]")) time.checked = false;
      await refresh();
      const label = button.getAttribute("aria-label");
      const same = label && [...part("times").querySelectorAll("[data-day]")].find((other) => other.getAttribute("aria-label") === label);
      (same ?? part("times").querySelector("input[name=start]"))?.focus();
    } else if ("refresh" in button.dataset) {
      await refresh();
      part("times").querySelector("input[name=start]:checked")?.focus();
    }
  });
}
