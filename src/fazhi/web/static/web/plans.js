// Reviewing a plan with the keyboard: Ctrl+Enter is right and next, Alt+J and Alt+K go on and back.
// The current task's passage is brought into sight; everything works without it.
(function () {
  "use strict";
  const review = document.querySelector("[data-review]");
  if (!review) return;

  const text = review.querySelector("[data-review-text]");
  const current = text && (text.querySelector(".is-current") || text.querySelector(".read__rest mark"));
  if (current) text.scrollTop += current.getBoundingClientRect().top - text.getBoundingClientRect().top - 40;

  const follow = (selector) => { const link = review.querySelector(selector); if (link) { link.click(); return true; } return false; };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key === "Enter") {
      const done = review.querySelector("[data-review-done]");
      if (done) { event.preventDefault(); done.click(); }
    } else if (event.altKey && !event.ctrlKey && event.code === "KeyJ") {
      if (follow("[data-review-next]")) event.preventDefault();
    } else if (event.altKey && !event.ctrlKey && event.code === "KeyK") {
      if (follow("[data-review-prev]")) event.preventDefault();
    }
  });
}());
