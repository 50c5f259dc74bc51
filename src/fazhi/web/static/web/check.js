// 核校: text and margin that point at each other. Without it links and details do the same.
(function () {
  "use strict";

  // A download leaves the page where it is: its form can be sent again.
  document.querySelectorAll("form[data-download]").forEach((form) => form.addEventListener("submit", (event) => {
    if (event.submitter && event.submitter.hasAttribute("data-leaves")) return;
    window.setTimeout(() => { delete form.dataset.sent; form.removeAttribute("aria-busy"); }, 0);
  }));

  // The result stands on this page only: recording a figure must not replace it.
  document.querySelectorAll(".check-take td a").forEach((link) => { link.target = "_blank"; link.rel = "noopener"; });

  const checked = document.querySelector("[data-checked]");
  if (!checked) return;
  const margin = checked.querySelector(".checked__margin");

  function light(note) {
    checked.querySelectorAll(".hit.is-lit").forEach((hit) => hit.classList.remove("is-lit"));
    if (!note) return;
    note.dataset.spans.trim().split(/\s+/).forEach((start) => {
      const hit = document.getElementById("at-" + start);
      if (hit) hit.classList.add("is-lit");
    });
  }

  checked.addEventListener("click", (event) => {
    const hit = event.target instanceof Element ? event.target.closest("a.hit") : null;
    if (!hit) return;
    const note = document.querySelector(hit.getAttribute("href"));
    if (!note) return;
    event.preventDefault();
    const details = note.querySelector("details");
    details.open = true;
    light(note);
    const summary = details.querySelector("summary");
    summary.focus({ preventScroll: true });
    if (margin.scrollHeight > margin.clientHeight) margin.scrollTop += note.getBoundingClientRect().top - margin.getBoundingClientRect().top - 8;
    else note.scrollIntoView({ block: "nearest" });
  });
  checked.addEventListener("toggle", (event) => {
    if (event.target.open) light(event.target.closest(".note"));
  }, true);
}());
