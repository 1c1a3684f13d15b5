// Makes pages quicker to use. Every page works without it.
(function () {
  "use strict";
  var all = function (selector, root) {
    return Array.prototype.slice.call((root || document).querySelectorAll(selector));
  };
  var language = document.documentElement.lang || "en";

  // 1 · Light or dark, remembered for a year in this browser.
  all("[data-theme-toggle]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      var root = document.documentElement;
      var theme = root.dataset.bsTheme === "dark" ? "light" : "dark";
      root.dataset.bsTheme = theme;
      document.cookie = "theme=" + theme + "; path=/; max-age=31536000; samesite=lax";
    });
  });

  // 2 · Messages can be hidden; a list of problems is read first.
  all("[data-dismiss]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      button.closest(".toast-line").remove();
    });
  });
  var problem = document.querySelector("[data-problem]");
  if (problem) problem.focus();
  all(".problem a[href^='#']").forEach(function (link) {
    link.addEventListener("click", function () {
      var field = document.getElementById(link.hash.slice(1));
      if (field) setTimeout(function () { field.focus(); });
    });
  });

  var current = document.querySelector("[data-section-row] [aria-current]");
  if (current) current.scrollIntoView({ block: "nearest", inline: "center" });

  all("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { print(); });
  });

  // Whoever types a password may look at it; sent, it is hidden again.
  all("[data-show-secret]").forEach(function (button) {
    var box = document.getElementById(button.getAttribute("aria-controls"));
    var show = function (yes) {
      box.type = yes ? "text" : "password";
      button.setAttribute("aria-pressed", yes);
    };
    button.hidden = false;
    button.addEventListener("click", function () { show(box.type === "password"); });
    box.form.addEventListener("submit", function () { show(false); });
  });

  // 3 · A form goes once. Coming back with the browser's back button makes it whole again.
  all("form[data-once]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      if (form.dataset.sent) event.preventDefault();
      else if (!event.defaultPrevented) {
        form.dataset.sent = "yes";
        form.setAttribute("aria-busy", "true");
      }
    });
  });
  addEventListener("pageshow", function () {
    all("form[data-once]").forEach(function (form) {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
    });
  });

  // 4 · Packs to pieces, and packs of the chosen item only.
  function number(text) {
    var digits = text.replace(/[\s,’']/g, "");
    return /^\d{1,13}$/.test(digits) ? Number(digits) : null;
  }
  function chosen(select) {
    return select && select.selectedIndex >= 0 ? select.options[select.selectedIndex] : null;
  }
  function update(box) {
    var output = box.querySelector("output");
    var count = output && output.htmlFor && output.htmlFor.length ?
      document.getElementById(output.htmlFor[0]) : box.querySelector("input[inputmode=numeric]");
    var packs = box.querySelector("select[data-depends-on]") || box.querySelector("select");
    if (packs && packs.dataset.dependsOn) narrow(box, packs);
    var option = chosen(packs);
    var value = count ? number(count.value) : null;
    var size = option && option.dataset.size ? Number(option.dataset.size) : 1;
    if (output) {
      var unit = (option && option.dataset.unit) || output.dataset.unit || "";
      output.textContent = value === null || size < 2 ? "" :
        "× " + size.toLocaleString(language) + " = " +
        (value * size).toLocaleString(language) + " " + unit;
    }
  }
  function narrow(box, packs) {
    var other = box.querySelector("[name$='" + packs.dataset.dependsOn + "']");
    var item = other ? other.value : "";
    all("option", packs).forEach(function (option) {
      var fits = !option.dataset.item || option.dataset.item === item;
      option.hidden = option.disabled = !fits;
      if (!fits && option.selected) packs.selectedIndex = 0;
    });
  }
  document.addEventListener("input", function (event) {
    var box = event.target.closest("[data-packs]");
    if (box) update(box);
  });
  all("[data-packs]").forEach(update);

  // 5 · More lines without going to the server.
  all("[data-lines]").forEach(function (lines) {
    var body = lines.querySelector(".lines-body");
    var pattern = lines.querySelector("template");
    function next(prefix) { // Several lists of a page may share one series of numbers.
      return 1 + all("[name^='" + prefix + "-']").reduce(function (most, field) {
        return Math.max(most, parseInt(field.name.slice(prefix.length + 1), 10) || 0);
      }, -1);
    }
    function removable(line) {
      var button = line.querySelector("[data-remove-line]");
      button.hidden = false;
      button.addEventListener("click", function () {
        line.remove();
        lines.querySelector("[data-add-line]").focus();
      });
    }
    all("[data-line]", body).forEach(removable);
    lines.querySelector("[data-add-line]").addEventListener("click", function (event) {
      event.preventDefault();
      var holder = document.createElement("div");
      holder.innerHTML = pattern.innerHTML.replace(
        new RegExp(lines.dataset.lines + "-NEW", "g"),
        lines.dataset.lines + "-" + next(lines.dataset.lines)
      );
      var line = holder.firstElementChild;
      body.appendChild(line);
      removable(line);
      update(line);
      var first = line.querySelector("input:not([type=hidden]), select");
      if (first) first.focus();
    });
  });

  // 6 · Long lists: ask the server for what fits as it is typed.
  all("[data-search-url]").forEach(function (input) {
    var waiting;
    input.addEventListener("input", function () {
      clearTimeout(waiting);
      waiting = setTimeout(function () {
        if (input.value.length < 2) return;
        fetch(input.dataset.searchUrl + "?q=" + encodeURIComponent(input.value), {
          headers: { Accept: "application/json" }
        }).then(function (answer) { return answer.ok ? answer.json() : { rows: [] }; })
          .then(function (found) {
            var list = document.getElementById(input.getAttribute("list"));
            list.replaceChildren.apply(list, found.rows.map(function (row) {
              var option = document.createElement("option");
              option.value = row.label;
              return option;
            }));
          }).catch(function () {});
      }, 200);
    });
  });

  // The chosen one of several views is in sight, where they are more than fit.
  all(".views [aria-current]").forEach(function (link) {
    var strip = link.parentElement;
    var middle = link.offsetLeft - strip.offsetLeft - (strip.clientWidth - link.clientWidth) / 2;
    strip.scrollLeft = middle;
  });

  // 7 · A table that moves sideways can be reached and moved with the keyboard.
  function reachable() {
    all(".grid-box").forEach(function (box) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    });
  }
  reachable();
  addEventListener("resize", reachable);

  // 8 · Ctrl K or / opens the palette, whose script comes then; Escape, or a click elsewhere,
  // closes a menu.
  function openPalette() {
    var box = document.querySelector("form[data-palette]");
    if (!box) return false;
    if (box.openPalette) box.openPalette();
    else if (!box.dataset.loading) {
      box.dataset.loading = "yes";
      var script = document.createElement("script");
      script.src = box.dataset.script;
      script.addEventListener("error", function () { location.assign(box.action); });
      document.head.appendChild(script);
    }
    return true;
  }
  try { // Whoever signs out leaves nothing of what was opened or scanned.
    if (!document.querySelector("form[data-palette]")) {
      sessionStorage.removeItem("opened");
      localStorage.removeItem("scanned");
    }
  } catch (e) { /* A browser that keeps nothing has nothing to forget. */ }
  document.addEventListener("click", function (event) {
    all("details.menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  addEventListener("keydown", function (event) {
    var letter = event.code === "KeyK" || event.key === "k"; // Whatever alphabet is set.
    if (letter && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
      if (openPalette()) event.preventDefault();
    } else if ((event.code === "Slash" || event.key === "/") && event.key !== "?" && !event.ctrlKey &&
        !event.metaKey && !event.altKey && !event.shiftKey && !event.defaultPrevented &&
        document.documentElement.dataset.keys !== "off" &&
        !event.target.closest("input, select, textarea, dialog, [contenteditable]")) {
      if (openPalette()) event.preventDefault();
    }
    if (event.key === "Escape") {
      all("details.menu[open]").forEach(function (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      });
    }
  });

  // 9 · A scanner types faster than anyone and ends with Enter: what it read outside of any box
  // is looked for. While it types, no letter of it is a shortcut.
  var BETWEEN_KEYS_MS = 80;
  var scan = { text: "", at: 0 };
  addEventListener("keydown", function (event) {
    if (event.isComposing || event.altKey || event.metaKey || event.key === "Shift" ||
        event.target.closest && event.target.closest("input, select, textarea, dialog, [contenteditable]")) return;
    var now = event.timeStamp;
    if (now - scan.at > BETWEEN_KEYS_MS) scan.text = "";
    scan.at = now;
    var is_code = scan.text.length > 2 && /[^a-z?]/.test(scan.text);
    if (event.key === "Enter") {
      if (is_code && found(scan.text)) event.preventDefault();
      scan.text = "";
    } else if (event.ctrlKey) {
      if (scan.text && event.code === "BracketRight") { // The sign between parts of a GS1 code.
        scan.text += "\u001d";
        event.preventDefault();
      }
    } else if (event.key.length === 1) {
      scan.text += event.key;
      if (is_code) event.preventDefault();
    }
  }, true);
  function found(text) {
    var box = document.querySelector("form[data-palette]");
    if (window.scanned) window.scanned(text);
    else if (box) location.assign(box.action + "?q=" + encodeURIComponent(text));
    return Boolean(window.scanned || box);
  }
})();
