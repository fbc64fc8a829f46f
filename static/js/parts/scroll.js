// What is chosen in a row that scrolls sideways is brought into sight; the page itself stays where it is.
for (const chosen of document.querySelectorAll(".scrolls [aria-current], .staff-side nav [aria-current], .tabs [aria-current]")) {
  const row = chosen.closest("ul");
  const [inner, outer] = [chosen.getBoundingClientRect(), row.getBoundingClientRect()];
  row.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
}
