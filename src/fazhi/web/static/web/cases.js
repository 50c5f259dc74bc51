// The little that action forms do by themselves: Enter in a search box searches, and what is only there for browsers
// without script stays hidden after a part of the page was put in anew. Everything works without it.
(function () {
  "use strict";

  document.addEventListener("keydown", (event) => {
    const box = event.target instanceof Element ? event.target.closest("[data-find]") : null;
    if (event.key !== "Enter" || !box || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    box.querySelector("button").click();
  });

  document.addEventListener("htmx:load", (event) => {
    const part = event.detail.elt;
    if (part.querySelectorAll) part.querySelectorAll("[data-no-js]").forEach((element) => { element.hidden = true; });
  });
}());
