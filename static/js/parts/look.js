// Settings and the first steps: the browser guesses the zone, and the colour is shown while it is being chosen.
const zone = document.querySelector("select[data-guess-zone]");
if (zone && !zone.value) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...zone.options].some((option) => option.value === own)) zone.value = own;
}

const sample = document.getElementById("look-sample");
const color = document.getElementById("f-accent_color");
if (sample && color) {
  color.addEventListener("input", () => {
    sample.querySelector(".button").style.backgroundColor = color.value;
    sample.querySelector("a").style.color = color.value;
  });
}
