"use strict";
/* The sign of life of every page of the gate's browser, after a paint: a page that cannot paint is not alive, and a
   page that says nothing is taken for one (station/painted.py).  A page beside the gate's own (迎检资料, 交班小结) goes
   back to it when a fever sounds. */
(() => {
  const EVERY_MS = 10_000;
  const ANSWER_MS = 5000;
  const body = document.body;

  async function report() {
    try {
      const answer = await fetch(`/gate/alive?version=${body.dataset.version ?? 0}`, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Gate": "1" },
        body: "{}",
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      if ("beside" in body.dataset && answer.headers.get("X-Gate-Alarm")) location.replace("/gate");
    } catch { /* while the desk is away its browser is not to blame */ }
  }

  const painted = () => requestAnimationFrame(() => setTimeout(report, 0));
  painted();
  setInterval(painted, EVERY_MS);
})();
