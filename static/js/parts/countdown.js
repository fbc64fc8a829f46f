// How long a time is still kept: <div data-hold data-seconds="540"> with <strong data-left> in it. Counted from the
// loading of the page, so a wrong clock on the phone does not matter.
const box = document.querySelector("[data-hold]");
if (box) {
  const end = performance.now() + Number(box.dataset.seconds) * 1000;
  const left = box.querySelector("[data-left]");
  const show = () => {
    const seconds = Math.max(0, Math.round((end - performance.now()) / 1000));
    left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (seconds > 0) return;
    clearInterval(timer);
    box.querySelector("[data-running]").hidden = true;
    box.querySelector("[data-over]").hidden = false;
  };
  const timer = setInterval(show, 1000);
  show();
}
