// What cannot be taken back is asked about once more.
"use strict";

document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.sure;
  if (question && !confirm(question)) {
    event.preventDefault();
  }
});
