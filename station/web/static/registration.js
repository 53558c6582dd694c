"use strict";
/* Registering somebody: sends each answer in the body of a press and shows the screen that comes back.  The form lives
   at the desk; this page keeps its number only, so a reload goes on where it was.  Sections: steps, the lane in one
   line, typing, characters by pinyin, plates, signature. */
(() => {
  const body = document.body;
  const sheet = document.querySelector("#sheet-registration");
  const place = document.querySelector("#registration");
  const one = (selector, root = place) => root.querySelector(selector);
  const all = (selector, root = place) => [...root.querySelectorAll(selector)];
  const KEPT = "registration";
  let form = sessionStorage.getItem(KEPT) || "";
  let question = "";
  const SETTLE_MS = 250; // a key that has just come under the finger was not meant
  let shownAt = -SETTLE_MS;
  let turn = 0; // answers that come late are not shown

  // ---- steps
  async function step(content, key) {
    const mine = ++turn;
    key?.classList.add("busy");
    try {
      const answer = await (await gate.post("/gate/registration", { form, ...content })).json();
      if (mine !== turn) return;
      if (!answer.accepted) return refused(answer, content);
      if ("list" in answer) return void (one("[data-reg-list]").innerHTML = answer.list);
      form = answer.form;
      question = answer.question || "";
      if (form) sessionStorage.setItem(KEPT, form);
      else sessionStorage.removeItem(KEPT);
      if (answer.text) gate.say(answer.text, false);
      else document.querySelector("#said").hidden = true;
      place.innerHTML = answer.html;
      if (answer.html) shown();
      else gate.close();
    } catch {
      if (mine === turn) gate.say(body.dataset.failed, true);
    } finally {
      key?.classList.remove("busy");
    }
  }

  function refused(answer, content) {
    gate.say(answer.text, true);
    if (answer.code === "form_gone") return forget();
    if (answer.code === "lane_busy" && content.do !== "finish" && content.do !== "same") step({ do: "show" });
  }

  function forget() {
    form = "";
    sessionStorage.removeItem(KEPT);
    place.innerHTML = "";
    if (!sheet.hidden) gate.close();
  }

  function shown() {
    shownAt = performance.now();
    strip();
    const field = one("[data-reg-typed]");
    typed = field && field.tagName === "OUTPUT" ? field.textContent : "";
    text = one("[data-reg-text]")?.textContent ?? "";
    page = 0;
    show();
    if (one("[data-reg-text]")) dictionary().then(show).catch(() => gate.say(body.dataset.failed, true));
    strokes = [];
    if (one("[data-reg-plate]")) plate(typed.length > 1 ? 3 : typed.length ? 2 : 0);
  }

  document.addEventListener("gate:sheet", (e) => {
    if (e.detail === "sheet-registration") step({ do: "open", form: "", visit: Number(body.dataset.visit) });
  });

  document.addEventListener("gate:press", (e) => {
    const key = e.target;
    if (key.dataset.completion) {
      gate.open("sheet-registration", key, false);
      return step({ do: "complete", form: "", registration: key.dataset.completion }, key);
    }
    if (!place.contains(key) || (!key.dataset.regType && performance.now() - shownAt < SETTLE_MS)) return;
    if (key.dataset.reg) {
      const content = JSON.parse(key.dataset.reg);
      step(["answer", "later"].includes(content.do) ? { question, ...content } : content, key);
    } else if (key.dataset.regType) type(key.dataset.regType);
    else if ("regErase" in key.dataset) erase();
    else if (key.dataset.regChar) choose(key.dataset.regChar);
    else if (key.dataset.regMore) turnPage();
    else if (key.dataset.regTurn) plate(Number(key.dataset.regTurn));
    else if ("regClear" in key.dataset) clear();
    else if ("regNext" in key.dataset) next(key);
  });

  function next(key) {
    const value = one("[data-reg-sign]") ? path() : one("[data-reg-text]") ? text : typed;
    step({ do: "answer", question, value }, key);
  }

  // ---- the lane in one line: it goes on behind the form; and a card that was read changes the form.
  function strip() {
    const line = one("[data-reg-lane]");
    const says = [...document.querySelectorAll("#slot-panel h1:not(.where), #slot-panel .steps span, #slot-panel .who")];
    if (line) line.textContent = says.map((e) => e.textContent.trim()).join(" · ");
  }

  new MutationObserver(strip).observe(document.querySelector("#slot-panel"), { childList: true });
  let revision = body.dataset.registration;
  new MutationObserver(() => {
    // Every view sets it; only another number means that the form has changed.
    const changed = revision !== body.dataset.registration;
    revision = body.dataset.registration;
    if (form && changed) step({ do: "show" });
  }).observe(body, { attributeFilter: ["data-registration"] });

  // ---- typing: digits of a number, of a search, or keys of a telephone for pinyin
  let typed = "";
  let text = "";

  function type(d) {
    const most = Number(one("[data-reg-typed]")?.dataset.most ?? 0);
    if (typed.length >= most) return;
    typed += d;
    page = 0;
    show();
    if (one("[data-reg-plate]")) plate(typed.length === 1 ? 2 : 3);
    look();
  }

  function erase() {
    if (typed) typed = typed.slice(0, -1);
    else text = [...text].slice(0, -1).join("");
    page = 0;
    show();
    if (one("[data-reg-plate]") && typed.length < 2) plate(typed.length ? 2 : 0);
    look();
  }

  function look() {
    const live = one("[data-reg-typed]")?.dataset.live;
    if (!live || live === "due") return;
    if (typed) step({ do: live, value: typed });
  }

  function show() {
    const field = one("[data-reg-typed]");
    if (!field) return;
    const grouped = field.dataset.group === "id_number" && typed.length > 6
      ? [typed.slice(0, 6), typed.slice(6, 14), typed.slice(14)].join(" ").trim() : typed;
    field.textContent = grouped;
    const words = one("[data-reg-text]");
    if (!words) return;
    words.textContent = text;
    characters();
  }

  // ---- characters by pinyin: the dictionary comes when the first name is asked for
  const COUNT = 8; // keys beside the pad
  let book = null; // { surnames, first, given, syllables: [[digits, characters]] }
  let page = 0;

  async function dictionary() {
    if (book) return;
    const lines = (await (await fetch(`/static/pinyin.txt?${body.dataset.build}`)).text()).trim().split("\n");
    const key = (s) => [...s].map((c) => "22233344455566677778889999"[c.charCodeAt(0) - 97]).join("");
    const ranks = (list) => new Map(list.map((c, at) => [c, at]));
    const surnames = lines[0].split(" ");
    book = {
      surnames,
      first: ranks(surnames),
      given: ranks([...lines[1]]),
      syllables: lines.slice(2).map((line) => {
        const [syllable, characters] = line.split(" ");
        return [key(syllable), [...characters]];
      }),
    };
  }

  function candidates() {
    if (!typed) {
      const words = one("[data-reg-text]").dataset.words;
      if (text) return [];
      return words ? words.split(" ") : book?.surnames ?? [];
    }
    if (!book) return [];
    // What is usual in a name comes first, whole syllables and longer ones in turn; then whatever else sounds like it.
    const rank = text ? book.given : book.first;
    const whole = book.syllables.filter(([d]) => d === typed).map(([, signs]) => signs);
    const longer = book.syllables.filter(([d]) => d.length > typed.length && d.startsWith(typed)).map(([, signs]) => signs);
    const named = (lists) => lists.flat().filter((c) => rank.has(c)).sort((a, b) => rank.get(a) - rank.get(b));
    const found = new Set(inTurn([named(whole), named(longer)]));
    for (const c of [...inTurn(whole), ...inTurn(longer)]) found.add(c);
    return [...found];
  }

  // The first of each list, then the second of each …
  function inTurn(lists) {
    const longest = Math.max(0, ...lists.map((list) => list.length));
    return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list[at] ?? [])).flat();
  }

  function characters() {
    const keys = one("[data-reg-chars]");
    const there = candidates();
    keys.replaceChildren();
    if (!there.length && !typed) {
      const hint = document.createElement("p");
      hint.className = "hint";
      hint.textContent = keys.dataset.hint;
      return keys.append(hint);
    }
    const paged = there.length > COUNT;
    const room = paged ? COUNT - 1 : COUNT;
    const from = paged ? (page * room) % (Math.ceil(there.length / room) * room) : 0;
    keys.append(...there.slice(from, from + room).map((word) => key(word, word.length > 1, { regChar: word })));
    if (paged) keys.append(key(keys.dataset.more, true, { regMore: "1" }));
  }

  function key(label, small, data) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = `key ${data.regMore ? "neutral" : "action"}${small ? " word" : ""}`;
    Object.assign(button.dataset, data);
    const span = document.createElement("span");
    span.className = "label";
    span.textContent = label;
    button.append(span);
    return button;
  }

  function choose(word) {
    text += word;
    typed = "";
    page = 0;
    show();
    // After a card was read the office knows the whole name: the surname is enough here.
    if ("auto" in one("[data-reg-text]").dataset) next();
  }

  function turnPage() {
    page += 1;
    show();
  }

  // ---- plates: a province, a letter, then figures and letters
  function plate(at) {
    for (const keys of all("[data-reg-page]")) keys.hidden = Number(keys.dataset.regPage) !== at;
  }

  // ---- signature: strokes in the pad's own 1000 x 300, thinned while they are drawn
  const THIN = 6;
  const MOST = 1400; // points; the desk takes 1500
  let strokes = [];
  let drawing = null;

  function spot(e, pad) {
    const box = pad.getBoundingClientRect();
    const within = (v, most) => Math.max(0, Math.min(most, Math.round(v)));
    return [within(((e.clientX - box.left) / box.width) * 1000, 1000), within(((e.clientY - box.top) / box.height) * 300, 300)];
  }

  place.addEventListener("pointerdown", (e) => {
    const pad = e.target.closest("[data-reg-sign]");
    if (!pad || !e.isPrimary) return;
    const line = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
    pad.append(line);
    drawing = { pad, line, points: [spot(e, pad)] };
    strokes.push(drawing.points);
    pad.setPointerCapture(e.pointerId);
  });
  place.addEventListener("pointermove", (e) => {
    if (!drawing || strokes.flat().length >= MOST) return;
    const point = spot(e, drawing.pad);
    const last = drawing.points.at(-1);
    if (Math.abs(point[0] - last[0]) + Math.abs(point[1] - last[1]) < THIN) return;
    drawing.points.push(point);
    drawing.line.setAttribute("points", drawing.points.map((p) => p.join(",")).join(" "));
  });
  for (const end of ["pointerup", "pointercancel"]) place.addEventListener(end, () => { drawing = null; });

  function clear() {
    strokes = [];
    one("[data-reg-sign]").replaceChildren();
  }

  const path = () => strokes.map((points) => points.map((p, at) => `${at ? "L" : "M"}${p[0]} ${p[1]}`).join("")).join("");

  // A page that was loaded again goes on where it was.
  if (form) {
    gate.open("sheet-registration", null, false);
    step({ do: "show" });
  }
})();
