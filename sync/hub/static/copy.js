// A button beside each text that is meant for a chat.
"use strict";

const words = document.currentScript?.dataset ?? document.querySelector("script[data-word]").dataset;

for (const text of document.querySelectorAll("textarea.copy")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words.word;
  button.addEventListener("click", async () => {
    text.select();
    try {
      await navigator.clipboard.writeText(text.value);
    } catch {
      // Without https there is no clipboard for a page; the old way still copies what is selected.
      document.execCommand("copy");
    }
    button.textContent = words.done;
  });
  text.after(button);
}
