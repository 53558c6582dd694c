// What of a page of the hub overflows, is cut, overlaps, is too small to hit, has no name or can hardly be read.
(least) => {
  const seen = (e) => e.getClientRects().length && getComputedStyle(e).visibility !== "hidden";
  const said = (e) => e.tagName + " " + (e.name || e.textContent).trim().slice(0, 30);
  const every = (selector) => [...document.querySelectorAll(selector)].filter(seen);
  const fields = "input:not([type=hidden]), select, textarea";
  const cut = every("button, label, h1, h2, .tile, nav a").filter(
    (e) => e.clientWidth && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline");
  const small = every(`button, nav a, .take a, label.tick, ${fields}`).filter(
    (e) => e.type !== "checkbox" && e.getBoundingClientRect().height < least);
  const meet = (e, o) => {
    const a = e.getBoundingClientRect(), b = o.getBoundingClientRect();
    return a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  };
  const over = every(".line > *, .tiles > *").filter(
    (e) => [...e.parentNode.children].some((o) => o !== e && seen(o) && meet(e, o)));
  const nameless = every(fields).filter((e) => !e.labels.length && !e.getAttribute("aria-label"));
  // Every text against what is really behind it; 4.5 is what WCAG asks of small letters.
  const rgba = (colour) => (colour.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
  const light = ([r, g, b]) => {
    const f = (v) => ((v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b);
  };
  const behind = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if ((colour[3] ?? 1) === 1) return colour;
    }
    return [255, 255, 255];
  };
  const ratio = (e) => {
    const [a, b] = [light(rgba(getComputedStyle(e).color)), light(behind(e))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  const says = (e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
  const faint = every("body *").filter((e) => !e.closest("svg") && (says(e) || e.matches(fields)) && ratio(e) < 4.5);
  // A table that has to be pushed aside on a telephone hides what is beyond its edge.
  const pushed = every(".wide").filter((e) => innerWidth < 600 && e.scrollWidth > e.clientWidth + 1);
  return {
    width: document.documentElement.scrollWidth,
    cut: cut.map(said), small: small.map(said), over: over.map(said), nameless: nameless.map(said),
    faint: faint.map(said), pushed: pushed.map(said),
  };
}
