// The calendar by keyboard: from card to card in the order of time, and a card by arrows to another place.
import { later, minutesBetween, timeText, dayText, wallOf } from "./calendar-time.js";

export function keys(frame) {
  const { page, root, words, say } = frame;
  let moving;

  const cards = () => {
    const all = [...root.querySelectorAll(".ec-event [data-card]")].map((head) => ({
      element: head.closest(".ec-event"),
      event: frame.event(head.dataset.card),
    }));
    const order = (card) => frame.columns().findIndex((column) => column.id === card.event.resourceIds[0]);
    return all
      .filter((card) => card.event && !card.element.classList.contains("ec-preview"))
      .sort((one, other) => one.event.start - other.event.start || order(one) - order(other));
  };
  const focused = () => cards().find((card) => card.element.contains(document.activeElement));
  const focus = (id) =>
    requestAnimationFrame(() => cards().find((card) => card.event.id === id)?.element.focus({ preventScroll: false }));

  const step = (by) => {
    const all = cards();
    if (all.length === 0) return say(words.none);
    const at = all.findIndex((card) => card.element.contains(document.activeElement));
    const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))];
    next.element.focus();
  };

  const begin = (card) => {
    const { event } = card;
    if (!event.startEditable) return say(words.notMovable);
    moving = { id: event.id, was: { start: event.start, end: event.end, resourceIds: event.resourceIds }, event };
    root.classList.add("is-moving");
    say(words.moving);
  };
  // As text, which is wall time; a date would be taken for an instant.
  const show = (event) =>
    frame.calendar.updateEvent({ ...event, start: wallOf(event.start), end: wallOf(event.end) });
  const place = (start, resourceIds) => {
    const { event, was } = moving;
    const end = later(start, minutesBetween(was.start, was.end));
    moving.event = { ...event, start, end, resourceIds };
    show(moving.event);
    const column = frame.columns().find((one) => one.id === resourceIds[0]);
    say([words.movingAt, dayText(start), timeText(start), column?.title].filter(Boolean).join(" "));
    focus(moving.id);
  };
  const stop = () => {
    root.classList.remove("is-moving");
    moving = undefined;
  };
  const cancel = () => {
    show({ ...moving.event, ...moving.was });
    focus(moving.id);
    say(words.movingEnded);
    stop();
  };
  const confirm = () => {
    const { event, was, id } = moving;
    stop();
    frame.moved(event, was, () => {
      show({ ...event, ...was });
      focus(id);
    });
  };
  const sideways = (by) => {
    const columns = frame.columns();
    const { event } = moving;
    if (frame.view() === "week" && columns.length < 2) return place(later(event.start, by * 1440), event.resourceIds);
    const at = columns.findIndex((column) => column.id === event.resourceIds[0]);
    const next = columns[at + by];
    if (next) place(event.start, [next.id]);
  };

  const whileMoving = {
    ArrowUp: () => place(later(moving.event.start, -15), moving.event.resourceIds),
    ArrowDown: () => place(later(moving.event.start, 15), moving.event.resourceIds),
    ArrowLeft: () => sideways(-1),
    ArrowRight: () => sideways(1),
    Enter: confirm,
    Escape: cancel,
  };
  const isTyping = (target) => target.closest("input, select, textarea, dialog, [contenteditable]");

  // Before the calendar's own keys, which would open the card that is being moved.
  page.addEventListener(
    "keydown",
    (event) => {
      if (!moving || !whileMoving[event.key]) return;
      event.preventDefault();
      event.stopPropagation();
      whileMoving[event.key]();
    },
    true,
  );
  document.addEventListener("keydown", (event) => {
    if (moving || event.defaultPrevented || event.ctrlKey || event.metaKey || isTyping(event.target)) return;
    const press = (selector) => page.querySelector(selector)?.click();
    if (event.altKey) {
      if (event.key === "ArrowLeft") press("[data-step='-1']");
      else if (event.key === "ArrowRight") press("[data-step='1']");
      else return;
      return event.preventDefault();
    }
    const inCalendar = root.contains(event.target) || event.target === document.body || event.target.id === "main";
    const card = focused();
    const deeds = {
      ArrowDown: inCalendar && (() => step(1)),
      ArrowRight: inCalendar && (() => step(1)),
      ArrowUp: inCalendar && (() => step(-1)),
      ArrowLeft: inCalendar && (() => step(-1)),
      Escape: () => frame.close(),
      m: card && (() => begin(card)),
      n: () => press("[data-book]"),
      f: () => press("[data-find]"),
      b: () => press("[data-block]"),
      t: () => press("[data-step='0']"),
      "?": () => frame.help(),
    };
    if (!deeds[event.key]) return;
    event.preventDefault();
    deeds[event.key]();
  });
  return { isMoving: () => Boolean(moving), focus };
}
