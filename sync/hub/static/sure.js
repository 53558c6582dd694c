// What cannot be taken back is asked about once more; a file that the hub would not take is not sent.
"use strict";

document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.sure;
  if (question && !confirm(question)) {
    event.preventDefault();
  }
});

document.addEventListener("change", ({ target }) => {
  if (target.type === "file") {
    const large = [...target.files].some((file) => file.size >= Number(target.dataset.most));
    target.setCustomValidity(large ? target.dataset.large : "");
    target.reportValidity();
  }
});
