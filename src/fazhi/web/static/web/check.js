// 核校: dropping files, and text and margin that point at each other. Without it links and details do the same.
(function () {
  "use strict";

  const zone = document.querySelector("[data-dropzone]");
  if (zone) {
    const input = zone.querySelector("input[type=file]");
    const lead = zone.querySelector("[data-dropzone-lead]");
    const told = lead.textContent;
    zone.classList.add("dropzone--live");
    const show = () => {
      const names = Array.from(input.files, (file) => file.name);
      lead.textContent = names.length ? names.join("、") : told;
      if (names.length) window.fazhi.announce("已选择" + names.length + "个文件");
    };
    ["dragenter", "dragover"].forEach((name) => zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("is-over"); }));
    ["dragleave", "drop"].forEach((name) => zone.addEventListener(name, () => zone.classList.remove("is-over")));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      if (event.dataTransfer && event.dataTransfer.files.length) { input.files = event.dataTransfer.files; show(); }
    });
    input.addEventListener("change", show);
  }

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
