// The clinic's zone is always named. When the visitor's clock runs differently, the time there is named as well:
// <span data-instant="2026-12-01T17:00:00Z" data-zone="America/Los_Angeles" data-text="For you: {time}" hidden></span>
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
const language = document.documentElement.lang;

const wallClock = (instant, zone) =>
  new Intl.DateTimeFormat("en", { dateStyle: "short", timeStyle: "short", timeZone: zone }).format(instant);

for (const place of document.querySelectorAll("[data-instant]")) {
  const instant = new Date(place.dataset.instant);
  if (Number.isNaN(instant.getTime()) || wallClock(instant, own) === wallClock(instant, place.dataset.zone)) continue;
  const time = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(instant);
  place.textContent = place.dataset.text.replace("{time}", time).replace("{zone}", own.split("/").pop().replaceAll("_", " "));
  place.hidden = false;
}

// Forms tell the zone, so that mails can name it.
for (const field of document.querySelectorAll("input[data-own-zone]")) field.value = own;
