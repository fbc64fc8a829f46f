// Dates and times on the clocks of the place, as text. The calendar hands out dates whose local fields are wall time.
const two = (number) => String(number).padStart(2, "0");

export const dayOf = (date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
export const clockOf = (date) => `${two(date.getHours())}:${two(date.getMinutes())}`;
export const wallOf = (date) => `${dayOf(date)}T${clockOf(date)}`;
export const minutesBetween = (from, until) => Math.round((until - from) / 60000);
export const later = (date, minutes) => new Date(date.getTime() + minutes * 60000);

// Noon, so that no change of clocks moves it to another day.
export const dateOf = (day) => new Date(`${day}T12:00:00`);

export function stepped(day, view, by) {
  const date = dateOf(day);
  if (view === "month") {
    date.setDate(1);
    date.setMonth(date.getMonth() + by);
  } else date.setDate(date.getDate() + by * (view === "week" ? 7 : 1));
  return dayOf(date);
}

const language = document.documentElement.lang;
export const timeText = (date) => new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" }).format(date);
export const dayText = (date) =>
  new Intl.DateTimeFormat(language, { weekday: "long", year: "numeric", month: "long", day: "numeric" }).format(date);
const shortDay = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year: "numeric" });

export function titleOf(view, from, until) {
  if (view === "day") return dayText(from);
  if (view === "month") {
    const middle = new Date((from.getTime() + until.getTime()) / 2);
    return new Intl.DateTimeFormat(language, { month: "long", year: "numeric" }).format(middle);
  }
  return shortDay.formatRange(from, new Date(until.getTime() - 1));
}
