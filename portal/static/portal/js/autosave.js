// Sends a form marked data-autosave="URL" a moment after each change and says when it was saved.
const WAIT = 900;

for (const form of document.querySelectorAll("form[data-autosave]")) {
  const note = form.querySelector("[data-autosave-status]");
  let timer = 0;
  let running = null;

  const say = (text) => { if (note) note.textContent = text; };

  const save = async () => {
    running?.abort();
    running = new AbortController();
    say("Saving…");
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Autosave": "1", Accept: "application/json" },
        signal: running.signal,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const time = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
      say(`Draft saved at ${time}`);
      form.dispatchEvent(new CustomEvent("autosaved", { bubbles: true }));
    } catch (problem) {
      if (problem.name !== "AbortError") say("Not saved yet. Check your connection; we try again with your next change.");
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, WAIT);
  });
}
