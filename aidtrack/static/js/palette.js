// The palette: finds records and actions from anywhere. Loaded when it is first opened.
// Without it the same is the page /search.
(function () {
  "use strict";
  var box = document.querySelector("form[data-palette]");
  var field = box.querySelector("[data-find]");
  var KEPT = 5;
  var asked = 0; // Answers that come late are for words that are gone.
  var shown = null; // The words whose answer stands there.
  var waiting;

  function made(name, attributes, within) {
    var element = document.createElement(name);
    Object.keys(attributes).forEach(function (key) {
      element.setAttribute(key, attributes[key]);
    });
    if (within) within.appendChild(element);
    return element;
  }
  var dialog = made("dialog", { "class": "palette", "aria-label": field.getAttribute("aria-label") });
  var form = made("form", { action: box.getAttribute("action"), role: "search" }, dialog);
  var input = made("input", {
    type: "search", name: "q", maxlength: "200", autocomplete: "off", spellcheck: "false",
    role: "combobox", "aria-expanded": "true", "aria-controls": "palette-list",
    "aria-autocomplete": "list", "aria-label": field.getAttribute("aria-label"),
    placeholder: field.placeholder
  }, form);
  var list = made("div", {
    id: "palette-list", role: "listbox", "aria-label": field.getAttribute("aria-label")
  }, dialog);
  document.body.appendChild(dialog);

  function options() { return Array.prototype.slice.call(list.querySelectorAll("[role=option]")); }
  function chosen() { return list.querySelector("[aria-selected=true]"); }
  function choose(option) {
    var before = chosen();
    if (before) before.setAttribute("aria-selected", "false");
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }
  function step(by) {
    var all = options();
    var at = all.indexOf(chosen()) + by;
    choose(all[(at + all.length) % all.length]);
  }

  // What was opened lately, for as long as this tab is open and its person signed in.
  function recent() {
    try { return JSON.parse(sessionStorage.getItem("opened")) || []; } catch (e) { return []; }
  }
  function remember(option) {
    var name = option.querySelector("b").textContent;
    var href = option.getAttribute("href");
    if (/^(action-|everything)/.test(option.id)) return;
    var kept = recent().filter(function (each) { return each.href !== href; });
    try {
      sessionStorage.setItem("opened", JSON.stringify(
        [{ href: href, name: name }].concat(kept).slice(0, KEPT)));
    } catch (e) { return; }
  }
  function showRecent() {
    var opened = recent();
    if (!opened.length) return;
    var title = box.dataset.recent;
    var group = made("div", { role: "group", "aria-label": title });
    made("p", { "aria-hidden": "true" }, group).textContent = title;
    opened.forEach(function (each, at) {
      var option = made("a", {
        role: "option", id: "opened-" + at, href: each.href, tabindex: "-1", "aria-selected": "false"
      }, group);
      made("b", {}, made("span", { "class": "option-text" }, option)).textContent = each.name;
    });
    list.prepend(group);
  }

  function ask() {
    var words = input.value.trim();
    var mine = ++asked;
    fetch(box.dataset.palette + "?q=" + encodeURIComponent(words)).then(function (answer) {
      return answer.ok && !answer.redirected ? answer.text() : "";
    }).then(function (html) {
      if (mine !== asked) return;
      list.innerHTML = html;
      shown = words;
      if (!words) showRecent();
      choose(words ? options()[0] : null);
    }).catch(function () {});
  }
  input.addEventListener("input", function () {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 120);
  });
  input.addEventListener("keydown", function (event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (options().length) step(event.key === "ArrowDown" ? 1 : chosen() ? -1 : 0);
    } else if (event.key === "Enter" && !event.isComposing) {
      // A scanner is quicker than the answer: the page then leads straight to its record.
      var option = shown === input.value.trim() ? chosen() : null;
      if (option) {
        event.preventDefault();
        option.click();
      } else if (!input.value.trim()) event.preventDefault();
    }
  });
  list.addEventListener("click", function (event) {
    var option = event.target.closest("[role=option]");
    if (option) remember(option);
  });
  dialog.addEventListener("click", function (event) {
    if (event.target === dialog) dialog.close();
  });

  box.openPalette = function () {
    if (dialog.open) return input.select();
    dialog.showModal();
    input.value = field.value;
    input.focus();
    input.select();
    ask();
  };
  box.openPalette();
})();
