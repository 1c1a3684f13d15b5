// Lists ask again as you type. Without this the button does.
(function () {
  "use strict";
  var WAIT_MS = 250;
  var form = document.querySelector("form[data-list]");
  if (!form) return;
  var said = form.querySelector("[data-list-said]");
  var waiting;
  var asking;
  var shown = address();

  // The page of what the form says now; boxes left empty stay out of the address.
  function address() {
    var pairs = Array.from(new FormData(form)).filter(function (pair) { return pair[1] !== ""; });
    // An empty address may open a default view; here nobody asked for one.
    if (!pairs.length) pairs = [["all", "1"]];
    return form.getAttribute("action") + "?" + new URLSearchParams(pairs);
  }

  function parts(root) {
    return Array.from(root.querySelectorAll("[data-list-part]"));
  }

  function ticked() {
    return parts(document).flatMap(function (part) {
      return Array.from(part.querySelectorAll(".tick input:checked"), function (box) { return box.value; });
    });
  }

  // Put in what came, part by part; the form stays, and so do focus and cursor.
  function swap(text) {
    var page = new DOMParser().parseFromString(text, "text/html");
    var kept = ticked();
    parts(document).forEach(function (part) {
      var fresh = page.querySelector('[data-list-part="' + part.dataset.listPart + '"]');
      if (fresh) part.replaceWith(document.importNode(fresh, true));
    });
    document.querySelectorAll(".tick input").forEach(function (box) {
      if (kept.includes(box.value)) box.checked = true;
    });
    // Icons that the page did not need before.
    var sprite = document.querySelector("svg.sprite defs");
    page.querySelectorAll("svg.sprite symbol").forEach(function (shape) {
      if (!document.getElementById(shape.id)) sprite.appendChild(document.importNode(shape, true));
    });
    var count = document.querySelector("[data-list-count]") || document.querySelector(".empty-title");
    if (said && count) said.textContent = count.textContent.trim();
    dispatchEvent(new Event("resize")); // Tables that move sideways are found again.
  }

  // `firmly`: by the button, so that whoever must sign in again, or has no line, is told.
  function ask(firmly) {
    clearTimeout(waiting);
    var wanted = address();
    if (wanted === shown) return;
    shown = wanted;
    if (asking) asking.abort();
    asking = new AbortController();
    document.documentElement.classList.add("is-asking");
    fetch(wanted, { signal: asking.signal, headers: { Accept: "text/html" } })
      .then(function (answer) {
        if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
        return answer.text();
      })
      .then(function (text) {
        swap(text);
        history.replaceState(null, "", wanted);
        document.documentElement.classList.remove("is-asking");
      })
      .catch(function (error) {
        if (error.name === "AbortError") return;
        shown = null; // The button, or one more letter, tries again.
        document.documentElement.classList.remove("is-asking");
        if (firmly === true) location.assign(wanted);
      });
  }

  form.addEventListener("input", function (event) {
    clearTimeout(waiting);
    if (!event.isComposing) waiting = setTimeout(ask, WAIT_MS);
  });
  form.addEventListener("compositionend", function () {
    waiting = setTimeout(ask, WAIT_MS);
  });
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    shown = null;
    ask(true);
  });
})();
