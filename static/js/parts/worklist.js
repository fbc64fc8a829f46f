// Working through a list by keyboard: arrow keys (and j, k) go from row to row; after a deed the next row has the focus.
const rows = () => [...document.querySelectorAll("[data-worklist] > li")];
const first = (row) => row.querySelector(".work-do button, .work-do a, .work-do summary") ?? row;

const list = document.querySelector("[data-worklist]");
if (list) {
  document.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.target.closest("input, select, textarea")) return;
    const all = rows();
    const at = all.findIndex((row) => row.contains(document.activeElement));
    const next = all[at < 0 ? 0 : at + step];
    if (!next) return;
    event.preventDefault();
    first(next).focus();
    next.scrollIntoView({ block: "nearest" });
  });
  const number = /^#row-(\d+)$/.exec(location.hash)?.[1];
  if (number) {
    const all = rows();
    const here = document.querySelector(location.hash) ?? all.at(-1);
    if (here) first(here).focus();
  }
}

// One panel of a list is open at a time, and Escape closes it.
for (const panel of document.querySelectorAll(".work-more")) {
  panel.addEventListener("toggle", () => {
    if (!panel.open) return;
    for (const other of document.querySelectorAll(".work-more[open]")) if (other !== panel) other.open = false;
    panel.querySelector("input:not([type=hidden]), button")?.focus();
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !panel.open) return;
    panel.open = false;
    panel.querySelector("summary").focus();
  });
}
