// What is shown: view, day and filters. They stand in the address, so that reloading and going back show the same.
import { dayOf } from "./calendar-time.js";

const NAMES = ["view", "date", "by", "location", "provider", "service", "color"];
const USUAL = { by: "provider", color: "service" };

export function stateOf(page) {
  const state = {};
  for (const name of NAMES) state[name] = page.dataset[name] ?? "";
  return state;
}

export function addressOf(state) {
  const query = new URLSearchParams();
  for (const name of NAMES) if (state[name] && state[name] !== USUAL[name]) query.set(name, state[name]);
  const text = query.toString();
  return text ? `/staff?${text}` : "/staff";
}

export function eventsAddress(state, from, until) {
  const query = new URLSearchParams({ from: dayOf(from), to: dayOf(until) });
  for (const name of ["view", "by", "location", "provider", "service", "color"]) if (state[name]) query.set(name, state[name]);
  return `/staff/calendar/events?${query}`;
}

// A narrow screen shows the list unless somebody asks for something else.
export const viewOf = (state) => state.view || (matchMedia("(max-width: 44rem)").matches ? "list" : "day");
