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

  // A long list of choices is narrowed by a few characters; what is chosen stays in sight.
  function narrow(box) {
    const words = box.value.trim();
    box.closest("fieldset").querySelectorAll(".choice").forEach((choice) => {
      choice.hidden = Boolean(words) && !choice.textContent.includes(words) && !choice.querySelector("input:checked");
    });
  }
  const reveal = (part) => part.querySelectorAll("[data-choices-filter]").forEach((box) => { box.hidden = false; });
  document.addEventListener("input", (event) => {
    if (event.target instanceof Element && event.target.matches("[data-choices-filter]")) narrow(event.target);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target instanceof Element && event.target.matches("[data-choices-filter]")) event.preventDefault();
  });
  document.addEventListener("DOMContentLoaded", () => reveal(document));

  // The form is drawn anew when an outcome is chosen. What is typed while the answer is on its way is put back.
  let asked = null;
  let changed = [];
  const controls = (root) => Array.from(root.querySelectorAll("input[id], select[id], textarea[id]")).filter((field) => field.type !== "hidden" && field.type !== "file");
  const state = (field) => (field.type === "checkbox" || field.type === "radio" ? field.checked : field.value);

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target.id === "act") asked = new Map(controls(event.detail.target).map((field) => [field.id, state(field)]));
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "act" || !asked) return;
    changed = controls(event.detail.target).filter((field) => asked.get(field.id) !== state(field)).map((field) => [field.id, state(field)]);
    asked = null;
  });
  document.addEventListener("htmx:afterSettle", () => {
    changed.forEach(([id, value]) => {
      const field = document.getElementById(id);
      if (!field) return;
      if (field.type === "checkbox" || field.type === "radio") field.checked = value; else field.value = value;
    });
    changed = [];
  });

  document.addEventListener("htmx:load", (event) => {
    const part = event.detail.elt;
    if (part.querySelectorAll) reveal(part);
    if (part.querySelectorAll) part.querySelectorAll("[data-no-js]").forEach((element) => { element.hidden = true; });
  });
}());
