"use strict";
/* The gate's page.  It shows what the desk says and sends what is pressed; it decides nothing.
   Sections: time, showing, listening, pressing, sheets, pads, registering, keyboard, hands, sign of life. */
(() => {
  const body = document.body;
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // ---- time: the station's, counted on from the last word of the server; the machine's own clock may jump.
  const STALE_MS = 10_000; // two heartbeats of 4 s may be lost before that
  const clock = { base: Number(body.dataset.now), at: performance.now(), heard: performance.now() };
  const wallClock = new Intl.DateTimeFormat("zh-CN", {
    hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: body.dataset.timezone,
  });
  const now = () => clock.base + performance.now() - clock.at;

  function heard(nowMs) {
    Object.assign(clock, { base: nowMs, at: performance.now(), heard: performance.now() });
  }

  function asText(ms, form) {
    const s = Math.max(0, form === "seconds" || form === "clock" ? Math.ceil(ms / 1000) : Math.floor(ms / 1000));
    if (form === "seconds") return String(s);
    const two = (n) => String(n).padStart(2, "0");
    const [h, m] = [Math.floor(s / 3600), Math.floor(s / 60)];
    return h ? `${h}:${two(m % 60)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
  }

  function put(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  function tick() {
    const t = now();
    for (const e of all("[data-until]")) {
      const left = e.dataset.until - t;
      const done = left <= 0 && e.dataset.done;
      put(e, done || asText(left, e.dataset.as));
      e.classList.toggle("done", Boolean(done));
    }
    for (const e of all("[data-since]")) put(e, asText(t - e.dataset.since, "since"));
    for (const e of all("[data-vanishes]")) e.hidden = t >= e.dataset.vanishes;
    if (body.dataset.wiped && t >= body.dataset.wiped) body.dataset.wiped = "";
    for (const e of all("[data-clock]")) put(e, wallClock.format(t));
    const silent = performance.now() - clock.heard;
    const stale = silent >= STALE_MS;
    const banner = one("#stale");
    if (stale) {
      const line = one("[data-text]", banner);
      put(line, line.dataset.text.replace("{n}", Math.floor(silent / 1000)));
    }
    banner.hidden = !stale;
    body.classList.toggle("old", stale);
  }

  // ---- showing: a slot is touched only when its HTML changed, so that focus and a finger stay where they are.
  const GRAVE = ["refer", "fever", "deny", "closed"];
  const shown = {}; // slot → HTML as it came
  const changedAt = {}; // slot → when

  function show(view) {
    if (view.build !== body.dataset.build) return location.reload();
    const stage = body.dataset.stage;
    const root = document.documentElement;
    root.dataset.light = view.light;
    Object.assign(body.dataset, view.marks);
    body.dataset.version = view.version;
    for (const [slot, html] of Object.entries(view.html)) replace(slot, html);
    const gone = open && (!one(`#${open.id}`) || (open.tied && open.visit !== view.marks.visit));
    const grave = view.stage !== stage && GRAVE.includes(view.stage);
    if (gone || grave) closeSheet();
    if (grave) one("#said").hidden = true; // what was said of a press belongs to what was there before
    window.gatePads?.newer();
    heard(view.now_ms);
    tick();
  }

  function replace(slot, html) {
    const place = one(`#slot-${slot}`);
    if (!place || shown[slot] === html) return;
    const first = !(slot in shown);
    shown[slot] = html;
    const held = document.activeElement;
    const focused = place.contains(held) && (held.dataset.act || held.dataset.sheet);
    place.innerHTML = html;
    if (open && place.contains(one(`#${open.id}`))) one(`#${open.id}`).hidden = false;
    if (focused) one(`[data-act="${focused}"],[data-sheet="${focused}"]`, place)?.focus();
    if (!first) changedAt[slot] = performance.now();
  }

  // ---- listening: a stream; where all streams are taken, asking once a second.
  const ASK_MS = 1000;
  const TRY_AGAIN_MS = 30_000;
  let asking = 0;

  function listen() {
    clearInterval(asking);
    const source = new EventSource("/gate/stream");
    source.addEventListener("view", (e) => show(JSON.parse(e.data)));
    source.addEventListener("beat", (e) => heard(JSON.parse(e.data).now_ms));
    source.addEventListener("error", () => {
      if (source.readyState !== EventSource.CLOSED) return; // it comes back by itself
      source.close();
      clearInterval(asking);
      asking = setInterval(ask, ASK_MS);
      setTimeout(listen, TRY_AGAIN_MS);
      ask();
    });
  }

  async function ask() {
    try {
      const answer = await fetch(`/gate/view?version=${body.dataset.version}`, { signal: AbortSignal.timeout(3000) });
      if (answer.status === 200) show(await answer.json());
      else if (answer.status === 204) heard(now());
    } catch { /* the banner says that nothing comes */ }
  }

  // ---- pressing: one nonce per press; the desk does each nonce once.
  const SETTLE_MS = 300; // a key that has just come under the finger was not meant
  const BOUNCE_MS = 400; // two presses of one key within this are one
  const ANSWER_MS = 5000; // the desk answers within 3 s
  const lastPress = new Map();
  let hush = 0;

  const nonce = () => crypto.randomUUID?.() ??
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

  function say(text, refused) {
    const line = one("#said");
    line.textContent = text;
    line.classList.toggle("refused", refused);
    line.hidden = false;
    clearTimeout(hush);
    hush = setTimeout(() => { line.hidden = true; }, 4000);
  }

  const failed = () => say(body.dataset.failed, true);

  async function post(address, content) {
    return fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Gate": "1" },
      body: JSON.stringify(content),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
  }

  async function send(act, given, visit, key) {
    const same = act + JSON.stringify(given);
    const t = performance.now();
    if (t - (lastPress.get(same) ?? -BOUNCE_MS) < BOUNCE_MS) return;
    lastPress.set(same, t);
    key?.classList.add("busy");
    const content = { act, nonce: nonce(), arguments: given, visit: Number(visit) };
    try {
      const answer = await (await post("/gate/act", content)).json();
      if (!answer.accepted || answer.code !== "ok") say(answer.text, !answer.accepted);
      window.gatePads?.answered(answer.accepted);
      const stays = STAYS.includes(act) && key?.closest(".duty-sheet");
      if (!answer.accepted || stays || (act === "details" && key?.closest("#slot-sheets") && !("confirm" in key.dataset))) return;
      if (open && act in GOES_ON) window.gatePads.goOn(GOES_ON[act]);
      else closeSheet();
    } catch {
      failed();
    } finally {
      key?.classList.remove("busy");
    }
  }

  const given = (key) => JSON.parse(key.dataset.arguments || "{}");

  function press(key) {
    const slot = key.closest("[id^=slot-]")?.id.slice(5);
    if (slot && performance.now() - (changedAt[slot] ?? -SETTLE_MS) < SETTLE_MS && !open) return;
    if (key.dataset.sheet) openSheet(key.dataset.sheet, key);
    else if (key.dataset.act) send(key.dataset.act, given(key), open ? open.visit : body.dataset.visit, key);
    else if ("close" in key.dataset) back();
    else if (window.gatePads?.press(key)) return;
    else registration(() => key.dispatchEvent(new CustomEvent("gate:press", { bubbles: true }))); // a key of a form
  }

  // A key that asks to be confirmed: held for a second, or pressed twice within three.
  const HOLD_MS = 1000;
  const ARMED_MS = 3000;
  let hold = null;

  function startHold(key) {
    stopHold();
    key.classList.add("held");
    hold = { key, timer: setTimeout(held, HOLD_MS, key) };
  }

  function held(key) {
    stopHold();
    if (!key.isConnected) return; // replaced under the finger
    disarm(key);
    key.dataset.fired = "1";
    press(key);
  }

  function stopHold() {
    if (!hold) return;
    clearTimeout(hold.timer);
    hold.key.classList.remove("held");
    hold = null;
  }

  function confirmPress(key) {
    if (key.dataset.fired) return void delete key.dataset.fired; // the release after a full hold
    if (key.classList.contains("armed")) {
      disarm(key);
      return press(key);
    }
    const label = one(".label", key);
    key.dataset.label = label.textContent;
    label.textContent = body.dataset.again;
    key.classList.add("armed");
    setTimeout(() => disarm(key), ARMED_MS);
  }

  function disarm(key) {
    if (!key.classList.contains("armed")) return;
    key.classList.remove("armed");
    one(".label", key).textContent = key.dataset.label;
  }

  function pressed(key) {
    if (key.disabled || key.getAttribute("aria-disabled") === "true") return;
    if ("confirm" in key.dataset) confirmPress(key);
    else if (key.tagName === "A") key.click();
    else press(key);
  }

  document.addEventListener("click", (e) => {
    const key = e.target.closest("button");
    if (!key) return;
    if (handOnGlass()) return e.preventDefault();
    pressed(key);
  });
  document.addEventListener("pointerdown", (e) => {
    walking = false;
    const key = e.target.closest("[data-confirm]");
    if (key && e.isPrimary) startHold(key);
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) document.addEventListener(end, stopHold);
  document.addEventListener("contextmenu", (e) => e.preventDefault());

  // ---- sheets: what covers the lane for a moment.  The visit they were opened for is remembered, and most of them
  // close when that visit is over.
  const FORM = "sheet-registration";
  const FREE = ["sheet-more", "sheet-cases", "sheet-waiting", "sheet-people", "sheet-report", "sheet-log", "sheet-number", "sheet-paper", FORM,
    "sheet-duty", "sheet-relief", "sheet-pin"];
  const STAYS = ["read_case", "self_test", "self_test_seen", "own_temperature"]; // more is done on the duty's sheet
  // One person, one thing after the other: the list comes back.
  const GOES_ON = { isolation: "sheet-log-isolation", supplies: "sheet-log-supplies" };
  let open = null; // { id, visit, args, from, tied }

  function openSheet(id, key, tell = true) {
    if (!window.gatePads) return void pads().then((there) => (there ? openSheet(id, key, tell) : failed()));
    if (!one(`#${id}`)) return;
    const visit = open ? open.visit : body.dataset.visit;
    const from = open?.id === "sheet-log" && id !== "sheet-log" ? window.gatePads.logged() : "";
    if (open) one(`#${open.id}`).hidden = true;
    const args = key ? given(key) : {};
    open = { id, visit, args, from, tied: visit !== "0" && !from && !("case" in args) && !("of" in args) && !("log" in args) && !("subject" in args) && !FREE.includes(id) };
    one(`#${id}`).hidden = false;
    window.gatePads.opened(id, key);
    if (tell && id === FORM) registration(() => document.dispatchEvent(new CustomEvent("gate:sheet", { detail: id })));
  }

  /** 返回: from a pad to the sheet of the duty log that it was opened from, else to the lane. */
  function back() {
    const from = open?.from;
    closeSheet();
    if (from) openSheet("sheet-log", { dataset: { log: from } });
  }

  function closeSheet() {
    if (!open) return;
    const sheet = one(`#${open.id}`);
    if (sheet) sheet.hidden = true;
    open = null;
  }

  // ---- pads: what passing does not need comes right after the first paint, and is asked for until it is there.
  const PADS_AGAIN_MS = 3000;
  let bringing = null;

  const arrives = (tag, content) => new Promise((there, failed) => {
    document.head.append(Object.assign(document.createElement(tag), content, { onload: there, onerror: failed }));
  });
  const file = (name) => `/static/${name}?${body.dataset.build}`;

  function pads() {
    bringing ??= bring().then(() => true, () => {
      bringing = null;
      setTimeout(pads, PADS_AGAIN_MS);
      return false;
    });
    return bringing;
  }

  async function bring() {
    const answer = await fetch("/gate/pads", { signal: AbortSignal.timeout(ANSWER_MS) });
    if (!answer.ok) throw new Error("pads");
    one("#pads").innerHTML = await answer.text();
    await arrives("script", { src: file("pads.js") });
  }

  // ---- registering: its script and style come when a form is opened for the first time.
  let registering = null;

  async function registration(then) {
    registering ??= arrives("link", { rel: "stylesheet", href: file("registration.css") })
      .then(() => arrives("script", { src: file("registration.js") }));
    try {
      await registering;
    } catch {
      registering = null; // the next press tries again
      failed();
      if (open?.id === FORM) closeSheet();
      return;
    }
    then();
  }

  // ---- keyboard: the numpad's keys press what is marked with them.  A burst is a scanner, not a person.
  const BURST_MS = 50;
  const NAMES = { " ": "Space", ".": "Space", Decimal: "Space", Delete: "Backspace" };
  let waiting = null;
  let lastKey = -BURST_MS;
  let walking = false; // from key to key with Tab: only then Enter and Space belong to the key that has the focus

  document.addEventListener("keydown", (e) => {
    if (e.isComposing || e.ctrlKey || e.altKey || e.metaKey || e.target.matches("input, textarea, select")) return;
    if (e.key === "Tab") walking = true;
    if (e.key === "Tab" || e.key.startsWith("Arrow")) return;
    if ((e.key === "Enter" || e.key === " ") && walking && e.target.matches("button, a")) return;
    e.preventDefault();
    if (e.repeat) return;
    const t = performance.now();
    const burst = t - lastKey < BURST_MS;
    lastKey = t;
    clearTimeout(waiting);
    if (!burst) waiting = setTimeout(() => byName(NAMES[e.key] ?? e.key), BURST_MS);
    if (e.key === "9" && !open && !bearer("9")) help = setTimeout(callLeader, HELP_MS);
  });

  function bearer(name) {
    // What waits under 更多 has its key too; a sheet that is open has all keys to itself.
    const here = open ? (k) => k.closest(`#${open.id}`)
      : (k) => !("close" in k.dataset) && (!k.closest(".sheet") || k.closest("#sheet-more"));
    return all(`[data-key="${CSS.escape(name)}"]`).find(here);
  }

  function byName(name) {
    if (body.dataset.wiped && name !== "Space") return;
    const key = bearer(name);
    if (key) pressed(key);
    else if (name === "Escape" && !open) send("cancel", {}, body.dataset.visit);
  }

  const HELP_MS = 2000; // 9 held: help
  let help = 0;
  const callLeader = () => send("call_leader", {}, body.dataset.visit);
  document.addEventListener("keyup", (e) => { if (e.key === "9") clearTimeout(help); });

  // ---- hands: three fingers or a palm are a wipe or a lean, not a press.
  const PALM_MM = 30;
  const AFTER_MS = 700;
  const mm = parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--mm")) || 5;
  let hand = -AFTER_MS;
  const handOnGlass = () => performance.now() - hand < AFTER_MS;

  function touched(e) {
    const palm = [...e.touches].some((t) => Math.max(t.radiusX, t.radiusY) * 2 > PALM_MM * mm);
    if (e.touches.length >= 3 || palm) {
      hand = performance.now();
      stopHold();
    }
  }
  document.addEventListener("touchstart", touched, { passive: true });
  document.addEventListener("touchmove", touched, { passive: true });

  // ---- sign of life, after a paint: a page that cannot paint is not alive (static/alive.js is the same for the pages
  // beside this one, which has no request to spare for it).
  const ALIVE_MS = 10_000;

  function alive() {
    requestAnimationFrame(() => setTimeout(() => post(`/gate/alive?version=${body.dataset.version}`, {}).catch(() => {}), 0));
  }

  window.gate = { open: openSheet, close: closeSheet, opened: () => open, say, failed, post, send };
  tick();
  setInterval(tick, 200);
  listen();
  if (sessionStorage.getItem("registration")) registration(() => {}); // loaded again in the middle of a form
  alive();
  setInterval(alive, ALIVE_MS);
  requestAnimationFrame(() => setTimeout(pads, 0));
})();
