/* What is wrong with the page as it lies on the screen.  Runs in the page; the answer is a list of sentences. */
({ mm, chinese }) => {
  const faults = [];
  const style = (e) => getComputedStyle(e);
  const visible = (e) => e.getClientRects().length > 0 && style(e).visibility !== "hidden";
  const name = (e) => `${e.tagName.toLowerCase()}${e.id ? "#" + e.id : ""}.${e.className?.baseVal ?? e.className} "${e.textContent.trim().replace(/\s+/g, " ").slice(0, 30)}"`;
  const box = (e) => e.getBoundingClientRect();
  const open = document.querySelector(".sheet:not([hidden])");
  const everything = [...(open ?? document.body).querySelectorAll("*")].filter(
    (e) => visible(e) && !e.closest("svg") && (open || !e.closest(".sheet")));

  // Nothing overflows.  Glyphs may stand out of a tight line by a tenth of their size; what may scroll or end in …
  // says so in its style; keys of the header reach down over the panel on purpose.
  for (const e of everything) {
    const s = style(e);
    if (s.display === "inline" || s.textOverflow === "ellipsis" || s.overflowY === "auto" || e.tagName === "HEADER") continue;
    const slack = Math.max(2, parseFloat(s.fontSize) * 0.12);
    if (e.scrollHeight > e.clientHeight + slack || e.scrollWidth > e.clientWidth + slack)
      faults.push(`overflows by ${e.scrollWidth - e.clientWidth} x ${e.scrollHeight - e.clientHeight}: ${name(e)}`);
  }
  for (const e of everything) {
    const b = box(e);
    const clipped = e.closest(".list, .checks, article"); // these scroll
    if (!clipped && (b.left < -0.5 || b.top < -0.5 || b.right > innerWidth + 0.5 || b.bottom > innerHeight + 0.5))
      faults.push(`off the screen: ${name(e)}`);
  }

  // Keys: 20 mm, 8 px apart, never one over another, words inside and not under the cap.
  const keys = everything.filter((e) => e.matches("button, a"));
  for (const key of keys) {
    const b = box(key);
    if (b.width < 20 * mm - 1 || b.height < 20 * mm - 1) faults.push(`smaller than 20 mm (${b.width} x ${b.height} px): ${name(key)}`);
    const cap = key.querySelector("kbd");
    const label = key.querySelector(".label");
    if (label) {
      const range = document.createRange();
      range.selectNodeContents(label);
      for (const line of range.getClientRects()) {
        if (line.left < b.left || line.right > b.right || line.top < b.top || line.bottom > b.bottom) faults.push(`words stand out of: ${name(key)}`);
        if (cap && overlap(line, box(cap)) > 30) faults.push(`words under the cap: ${name(key)}`);
      }
      if (chinese && /[A-Za-z]{2}/.test(label.textContent)) faults.push(`English on a key: ${name(key)}`);
    }
  }
  function overlap(a, b) {
    const w = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const h = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    return w > 0 && h > 0 ? w * h : 0;
  }
  keys.forEach((a, i) => keys.slice(i + 1).forEach((b) => {
    if (a.closest(".list, .checks") || b.closest(".list, .checks")) return;
    const [p, q] = [box(a), box(b)];
    const apart = Math.max(q.left - p.right, p.left - q.right, q.top - p.bottom, p.top - q.bottom);
    if (apart < 7.5) faults.push(`${apart.toFixed(1)} px between ${name(a)} and ${name(b)}`);
  }));

  // Pieces of one level do not lie on each other.
  for (const parent of everything.filter((e) => e.matches("main, aside, .panel, .strip, header, .key, .chip, .case, .results"))) {
    const parts = [...parent.children].filter((e) => visible(e) && !["absolute", "fixed"].includes(style(e).position));
    parts.forEach((a, i) => parts.slice(i + 1).forEach((b) => {
      const area = overlap(box(a), box(b));
      const glyphs = parent.matches(".strip, .panel") ? 400 : 4;
      if (area > glyphs && !a.matches(".reach") && !b.matches(".reach")) faults.push(`${name(a)} lies on ${name(b)}`);
    }));
  }

  // Contrast of every text with what is really behind it.
  const rgba = (text) => (text.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
  const light = ([r, g, b]) => {
    const f = (v) => ((v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b);
  };
  const behind = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const c = rgba(style(at).backgroundColor);
      if ((c[3] ?? 1) === 1) return c;
    }
    return [255, 255, 255];
  };
  for (const e of everything) {
    const says = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!says || e.closest(":disabled")) continue;
    const [a, b] = [light(rgba(style(e).color)), light(behind(e))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) faults.push(`contrast ${ratio.toFixed(2)}: ${name(e)}`);
    if (parseFloat(style(e).fontSize) < 19.5 * innerWidth / 800 && innerWidth / innerHeight < 1.7) faults.push(`letters of ${style(e).fontSize}: ${name(e)}`);
  }
  return faults;
}
