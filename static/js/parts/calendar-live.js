// Others' changes: the server says that something changed, the calendar asks anew. Where it cannot say so, we ask.
const EVERY_MS = 20000;

export function listen(stampOf, changed, trouble) {
  let source;
  let timer;
  const connect = () => {
    const stamp = stampOf();
    if (!stamp) return poll();
    source = new EventSource(`/staff/calendar/live?since=${encodeURIComponent(stamp)}`);
    source.addEventListener("changed", (event) => {
      if (event.data !== stampOf()) changed();
    });
    source.addEventListener("open", () => trouble(false));
    source.addEventListener("error", () => {
      // The browser connects again by itself unless the server told it to stop; then with what is known by now.
      source.close();
      clearTimeout(timer);
      timer = setTimeout(connect, 3000);
    });
  };
  const poll = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      changed();
      connect();
    }, EVERY_MS);
  };
  connect();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") changed();
  });
}
