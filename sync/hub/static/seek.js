// Lists that are searched while somebody types: what was found is put in the place of what stood there.
"use strict";

// Longer than between two strokes of somebody who types with two fingers.
const WAIT_MS = 300;
let waiting = 0;
let asked = 0;

async function seek(form) {
  const mine = ++asked;
  const where = `${form.action.split("?")[0]}?${new URLSearchParams(new FormData(form))}`;
  try {
    const answer = await fetch(where);
    if (answer.redirected) {
      location.reload();
      return;
    }
    // An answer that was overtaken by a later question is thrown away.
    if (!answer.ok || mine !== asked) {
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine === asked) {
      document.getElementById("found").replaceWith(page.getElementById("found"));
      history.replaceState(null, "", where);
    }
  } catch {
    // The line or the hub is away: the button asks again.
  }
}

for (const form of document.querySelectorAll("form[data-seek]")) {
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(seek, WAIT_MS, form);
  });
}
