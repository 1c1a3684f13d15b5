// Everything by keyboard: shortcuts, moving through lists and lines, pasting, days.
// Letters are read by their place on the keyboard, so that they work in every alphabet.
(function () {
  "use strict";
  var root = document.documentElement;
  var all = function (selector, within) {
    return Array.prototype.slice.call((within || document).querySelectorAll(selector));
  };
  var visible = function (element) { return element.offsetParent !== null; };

  // 1 · Shortcuts of one letter, never while someone types. /shortcuts turns them off.
  // Slow hands need as long as this for the second letter.
  var G_WAITS_MS = 5000;
  var after_g = false;
  var forget;
  function typing(target) {
    return target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName) &&
      !/^(checkbox|radio|button|submit)$/.test(target.type);
  }
  function letter(event) { return /^Key[A-Z]$/.test(event.code) ? event.code[3].toLowerCase() : ""; }
  function go(link) { if (link) link.click(); return Boolean(link); }
  function step(by) {
    var rows = all("main .grid tbody tr, main .rows > li").map(function (row) {
      return row.querySelector("a.name, a");
    }).filter(function (link) { return link && visible(link); });
    var now = rows.indexOf(document.activeElement);
    var next = rows[now < 0 ? (by > 0 ? 0 : rows.length - 1) : now + by];
    if (next) next.focus();
    return Boolean(next);
  }
  function tick() {
    var row = document.activeElement && document.activeElement.closest("tr");
    var box = row && row.querySelector("input[type=checkbox]");
    if (box) box.click();
    return Boolean(box);
  }
  var acts = {
    j: function () { return step(1); },
    k: function () { return step(-1); },
    x: tick,
    n: function () { return go(document.querySelector("main .head a.btn-go")); },
    f: function () {
      var box = document.querySelector("main [role=search] input:not([type=hidden])");
      if (box) box.focus();
      return Boolean(box);
    }
  };
  addEventListener("keydown", function (event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (root.dataset.keys === "off" || document.querySelector("dialog[open]")) return;
    if (typing(event.target)) return;
    var done = false;
    if (event.key === "?" || event.key === "؟") done = help();
    else if (after_g) {
      var way = letter(event) && document.querySelector("[data-key='" + letter(event) + "']");
      done = go(way);
      after_g = false;
    } else if (letter(event) === "g") {
      after_g = done = true;
      clearTimeout(forget);
      forget = setTimeout(function () { after_g = false; }, G_WAITS_MS);
    } else if (!event.shiftKey && acts[letter(event)]) done = acts[letter(event)]();
    if (done) event.preventDefault();
  });

  // 2 · The list of shortcuts over the page; without room for it, its own page.
  function help() {
    var dialog = document.createElement("dialog");
    if (!dialog.showModal) { location.assign("/shortcuts"); return true; }
    fetch("/shortcuts").then(function (answer) { return answer.text(); }).then(function (page) {
      var list = new DOMParser().parseFromString(page, "text/html").querySelector("[data-shortcuts]");
      dialog.className = "dialog";
      dialog.setAttribute("aria-label", list.querySelector("h1").textContent);
      dialog.append(document.importNode(list, true));
      document.body.append(dialog);
      dialog.addEventListener("close", function () { dialog.remove(); });
      dialog.showModal();
    }).catch(function () { location.assign("/shortcuts"); });
    return true;
  }

  // 3 · Enter moves on through lines; Ctrl Enter, or Enter on the button, sends the form.
  function boxes(form) {
    return all("input, select, textarea, button, output + button", form).filter(function (box) {
      return visible(box) && !box.disabled && box.type !== "hidden" &&
        !box.hasAttribute("data-remove-line") && !box.hasAttribute("data-day-pick");
    });
  }
  document.addEventListener("keydown", function (event) {
    var box = event.target;
    var form = box.form;
    if (event.key !== "Enter" || event.isComposing || !form || form.method !== "post") return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      form.requestSubmit();
      return;
    }
    var line = box.closest("[data-line], tbody tr");
    if (!line || box.tagName === "BUTTON" || box.tagName === "TEXTAREA") return;
    event.preventDefault();
    var every = boxes(form);
    var next = every[every.indexOf(box) + 1];
    if (!next) return;
    if (next.hasAttribute("data-add-line") && line.querySelector("input:not([type=hidden])").value) {
      next.click();
    } else {
      next.focus();
      if (next.select) next.select();
    }
  });

  // 4 · Cells copied from a spreadsheet fill the boxes to the right and the lines below.
  document.addEventListener("paste", function (event) {
    var line = event.target.closest && event.target.closest("[data-line], tbody tr");
    var form = event.target.form;
    var text = event.clipboardData ? event.clipboardData.getData("text/plain") : "";
    if (!line || !form || !/[\t\n]/.test(text.trim()) || event.target.tagName === "TEXTAREA") return;
    event.preventDefault();
    var group = line.closest("[data-lines]");
    var lone = group && all("[data-lines]", form).length === 1;
    var lines = function () { return all(line.matches("tr") ? "tbody tr" : "[data-line]", form); };
    var first = lines().indexOf(line);
    var column = places(line).indexOf(event.target);
    var rows = text.replace(/\r/g, "").replace(/\n+$/, "").split("\n");
    var lost = 0;
    rows.forEach(function (row, down) {
      if (!lines()[first + down] && lone) group.querySelector("[data-add-line]").click();
      var target = lines()[first + down];
      if (!target) { lost += 1; return; }
      row.split("\t").forEach(function (cell, right) {
        var box = places(target)[column + right];
        if (!box || !put(box, cell.trim().replace(/^"|"$/g, ""))) lost += cell.trim() ? 1 : 0;
      });
    });
    if (lost) say(form, lost);
    event.target.focus();
  });
  function places(line) {
    return all("input:not([type=hidden]):not([type=checkbox]), select", line);
  }
  function put(box, text) {
    if (box.tagName === "SELECT") {
      var wanted = text.toLocaleLowerCase();
      var fits = all("option", box).filter(function (option) {
        return !option.disabled && option.textContent.trim().toLocaleLowerCase().startsWith(wanted);
      });
      if (wanted && !fits.length) return false;
      box.value = wanted ? fits[0].value : "";
    } else box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  }
  function say(form, lost) {
    var note = form.querySelector("[data-paste-lost]");
    if (!note) return;
    note.hidden = false;
    note.querySelector("b").textContent = lost;
  }

  // 5 · Days may be said: t, +3, 31.12, 12/2027. The box becomes one to type in; beside it
  // stands what the server understood. Fingers keep the calendar of their phone.
  if (matchMedia("(pointer: fine)").matches) {
    all("input[type=date]").forEach(typed);
    document.addEventListener("focusin", function (event) {
      if (event.target.type === "date" && !event.target.hasAttribute("aria-hidden")) { typed(event.target); event.target.focus(); }
    });
  }
  function typed(box) {
    var value = box.value;
    box.type = "text";
    box.value = value;
    box.dataset.said = "yes";
    box.setAttribute("autocomplete", "off");
    var button = box.parentElement.querySelector("[data-day-pick]");
    if (button) button.hidden = false;
  }
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-day-pick]");
    if (!button) return;
    var box = button.parentElement.querySelector("input");
    var calendar = document.createElement("input");
    calendar.type = "date";
    calendar.min = box.min;
    calendar.max = box.max;
    calendar.value = box.value;
    calendar.tabIndex = -1;
    calendar.className = "day-hidden";
    calendar.setAttribute("aria-hidden", "true");
    button.parentElement.append(calendar);
    calendar.addEventListener("change", function () {
      box.value = calendar.value;
      box.focus();
    });
    calendar.addEventListener("blur", function () { calendar.remove(); });
    calendar.focus();
    calendar.showPicker();
  });
  document.addEventListener("change", function (event) {
    var box = event.target;
    if (!box.dataset.said || !box.value || /^\d{4}-\d\d-\d\d$/.test(box.value)) return;
    fetch("/said-day?said=" + encodeURIComponent(box.value), {
      headers: { Accept: "application/json" }
    }).then(function (answer) { return answer.ok ? answer.json() : null; })
      .then(function (found) { if (found && found.day) box.value = found.day; })
      .catch(function () {}); // The server reads the same words when the form is sent.
  });
})();
