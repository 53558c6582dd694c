// Open cases, live: looked at every five seconds, with three tones for a new one once somebody has turned the sound on.
"use strict";

const EVERY_MS = 5000;
let newest = Number(document.getElementById("cases").dataset.newest);
let sound = null;
let renewed = Date.now();

function tone(at) {
  const voice = sound.createOscillator();
  const volume = sound.createGain();
  voice.frequency.value = 930;
  volume.gain.value = 0.3;
  voice.connect(volume).connect(sound.destination);
  voice.start(at);
  voice.stop(at + 0.12);
}

function alarm() {
  if (sound) {
    [0, 0.24, 0.48].forEach((wait) => tone(sound.currentTime + wait));
  }
}

function isTyping() {
  const cases = document.getElementById("cases");
  return [...cases.querySelectorAll("input:not([type=hidden])")].some((field) => field.value || field === document.activeElement);
}

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
    const fresh = page.getElementById("cases");
    const at = Number(fresh.dataset.newest);
    if (at > newest) {
      newest = at;
      alarm();
    }
    // What somebody is typing is not taken from under their hands.
    if (!isTyping()) {
      document.getElementById("cases").replaceWith(fresh);
    }
    renewed = Date.now();
  } catch {
    // The line or the hub is away; tell() says so.
  }
}

function tell() {
  document.getElementById("stale").hidden = Date.now() - renewed < 15000;
}

const button = document.getElementById("sound");
button.hidden = false;
button.addEventListener("click", () => {
  sound = new AudioContext();
  alarm();
  button.hidden = true;
  document.getElementById("sounding").hidden = false;
});
setInterval(renew, EVERY_MS);
setInterval(tell, 1000);
