// Asks the server and shows its answers: the panel beside the calendar, and the dialog before something changes.
export async function ask(address, options = {}) {
  const answer = await fetch(address, { credentials: "same-origin", ...options });
  // A session that ended answers with the page to sign in.
  if (answer.redirected && new URL(answer.url).pathname === "/staff/sign-in") {
    location.href = answer.url;
    throw new Error("signed out");
  }
  return answer;
}

export const post = (address, values) => ask(address, { method: "POST", body: new URLSearchParams(values) });

// The fragment comes from our own server, which escapes what people typed.
export function put(place, markup) {
  const parsed = new DOMParser().parseFromString(markup, "text/html");
  place.replaceChildren(...parsed.body.childNodes);
}
