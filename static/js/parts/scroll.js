// What is chosen in a row that scrolls sideways is brought into sight.
for (const chosen of document.querySelectorAll(".scrolls [aria-current], .staff-side nav [aria-current]")) {
  chosen.scrollIntoView({ block: "nearest", inline: "center", behavior: "instant" });
}
