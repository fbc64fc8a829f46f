// What a card says. Names are text, never markup.
import { minutesBetween, timeText } from "./calendar-time.js";

const make = (name, className, text) => {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
};

const mark = (className, sign, words) => {
  const element = make("span", `event-mark ${className}`, sign);
  element.title = words;
  element.setAttribute("aria-hidden", "true");
  return element;
};

export function contentOf(words, info, namesProvider) {
  const { event } = info;
  const props = event.extendedProps;
  if (event.display === "background") return event.title ? { domNodes: [make("span", "shade-title", event.title)] } : "";
  if (props.kind === "day") {
    const lines = [];
    if (props.count) lines.push(make("span", "day-count", `${props.count} ${words.count}`));
    if (props.requests) lines.push(make("span", "day-requests", `${props.requests} ${words.requests}`));
    return { domNodes: lines };
  }
  if (props.kind === "closed") return event.title;
  // Time that is just being marked.
  if (!props.kind) return { domNodes: [make("span", "card-time", info.timeText)] };
  const lasts = minutesBetween(event.start, event.end);
  const head = make("div", lasts < 25 ? "card-head is-short" : "card-head");
  head.dataset.card = event.id;
  head.append(make("span", "card-title", event.title || words.blocked));
  if (props.alert) head.append(mark("card-alert", "!", words.alert));
  if (props.noted) head.append(mark("card-note", "\u270e", words.note));
  if (props.confirmed) head.append(mark("card-confirmed", "\u2713", words.confirmed));
  const more = make("div", lasts <= 30 ? "card-more is-tight" : "card-more");
  more.append(make("span", "card-time", timeText(event.start)));
  if (props.kind === "class") more.append(make("span", "", `${props.taken}/${props.seats} ${words.seats}`));
  else if (props.service) more.append(make("span", "", props.service));
  if (namesProvider && props.provider) more.append(make("span", "", props.provider));
  if (props.status && props.status !== "booked") more.append(make("span", `card-status is-${props.status.replace("_", "-")}`, words[props.status]));
  if (lasts < 25) head.prepend(more.firstChild);
  return { domNodes: [head, more] };
}

// The card in one sentence, for whoever hears it.
export function sentenceOf(words, event, column) {
  const props = event.extendedProps;
  const parts = [timeText(event.start), event.title || words.blocked, props.service, props.status && words[props.status]];
  if (props.confirmed) parts.push(words.confirmed);
  if (props.alert) parts.push(words.alert);
  if (props.noted) parts.push(words.note);
  if (props.kind === "class") parts.push(`${props.taken}/${props.seats} ${words.seats}`);
  parts.push(column);
  return parts.filter(Boolean).join(", ");
}
