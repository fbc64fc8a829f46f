// "Who is calling?": a box with a list of hits below. Arrow keys choose, Enter takes, Escape closes. Whoever is taken is
// handed to the page; without scripts the button beside the box searches instead.
const PATIENCE = 140;

/** Loads a part of the page; an older answer never replaces a newer one. */
export function loader() {
  let running = null;
  return async (url) => {
    running?.abort();
    running = new AbortController();
    try {
      const answer = await fetch(url, { signal: running.signal, headers: { accept: "text/html" }, redirect: "error" });
      return answer.ok ? await answer.text() : null;
    } catch {
      return null;
    }
  };
}

export function later(wait, deed) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => deed(...given), wait);
  };
}

/** Makes `input` a combobox over `list`. `taken(option)` is called with the option that was chosen. */
export function findClient(input, list, said, taken) {
  const load = loader();
  let at = -1;
  const options = () => [...list.querySelectorAll("[role=option]")];

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  const close = () => {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (place) => {
    const all = options();
    if (!all.length) return;
    at = (place + all.length) % all.length;
    for (const option of all) option.setAttribute("aria-selected", String(option === all[at]));
    input.setAttribute("aria-activedescendant", all[at].id);
    all[at].scrollIntoView({ block: "nearest" });
  };
  const take = (option) => {
    close();
    taken(option);
  };
  const look = async () => {
    const typed = input.value.trim();
    if (typed.length < 2) return close();
    const found = await load(`/staff/clients/find?q=${encodeURIComponent(typed)}`);
    if (found === null || input.value.trim() !== typed) return;
    list.innerHTML = found;
    list.hidden = false;
    at = -1;
    input.setAttribute("aria-expanded", "true");
    const hits = options().filter((option) => option.dataset.client).length;
    said.textContent = hits ? said.dataset.some.replace("#", hits) : said.dataset.none;
    mark(0);
  };
  const soon = later(PATIENCE, look);

  input.addEventListener("input", soon);
  input.addEventListener("keydown", async (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return look();
      mark(at + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter") {
      // Enter never sends the form from here: it takes the hit, or looks first when somebody typed faster than that.
      event.preventDefault();
      if (list.hidden) await look();
      else if (options()[at]) take(options()[at]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "Tab") {
      close();
    }
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
  input.addEventListener("blur", () => setTimeout(close, 120));
  if (input.value) look();
}
