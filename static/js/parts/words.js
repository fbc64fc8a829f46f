// The editor of texts: placeholders are put where the cursor is, and the preview follows what is typed.
const editor = document.querySelector("form[data-preview]");
if (editor) {
  const fields = [...editor.querySelectorAll("input[name=subject], textarea")];
  let last = editor.querySelector("textarea[name=body]");
  for (const field of fields) field.addEventListener("focus", () => (last = field));

  for (const code of editor.querySelectorAll("[data-insert]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "words-insert";
    button.textContent = code.textContent;
    button.addEventListener("click", () => {
      last.focus();
      last.setRangeText(button.textContent, last.selectionStart, last.selectionEnd, "end");
      last.dispatchEvent(new Event("input", { bubbles: true }));
    });
    code.replaceWith(button);
  }

  const part = (name) => editor.querySelector(`[data-${name}]`);
  const put = (name, text) => {
    const place = part(name);
    if (place) place.textContent = text;
  };
  let waiting;
  let running;
  const look = async () => {
    running?.abort();
    running = new AbortController();
    try {
      const body = new URLSearchParams(new FormData(editor));
      const answer = await fetch(editor.dataset.preview, { method: "POST", body, signal: running.signal });
      if (!answer.ok) return;
      const shown = await answer.json();
      put("subject", shown.subject);
      put("text", shown.text);
      put("size", shown.size);
      put("with", shown.with);
      const frame = part("html");
      if (frame && frame.srcdoc !== shown.html) frame.srcdoc = shown.html;
      const complaints = part("complaints");
      complaints.hidden = shown.complaints.length === 0;
      complaints.querySelector("ul").replaceChildren(
        ...shown.complaints.map((sentence) => {
          const item = document.createElement("li");
          item.textContent = sentence;
          return item;
        }),
      );
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  };
  editor.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 400);
  });
  part("look").addEventListener("click", (event) => {
    event.preventDefault();
    look();
  });
}
