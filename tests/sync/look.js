// What of a page of the hub overflows, is cut, overlaps, is too small to hit or has no name.
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
  return {
    width: document.documentElement.scrollWidth,
    cut: cut.map(said), small: small.map(said), over: over.map(said), nameless: nameless.map(said),
  };
}
