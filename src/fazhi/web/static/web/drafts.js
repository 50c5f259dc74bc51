// Drafts: <form data-draft-key="…"> is saved to the server two seconds after the last change. While the server cannot
// be reached the draft waits in localStorage, and goes up when the connection is back; then the local copy is removed.
// An element [data-draft-state] in the form shows when it was last saved.
(function () {
  "use strict";
  const QUIET = 2000;
  const skipped = new Set(["csrfmiddlewaretoken", "password", "idempotency_key", "expected_seq"]);

  function csrf() {
    const carrier = document.querySelector("body[hx-headers]");
    return carrier ? JSON.parse(carrier.getAttribute("hx-headers"))["X-CSRFToken"] : "";
  }

  function valuesOf(form) {
    const values = {};
    new FormData(form).forEach((value, name) => {
      const field = form.elements.namedItem(name);
      const type = field && field.type;
      if (typeof value !== "string" || skipped.has(name) || type === "password" || type === "hidden") return;
      (values[name] = values[name] || []).push(value);
    });
    return values;
  }

  function fill(form, values) {
    Object.entries(values).forEach(([name, texts]) => {
      let index = 0;
      Array.from(form.elements).filter((field) => field.name === name).forEach((field) => {
        if (field.type === "checkbox" || field.type === "radio") field.checked = texts.includes(field.value);
        else if (field.tagName === "SELECT" && field.multiple) Array.from(field.options).forEach((option) => { option.selected = texts.includes(option.value); });
        else if (field.type !== "file" && field.type !== "hidden" && field.type !== "password" && index < texts.length) { field.value = texts[index]; index += 1; }
      });
    });
    form.dispatchEvent(new CustomEvent("draft:restored", { bubbles: true }));
  }

  const clock = (moment) => new Date(moment).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  function attach(form) {
    const key = form.dataset.draftKey;
    const url = "/drafts/" + encodeURIComponent(key);
    const local = "fazhi-draft:" + key;
    const state = form.querySelector("[data-draft-state]");
    const untouched = valuesOf(form);
    let timer = 0;
    let lastSaved = null;
    let submitting = false;

    function show(text, kind) { if (state) { state.textContent = text; state.dataset.state = kind; } }
    function keep(values) {
      try { window.localStorage.setItem(local, JSON.stringify({ values, saved: new Date().toISOString() })); } catch (full) { return false; }
      return true;
    }

    async function save() {
      const values = valuesOf(form);
      if (submitting || same(values, lastSaved)) return;
      try {
        const answer = await fetch(url, { method: "PUT", credentials: "same-origin", headers: { "Content-Type": "application/json", "X-CSRFToken": csrf() }, body: JSON.stringify({ values }) });
        if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
        const said = await answer.json();
        lastSaved = values;
        window.localStorage.removeItem(local);
        show("草稿已于 " + clock(said.saved) + " 自动保存", "server");
      } catch (lost) {
        const kept = keep(values);
        show(kept ? "连接中断，草稿暂存在本机（" + clock(new Date()) + "），恢复后自动上传" : "连接中断，草稿没有保存，请先不要关闭页面", "local");
      }
    }

    function later() { window.clearTimeout(timer); timer = window.setTimeout(save, QUIET); }

    function offer(found, where) {
      if (!found || !found.values || same(found.values, untouched)) return false;
      const box = document.createElement("div");
      box.className = "banner";
      box.setAttribute("role", "status");
      const words = document.createElement("div");
      words.textContent = "有一份 " + new Date(found.saved).toLocaleString("zh-CN", { hour12: false }) + " 未提交的草稿（" + where + "）。";
      const take = document.createElement("button"); take.type = "button"; take.className = "button button--small"; take.textContent = "恢复草稿";
      const drop = document.createElement("button"); drop.type = "button"; drop.className = "button button--secondary button--small"; drop.textContent = "放弃草稿";
      const buttons = document.createElement("div"); buttons.className = "row"; buttons.append(take, drop);
      box.append(document.createElement("span"), words, buttons);
      take.addEventListener("click", () => { fill(form, found.values); lastSaved = null; box.remove(); later(); show("已恢复草稿", "server"); });
      drop.addEventListener("click", () => {
        window.localStorage.removeItem(local);
        fetch(url, { method: "DELETE", credentials: "same-origin", headers: { "X-CSRFToken": csrf() } }).catch(() => undefined);
        box.remove();
      });
      form.prepend(box);
      return true;
    }

    async function restore() {
      let waiting = null;
      try { waiting = JSON.parse(window.localStorage.getItem(local) || "null"); } catch (broken) { window.localStorage.removeItem(local); }
      if (waiting && offer(waiting, "暂存在本机")) return;
      try {
        const answer = await fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } });
        if (answer.status === 200 && !answer.redirected) offer(await answer.json(), "保存在服务器");
      } catch (lost) { show("连接中断，填写的内容会暂存在本机", "local"); }
    }

    form.addEventListener("input", later);
    form.addEventListener("change", later);
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      // Until the server has taken the form, what was typed stays on this computer.
      submitting = true; window.clearTimeout(timer);
      if (!navigator.onLine) { event.preventDefault(); submitting = false; keep(valuesOf(form)); show("现在没有网络，内容已暂存在本机，恢复后请再提交", "local"); delete form.dataset.sent; form.removeAttribute("aria-busy"); }
    });
    window.addEventListener("online", () => { if (window.localStorage.getItem(local)) { lastSaved = null; save(); } });
    window.addEventListener("pagehide", () => { if (!submitting && !same(valuesOf(form), lastSaved) && !same(valuesOf(form), untouched)) keep(valuesOf(form)); });
    window.addEventListener("pageshow", () => { submitting = false; });
    if (!form.hasAttribute("data-draft-fresh")) restore();
  }

  document.querySelectorAll("form[data-draft-key]").forEach(attach);
  document.addEventListener("htmx:load", (event) => {
    const part = event.detail.elt;
    if (part.matches && part.matches("form[data-draft-key]")) attach(part);
    else if (part.querySelectorAll && part !== document.body) part.querySelectorAll("form[data-draft-key]").forEach(attach);
  });
}());
