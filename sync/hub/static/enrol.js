// The code that lets a gate in: gone from the screen as soon as it was used, or is over.
"use strict";

const EVERY_MS = 2000;
const shown = document.getElementById("invited");
const began = Date.now();

function end(id) {
  clearInterval(looking);
  document.getElementById("open").hidden = true;
  document.getElementById(id).hidden = false;
}

async function look() {
  if (Date.now() - began >= Number(shown.dataset.lasts)) {
    end("over");
    return;
  }
  try {
    const answer = await fetch(shown.dataset.state, { signal: AbortSignal.timeout(EVERY_MS * 2) });
    if (answer.ok && (await answer.json()).enrolled_ms >= Number(shown.dataset.since)) {
      end("done");
    }
  } catch {
    // The next look asks again.
  }
}

const looking = shown ? setInterval(look, EVERY_MS) : 0;
