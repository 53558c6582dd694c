"use strict";
/* A scanner that plays a keyboard, on a laptop where no driver takes it: what it types is told from a person's keys by
   its speed and goes to the desk.  Loaded only where the settings ask for it. */
(() => {
  const GAP_MS = 30; // a scanner types a key in 7 to 16 ms, a person in 100 and more
  const LEAST = 6; // no code is shorter; two keys hit at once are
  const MOST = 2953; // the most bytes of a QR code
  const ANSWER_MS = 5000;
  let typed = "";
  let last = -Infinity;

  const forget = () => { typed = ""; };

  async function send(payload) {
    try {
      const answer = await fetch("/gate/scan", {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Gate": "1" },
        body: JSON.stringify({ payload }),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      if (!answer.ok) throw new Error(String(answer.status));
    } catch {
      const line = document.querySelector("#said");
      line.textContent = document.body.dataset.failed;
      line.classList.add("refused");
      line.hidden = false;
      setTimeout(() => { line.hidden = true; }, 4000);
    }
  }

  // Before the page's own keys, which leave bursts alone but for Enter on a key that has the focus.
  window.addEventListener("keydown", (e) => {
    if (e.isComposing || e.repeat || e.ctrlKey || e.altKey || e.metaKey) return forget();
    if (e.target instanceof Element && e.target.matches("input, textarea, select")) return forget();
    if (e.key === "Shift") return; // a scanner presses it before capitals
    const burst = e.timeStamp - last <= GAP_MS;
    last = e.timeStamp;
    if (e.key === "Enter") {
      const payload = typed;
      forget();
      if (!burst || payload.length < LEAST) return;
      e.preventDefault();
      e.stopImmediatePropagation();
      send(payload);
    } else if (e.key.length !== 1 || e.key < " " || e.key > "~" || typed.length >= MOST) {
      forget();
    } else {
      typed = (burst ? typed : "") + e.key;
    }
  }, { capture: true });
})();
