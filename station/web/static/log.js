"use strict";
/* The duty log 值守记录: its sheets are asked for when they are opened; numbers and times are typed on one pad. */
window.dutyLog = (() => {
  const one = (selector) => document.querySelector(selector);
  const isTime = (args) => args.field === "time";

  /** Put the sheet called *page* in its place, and its pad, where it has one. */
  async function show(page) {
    const answer = await fetch(`/gate/log?page=${page}`, { signal: AbortSignal.timeout(5000) });
    if (!answer.ok) throw new Error(page);
    one("#sheet-log").innerHTML = await answer.text();
    const pad = one("#sheet-log template");
    if (pad) one("#sheet-number").replaceChildren(pad.content.cloneNode(true));
  }

  /** The pad is about what the sheet was about, and what stands on the key. */
  function begin(key, args) {
    const of = [one("#sheet-log h2").textContent, key.querySelector(".label").textContent];
    one("#sheet-number h2").textContent = of.join(" · ");
    one("#sheet-number .hint").hidden = !isTime(args);
  }

  function typed(text, args) {
    one("#sheet-number output").textContent = isTime(args) ? text.slice(0, 4).replace(/^(..)(.)/, "$1:$2") : text;
    one("#sheet-number [data-send]").disabled = isTime(args) ? text.length !== 4 : !text;
  }

  /** What goes out: the number under the name that the key gives. */
  function value(text, { act, field, ...others }) {
    return { ...others, [field]: field === "time" ? text : String(Number(text)) };
  }

  return { show, begin, typed, value };
})();
