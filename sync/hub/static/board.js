// The office's page renews itself every ten seconds and says so when it cannot: old numbers must look old.
"use strict";

const EVERY_MS = 10000;
let renewed = Date.now();

async function renew() {
  try {
    const answer = await fetch(location.href, { signal: AbortSignal.timeout(EVERY_MS - 1000) });
    if (answer.redirected) {
      location.reload();
      return;
    }
    if (!answer.ok) {
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.getElementById("board").replaceWith(page.getElementById("board"));
    renewed = Date.now();
  } catch {
    // The line or the hub is away; tell() says since when.
  }
}

function tell() {
  const age = Math.round((Date.now() - renewed) / 1000);
  const stale = document.getElementById("stale");
  stale.hidden = age < 25;
  stale.querySelector("span").textContent = age;
}

setInterval(renew, EVERY_MS);
setInterval(tell, 1000);
