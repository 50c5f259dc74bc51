// Choosing files: dropped ones are taken over, the chosen ones are named with their size below the box. Without it the
// browser's own control stands in the box and does the same.
(function () {
  "use strict";
  document.documentElement.classList.add("files-live");

  const size = (bytes) => (bytes < 1024 ? bytes + " 字节" : bytes < 1048576 ? Math.round(bytes / 1024) + " KB" : (bytes / 1048576).toFixed(1) + " MB");
  const boxOf = (target) => (target instanceof Element ? target.closest("[data-filepick]") : null);
  const fits = (file, input) => !input.accept || input.accept.split(",").some((ending) => file.name.toLowerCase().endsWith(ending.trim().toLowerCase()));

  const only = (input) => "这里只收" + (input.multiple ? "" : "一个") + " " + input.accept.split(",").join("、") + " 文件";

  function line(list, words, wrong) {
    const item = document.createElement("li");
    item.textContent = words;
    if (wrong) item.className = "is-wrong";
    list.append(item);
  }

  function show(box, refused) {
    const input = box.querySelector("input[type=file]");
    const list = box.querySelector("[data-filepick-files]");
    const most = Number(input.dataset.megabytes || 0) * 1048576;
    list.replaceChildren();
    Array.from(input.files).forEach((file) => {
      const wrong = most && file.size > most ? "：超过 " + input.dataset.megabytes + " MB，不能上传" : fits(file, input) ? "" : "：" + only(input);
      line(list, file.name + "（" + size(file.size) + "）" + wrong, Boolean(wrong));
    });
    (refused || []).forEach((name) => line(list, name + "：没有放入，" + only(input), true));
    box.classList.toggle("has-files", input.files.length > 0);
  }

  document.addEventListener("change", (event) => {
    const box = boxOf(event.target);
    if (box && event.target.type === "file") show(box);
  });
  ["dragenter", "dragover"].forEach((name) => document.addEventListener(name, (event) => {
    const box = boxOf(event.target);
    if (box) { event.preventDefault(); box.classList.add("is-over"); }
  }));
  document.addEventListener("dragleave", (event) => { const box = boxOf(event.target); if (box) box.classList.remove("is-over"); });
  document.addEventListener("drop", (event) => {
    const box = boxOf(event.target);
    if (!box) return;
    event.preventDefault();
    box.classList.remove("is-over");
    const input = box.querySelector("input[type=file]");
    const dropped = Array.from(event.dataTransfer ? event.dataTransfer.files : []);
    if (!dropped.length || input.disabled) return;
    const good = dropped.filter((file) => fits(file, input));
    const taken = new DataTransfer();
    (input.multiple ? good : good.slice(0, 1)).forEach((file) => taken.items.add(file));
    const kept = new Set(Array.from(taken.files, (file) => file.name));
    if (taken.files.length) input.files = taken.files;
    show(box, dropped.filter((file) => !kept.has(file.name)).map((file) => file.name));
  });
  // Back from a refused page a browser may keep the files.
  document.querySelectorAll("[data-filepick]").forEach((box) => { if (box.querySelector("input").files.length) show(box); });
}());
