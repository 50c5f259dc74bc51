// Puts the chosen figure into the paragraph at the cursor. Without it the figure's name is typed between 【】.
(function () {
  "use strict";
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-report-put]") : null;
    if (!button) return;
    const form = button.closest("form");
    const text = form.querySelector("[data-report-text]");
    const choice = form.querySelector("[data-report-insert]");
    const words = "【" + button.dataset.reportPut + choice.value + "】";
    text.setRangeText(words, text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
  });
}());
