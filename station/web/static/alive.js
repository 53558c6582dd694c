"use strict";
/* The sign of life of the pages beside the gate's own (迎检资料, 交班小结), as static/gate.js gives that one's: after a
   paint, since a page that cannot paint is not alive, and one that says nothing is taken for a hung browser
   (station/painted.py).  When a fever sounds they go back to the lane. */
(() => {
  const EVERY_MS = 10_000;
  const ANSWER_MS = 5000;

  async function report() {
    try {
      const answer = await fetch("/gate/alive?version=0", {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Gate": "1" },
        body: "{}",
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      if (answer.headers.get("X-Gate-Alarm")) location.replace("/gate");
    } catch { /* while the desk is away its browser is not to blame */ }
  }

  const painted = () => requestAnimationFrame(() => setTimeout(report, 0));
  painted();
  setInterval(painted, EVERY_MS);
})();
