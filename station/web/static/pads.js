"use strict";
/* The sheets on which something is typed or asked for: search, a temperature, a number, a PIN, a plate, what stood on
   paper, the duty log.  The page brings them right after its first paint; static/gate.js opens and closes them.
   Sections: typing, search and temperature, duty log, plates, from paper. */
window.gatePads = (() => {
  const gate = window.gate;
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const rest = ({ act, ...others }) => others;
  const open = () => gate.opened() ?? { id: "", args: {} };

  // ---- typing: the pads share the digits and what is typed.
  const TYPED_MAX = { "sheet-search": 12, "sheet-by_hand": 3, "sheet-plate": 9, "sheet-number": 5, "sheet-pin": 8 };
  let typed = "";
  let asked = 0;

  /** A sheet was opened by *key*, or by nobody's key. */
  function opened(id, key) {
    typed = "";
    if (id === "sheet-log") refresh(key.dataset.log);
    if (id === "sheet-number") beginNumber(key);
    if (id === "sheet-by_hand") title(id, key, "subject" in open().args);
    if (id === "sheet-search") title(id, key, Boolean(open().from));
    if (id === "sheet-plate") turnPage(0);
    if (id === "sheet-paper") beginPaper();
    showTyped();
  }

  /** What was sent is done, or refused: a wrong PIN is typed anew. */
  function answered(accepted) {
    if (!accepted && open().id === "sheet-pin") typed = "";
    showTyped();
  }

  /** Whether *key* is one of these sheets'; then it was pressed. */
  function press(key) {
    const { id, args, visit } = open();
    const { dataset } = key;
    if (dataset.resident && id === "sheet-paper") choosePerson(key);
    else if (dataset.resident) gate.send(args.act || "identify", { ...rest(args), resident: dataset.resident }, visit, key);
    else if (dataset.digit ?? dataset.sign) digit(dataset.digit ?? dataset.sign);
    else if ("erase" in dataset) erase();
    else if (dataset.site) site(key);
    else if (dataset.plate) sendPlate(key, dataset.plate);
    else if ("turn" in dataset) turnPage(1);
    else if (dataset.field) chooseField(dataset.field);
    else if ("flip" in dataset) flip(key);
    else if ("send" in dataset) SENDS[id](key, args, visit);
    else return false;
    return true;
  }

  const SENDS = {
    "sheet-plate": (key) => sendPlate(key, typed),
    "sheet-paper": (key) => sendPaper(key),
    "sheet-number": (key, args) => gate.send(args.act, number(args), 0, key),
    "sheet-pin": (key, args, visit) => gate.send(args.act, { ...rest(args), pin: typed }, visit, key),
    "sheet-by_hand": (key, args, visit) => {
      const place = one('[data-site][aria-pressed="true"]').dataset.site;
      const value = { ...rest(args), centi_celsius: String(Number(typed) * 10), site: place };
      gate.send(args.act || "by_hand", value, visit, key);
    },
  };

  function digit(d) {
    if (open().id === "sheet-paper") return write(paper[paper.field] + d);
    if (typed.length >= (TYPED_MAX[open().id] ?? 0)) return;
    typed += d;
    showTyped();
  }

  function erase() {
    if (open().id === "sheet-paper") return write(paper[paper.field].slice(0, -1));
    typed = typed.slice(0, -1);
    showTyped();
  }

  function put(sheet, text, whole) {
    one(`#${sheet} output`).textContent = text;
    const key = one(`#${sheet} [data-send]`);
    if (key) key.disabled = !whole;
  }

  function showTyped() {
    const { id, args } = open();
    if (id === "sheet-search") {
      put(id, typed);
      search("#sheet-search", "/gate/search", typed);
    } else if (id === "sheet-plate") {
      put(id, typed, typed);
      search("#sheet-plate", "/gate/plates", typed);
    } else if (id === "sheet-number") {
      const time = isTime(args);
      put(id, time ? typed.slice(0, 4).replace(/^(..)(.)/, "$1:$2") : typed, time ? typed.length === 4 : typed);
    } else if (id === "sheet-pin") {
      put(id, "•".repeat(typed.length), typed.length >= 4);
    } else if (id === "sheet-by_hand") {
      put(id, typed.slice(0, 2) + (typed.length > 2 ? "." + typed[2] : ""), typed.length === 3);
    }
  }

  // ---- search and temperature
  async function search(sheet, address, words) {
    const list = one(`${sheet} .list`);
    const hint = list.dataset.hint ??= list.innerHTML;
    const mine = ++asked;
    if (!words) return void (list.innerHTML = hint);
    try {
      const answer = await fetch(`${address}?q=${encodeURIComponent(words)}`, { signal: AbortSignal.timeout(5000) });
      const html = await answer.text();
      if (mine === asked && answer.ok) list.innerHTML = html;
    } catch {
      if (mine === asked) gate.failed();
    }
  }

  function site(key) {
    for (const other of all("[data-site]")) other.setAttribute("aria-pressed", String(other === key));
  }

  // ---- the duty log 值守记录: its sheets are asked for when they are opened; numbers and times have one pad.
  const isTime = (args) => args.field === "time";
  const AFTER_MS = 3000; // what was pressed is on the disk by then, and stands on the sheet
  let page = "";
  let fresh = 0;

  async function refresh(name = page) {
    page = name; // at once: a view that comes before the answer must not ask for the sheet of before
    try {
      const answer = await fetch(`/gate/log?page=${name}`, { signal: AbortSignal.timeout(5000) });
      if (!answer.ok) throw new Error(name);
      const html = await answer.text();
      if (page !== name) return;
      const sheet = one("#sheet-log");
      if (sheet.dataset.html !== name + html) Object.assign(sheet, { innerHTML: html }).dataset.html = name + html;
    } catch {
      if (open().id !== "sheet-log" || page !== name) return;
      gate.close();
      gate.failed();
    }
  }

  /** The sheet of the duty log that is open, or was last. */
  const logged = () => page;

  /** Something was done on a sheet that stays open: *name* is shown, and again when the desk has it on the disk. */
  function goOn(name) {
    fresh = performance.now() + AFTER_MS;
    gate.open("sheet-log", { dataset: { log: name } });
  }

  /** A newer view is there. */
  function newer() {
    if (open().id === "sheet-log" && performance.now() < fresh) refresh();
  }

  /** Whose number it is stands over the pad: the sheet it was opened from, and what stands on the key. */
  function title(id, key, ofLog) {
    const head = one(`#${id} h2`);
    head.dataset.own ??= head.textContent;
    const sheet = one(id === "sheet-search" ? "#sheet-log h2" : "#sheet-log h2 span");
    head.textContent = ofLog ? `${sheet?.textContent} · ${one(".label", key)?.textContent}` : head.dataset.own;
  }

  function beginNumber(key) {
    title("sheet-number", key, true);
    one("#sheet-number .hint").hidden = !isTime(open().args);
  }

  /** What goes out: the number under the name that the key gives. */
  function number({ act, field, ...others }) {
    return { ...others, [field]: field === "time" ? typed : String(Number(typed)) };
  }

  // ---- plates: the keys come in pages of twelve; a known vehicle is one press.
  function turnPage(by) {
    const pages = all("#sheet-plate [data-page]");
    const at = by ? (pages.findIndex((page) => !page.hidden) + by) % pages.length : 0;
    pages.forEach((page, i) => { page.hidden = i !== at; });
    one("#sheet-plate [data-turn] .label").textContent = pages[(at + 1) % pages.length].dataset.page;
  }

  function sendPlate(key, plate) {
    const { args, visit } = open();
    gate.send(args.act || "vehicle", { ...rest(args), plate }, visit, key);
  }

  // ---- from paper: four fields on one pad; the time and the temperature lead on to the next when they are whole.
  const FIELDS = { time: 4, centi: 3, who: 12 };
  let paper = {};

  function beginPaper() {
    paper = { field: "time", time: "", centi: "", who: "", resident: "", to: "in" };
    const way = one("#sheet-paper [data-flip]");
    one(".label", way).textContent = way.dataset.in;
    chooseField("time");
    search("#sheet-paper", "/gate/search", "");
  }

  function chooseField(field) {
    paper.field = field;
    for (const key of all("#sheet-paper [data-field]")) key.setAttribute("aria-pressed", String(key.dataset.field === field));
    showPaper();
  }

  function write(text) {
    const field = paper.field;
    if (text.length > FIELDS[field]) return;
    const grew = text.length > paper[field].length;
    paper[field] = text;
    if (field === "who") {
      paper.resident = "";
      search("#sheet-paper", "/gate/search", text);
    }
    if (grew && text.length === FIELDS[field] && field !== "who") chooseField(field === "time" ? "centi" : "who");
    showPaper();
  }

  function showPaper() {
    const fill = (field, text) => { one(`#sheet-paper [data-field=${field}] output`).textContent = text; };
    fill("time", paper.time.replace(/^(..)(.)/, "$1:$2"));
    fill("centi", paper.centi.replace(/^(..)(.)/, "$1.$2"));
    fill("who", paper.name && paper.resident ? paper.name : paper.who);
    one("#sheet-paper [data-send]").disabled = paper.time.length < 4 || paper.centi.length < 3 || !paper.who;
  }

  function choosePerson(key) {
    for (const other of all("#sheet-paper .found")) other.classList.toggle("chosen", other === key);
    Object.assign(paper, { resident: key.dataset.resident, name: one("b", key).textContent });
    showPaper();
  }

  function flip(key) {
    paper.to = paper.to === "in" ? "out" : "in";
    one(".label", key).textContent = key.dataset[paper.to];
  }

  function sendPaper(key) {
    const who = paper.resident ? { resident: paper.resident } : { who: paper.who };
    gate.send("paper", { time: paper.time, to: paper.to, centi_celsius: String(Number(paper.centi) * 10), ...who }, 0, key);
  }

  return { opened, answered, press, goOn, logged, newer };
})();
