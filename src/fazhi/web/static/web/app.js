// The little that pages do by themselves: drawer, drop-downs, letter size, dialogs, and where the focus goes.
// Everything works without it; nothing here decides anything.
(function () {
  "use strict";

  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));

  function announce(text) {
    const region = document.getElementById("announce");
    if (region) { region.textContent = ""; window.setTimeout(() => { region.textContent = text; }, 50); }
  }

  let toastTimer = 0;
  function toast(text) {
    const box = document.getElementById("toast");
    if (!box) return;
    box.textContent = text;
    box.hidden = false;
    window.clearTimeout(toastTimer);
    toastTimer = window.setTimeout(() => { box.hidden = true; }, 8000);
  }
  window.fazhi = { announce, toast };

  // --- the menu as a drawer -------------------------------------------------------------------------------------
  const menu = document.getElementById("menu");
  let opener = null;
  function openMenu(from) {
    opener = from;
    menu.classList.add("is-open");
    const first = menu.querySelector("[aria-current], .tree a");
    if (first) first.focus();
  }
  function closeMenu() {
    if (!menu || !menu.classList.contains("is-open")) return;
    menu.classList.remove("is-open");
    if (opener) opener.focus();
  }

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    const open = target.closest("[data-menu-open]");
    if (open && menu) { event.preventDefault(); openMenu(open); return; }
    if (target.closest("[data-menu-close]")) { event.preventDefault(); closeMenu(); return; }

    all("details.drop[open]").forEach((drop) => { if (!drop.contains(target)) drop.open = false; });

    const size = target.closest("[data-size-choice]");
    if (size) { event.preventDefault(); setSize(size); return; }

    const eye = target.closest("[data-password-toggle]");
    if (eye) {
      const input = document.getElementById(eye.getAttribute("aria-controls"));
      const shown = input.type === "text";
      input.type = shown ? "password" : "text";
      eye.textContent = shown ? "显示" : "隐藏";
      eye.setAttribute("aria-pressed", String(!shown));
      return;
    }
    const account = target.closest("[data-fill]");
    if (account) {
      document.getElementById("id_username").value = account.dataset.fill;
      const password = document.getElementById("id_password");
      password.value = account.dataset.password || "";
      announce("已填入" + account.dataset.fill);
      password.form.querySelector("[type=submit]").focus();
      return;
    }
    if (target.closest("[data-back]")) { if (window.history.length > 1) window.history.back(); else window.location.assign("/"); return; }
    if (target.closest("[data-print]")) { window.print(); return; }
    const copy = target.closest("[data-copy]");
    if (copy && navigator.clipboard) {
      navigator.clipboard.writeText(copy.dataset.copy).then(() => announce("已复制"));
      return;
    }
    const dialogOpen = target.closest("[data-dialog]");
    if (dialogOpen) {
      const dialog = document.getElementById(dialogOpen.dataset.dialog);
      if (dialog && dialog.showModal) { event.preventDefault(); dialog.showModal(); }
      return;
    }
    if (target.closest("[data-dialog-close]")) { event.preventDefault(); target.closest("dialog").close(); }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    closeMenu();
    all("details.drop[open]").forEach((drop) => { drop.open = false; drop.querySelector("summary").focus(); });
  });

  // --- letter size: at once and without losing what is typed; the form does the same without script --------------
  function setSize(button) {
    const size = button.dataset.sizeChoice;
    document.documentElement.dataset.size = size;
    document.cookie = "fazhi_size=" + size + "; path=/; max-age=31536000; samesite=lax";
    all("[data-size-choice]").forEach((each) => each.setAttribute("aria-pressed", String(each === button)));
    announce("字号已改为" + button.textContent.trim());
  }

  // --- forms ----------------------------------------------------------------------------------------------------
  // A form with data-confirm asks once more in a dialog; its words say what will happen.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    if (form.dataset.confirm && form.dataset.confirmed !== "yes") {
      event.preventDefault();
      event.stopImmediatePropagation();
      confirmThen(form, event.submitter);
      return;
    }
    if (form.method === "post" && !form.hasAttribute("hx-post")) {
      if (form.dataset.sent === "yes") { event.preventDefault(); return; }
      form.dataset.sent = "yes";
      form.setAttribute("aria-busy", "true");
    }
  }, true);
  // Coming back with the back button finds the form usable again.
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => {
    delete form.dataset.sent; delete form.dataset.confirmed; form.removeAttribute("aria-busy");
  }));

  function confirmThen(form, submitter) {
    const dialog = document.createElement("dialog");
    dialog.className = "dialog";
    dialog.setAttribute("aria-labelledby", "confirm-title");
    const words = (form.dataset.confirm || "").split("\n");
    const head = document.createElement("div"); head.className = "dialog__head";
    const title = document.createElement("h2"); title.id = "confirm-title"; title.textContent = words[0]; head.append(title);
    const body = document.createElement("div"); body.className = "dialog__body prose";
    words.slice(1).forEach((line) => { const p = document.createElement("p"); p.textContent = line; body.append(p); });
    const foot = document.createElement("div"); foot.className = "dialog__foot";
    const no = document.createElement("button"); no.type = "button"; no.className = "button button--secondary"; no.textContent = "再想想";
    const yes = document.createElement("button"); yes.type = "button"; yes.className = "button";
    if (form.dataset.confirmTone === "danger") yes.classList.add("button--danger");
    yes.textContent = form.dataset.confirmAct || (submitter && submitter.textContent.trim()) || "确认";
    foot.append(no, yes);
    dialog.append(head, body, foot);
    document.body.append(dialog);
    no.addEventListener("click", () => dialog.close());
    yes.addEventListener("click", () => {
      form.dataset.confirmed = "yes";
      dialog.close();
      if (form.requestSubmit) form.requestSubmit(submitter || undefined); else form.submit();
    });
    dialog.addEventListener("close", () => { dialog.remove(); if (submitter) submitter.focus(); });
    dialog.showModal();
    no.focus();
  }

  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form && form.hasAttribute("data-submit-on-change")) { if (form.requestSubmit) form.requestSubmit(); else form.submit(); }
  });

  // --- focus: after a refused form, and after htmx has put something new on the page ------------------------------
  function focusOn(root) {
    const target = root.querySelector ? root.querySelector("[data-focus]") : null;
    if (target) { target.focus(); return true; }
    return false;
  }
  focusOn(document);

  document.addEventListener("htmx:beforeRequest", (event) => event.detail.target.setAttribute("aria-busy", "true"));
  document.addEventListener("htmx:afterRequest", (event) => event.detail.target.removeAttribute("aria-busy"));
  document.addEventListener("htmx:afterSettle", (event) => {
    const part = event.detail.elt;
    if (!focusOn(part.parentElement || part)) {
      const keep = document.activeElement;
      const heading = part.matches && part.matches("[data-focus-heading]") ? part.querySelector("h1, h2") : null;
      if (heading) { heading.setAttribute("tabindex", "-1"); heading.focus(); }
      else if (!keep || keep === document.body) { if (part.hasAttribute("tabindex")) part.focus(); }
    }
    const said = part.dataset && part.dataset.announce;
    if (said) announce(said);
  });
  document.addEventListener("htmx:responseError", (event) => {
    const answer = event.detail.xhr;
    const text = (answer.getResponseHeader("Content-Type") || "").startsWith("text/plain") ? answer.responseText : "";
    toast(text || "这次操作没有成功（" + answer.status + "），请刷新页面后重试。");
  });
  document.addEventListener("htmx:sendError", () => toast("网络连接中断，操作没有送达。已填写的内容还在，恢复后请再提交一次。"));
  document.addEventListener("htmx:timeout", () => toast("服务器没有及时回应，请稍候再试。"));

  // Signing out leaves nothing of one's forms on a shared computer.
  all("form[data-forget-drafts]").forEach((form) => form.addEventListener("submit", () => {
    Object.keys(window.localStorage).filter((key) => key.startsWith("fazhi-draft:")).forEach((key) => window.localStorage.removeItem(key));
  }));
  all("[data-no-js]").forEach((element) => { element.hidden = true; });
}());
