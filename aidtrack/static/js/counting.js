// Counting at speed: each figure is saved by itself, and kept in the browser until it is.
(function () {
  "use strict";
  var form = document.querySelector("form[data-tally]");
  if (!form) return;
  var words = form.dataset;
  var token = form.querySelector("[name=csrf_token]").value;
  var said = form.querySelector("[data-said]");
  var leftSaid = form.querySelector("[data-left-said]");
  var scan = document.getElementById("tally-scan");
  var boxes = Array.from(form.querySelectorAll("li input"));
  var total = Number(words.total || boxes.length);
  var language = document.documentElement.lang || "en";
  var SLOW_MS = 30000, SCANNED_MS = 45;

  // 1 · What is typed and not yet safe on the server, by line. Nothing leaves it before that.
  var unsent = {};
  try { unsent = JSON.parse(localStorage.getItem(words.store)) || {}; } catch { unsent = {}; }

  function keep() {
    try {
      if (Object.keys(unsent).length) localStorage.setItem(words.store, JSON.stringify(unsent));
      else localStorage.removeItem(words.store);
    } catch { /* Full or forbidden: it stays on the page until it is sent. */ }
  }

  function uuid() {
    if (crypto.randomUUID) return crypto.randomUUID();
    var bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    var hex = Array.from(bytes, function (byte) { return byte.toString(16).padStart(2, "0"); }).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  function lineOf(box) { return box.name.slice(2); }

  function rowOf(line) {
    var box = form.elements["q-" + line];
    return box && box.closest("li");
  }

  function show(row, state, text) {
    row.classList.toggle("is-waiting", state === "waiting");
    row.classList.toggle("is-wrong", state === "wrong");
    row.querySelector("input").setAttribute("aria-invalid", state === "wrong");
    row.querySelector("output").textContent = text;
  }

  function count() {
    var done = boxes.filter(function (box) { return box.value.trim() !== ""; }).length;
    var waiting = Object.keys(unsent).length;
    leftSaid.textContent = words.left
      .replace("§", done.toLocaleString(language)).replace("¤", boxes.length.toLocaleString(language));
    if (waiting) say(words.waiting.replace("§", waiting.toLocaleString(language)), "waiting");
    else if (said.dataset.about === "waiting") say("", "");
  }

  function say(text, about) {
    if (said.textContent !== text) said.textContent = text;
    said.dataset.about = about;
  }

  // 2 · A figure is taken when one leaves its box, or goes on by Enter.
  function take(box) {
    var text = box.value.trim();
    if (text === box.dataset.taken || (text === "" && !box.dataset.taken)) return;
    if (text === "") { // A figure is corrected by another, never by none.
      box.value = box.dataset.taken;
      return;
    }
    box.dataset.taken = text;
    unsent[lineOf(box)] = { text: text, key: uuid(), at: Date.now() };
    keep();
    show(box.closest("li"), "waiting", words.saving);
    count();
    send();
  }

  // 3 · One after the other; what the network refuses is tried again, what the server refuses
  // waits for another figure.
  var busy = false, pause = 0, timer;

  function next() {
    return Object.keys(unsent).find(function (line) { return !unsent[line].refused; });
  }

  function send() {
    var line = next();
    clearTimeout(timer);
    if (busy || line === undefined) return;
    var entry = unsent[line];
    busy = true;
    var body = {
      line_id: Number(line), counted: entry.text,
      seconds_ago: Math.max(0, Math.floor((Date.now() - entry.at) / 1000))
    };
    if (words.by) body.counted_by_id = Number(words.by);
    var giveUp = new AbortController();
    var patience = setTimeout(function () { giveUp.abort(); }, SLOW_MS);
    fetch(words.tally, {
      method: "POST", body: JSON.stringify(body), signal: giveUp.signal, redirect: "error",
      headers: { "Content-Type": "application/json", Accept: "application/json",
        "Idempotency-Key": entry.key, "X-CSRFToken": token }
    }).then(function (answer) {
      return answer.json().then(function (told) { return { answer: answer, told: told }; });
    }).then(function (got) {
      clearTimeout(patience);
      busy = false;
      heard(line, entry, got.answer.status, got.told);
    }).catch(function () {
      clearTimeout(patience);
      busy = false;
      later(line, words.waits);
    });
  }

  function heard(line, entry, status, told) {
    var row = rowOf(line);
    var is_same = unsent[line] === entry;
    if (status === 200) {
      pause = 0;
      if (is_same) {
        delete unsent[line];
        keep();
        if (row) show(row, "saved", "✓ " + told.quantity.toLocaleString(language));
      }
    } else if (status === 401 || status === 400) {
      later(line, words.waits);
      say(words.signIn, "sign-in");
      return;
    } else if (status === 429 || status >= 500) {
      later(line, words.waits);
      return;
    } else if (is_same) {
      entry.refused = true;
      keep();
      if (row) show(row, "wrong", told.error ? sentence(told.error) : String(status));
    }
    count();
    send();
  }

  function sentence(error) {
    var first = (error.problems || [])[0];
    return first ? first.message : error.message;
  }

  function later(line, text) {
    var row = rowOf(line);
    if (row) show(row, "waiting", text);
    count();
    pause = Math.min(SLOW_MS, (pause || 1000) * 2);
    clearTimeout(timer);
    timer = setTimeout(send, pause);
  }

  addEventListener("online", function () { pause = 0; send(); });
  document.addEventListener("visibilitychange", function () { if (!document.hidden) send(); });
  addEventListener("beforeunload", function (event) {
    if (next() !== undefined && !form.dataset.sent) event.preventDefault();
  });

  // 4 · Enter goes on. A scanner types a code and Enter: it goes to the line of that code.
  var rows = {}, last = null;
  function note(code, box, bin) {
    code = code.trim().toUpperCase();
    if (!code || code === "-") return;
    rows[code] = rows[code] || [];
    rows[code].bin = bin;
    if (rows[code].indexOf(box) < 0) rows[code].push(box);
  }
  function placeCode(id) { return "P" + String(id).padStart(6, "0"); }
  function shown(box) { // The batch, or else the lot's number.
    var bdi = box.closest("li").querySelector("bdi");
    return bdi ? bdi.textContent : "";
  }
  boxes.forEach(function (box) {
    var known = box.closest("li").dataset.k.split("|");
    [known[0], known[1], shown(box)].forEach(function (code) { note(code, box); });
  });
  form.querySelectorAll("section").forEach(function (section) {
    section.querySelectorAll("li input").forEach(function (box) {
      section.dataset.k.split("|").concat(placeCode(section.id.slice(1)))
        .forEach(function (code) { note(code, box, true); });
    });
  });

  // A label's QR may hold an address, whose last part is the code; that of a box ends in how
  // many it holds; a GS1 text has its batch after (10).
  function plainCode(text) {
    var batch = /\(10\)([^(\x1d]+)/.exec(text);
    var code = batch ? batch[1] : text.trim().replace(/\/+$/, "").split("/").pop();
    return code.trim().toUpperCase().replace(/^(L\d{6,})-\d+$/, "$1");
  }
  // A batch with its GTIN: two makers may number alike, so only the server knows which.
  var NAMES_ITEM = /^\]|(^|[(/])0[12][)/]?\d{14}/;

  function found(text) {
    return rows[text.trim().toUpperCase()] || rows[plainCode(text)];
  }

  function go(box) {
    box.scrollIntoView({ block: "center" });
    box.focus({ preventScroll: true });
    box.select();
  }

  // Where one is already, the bin comes before the others.
  function arrive(text, fitting, bin) {
    var here = last && last.closest("section");
    var near = fitting.filter(function (box) { return here && here.contains(box); });
    var some = near.length ? near : fitting;
    var several = some.length > 1 && !(bin || fitting.bin);
    say((several ? words.several : words.here).replace("§", text)
      .replace("¤", some.length.toLocaleString(language)), "code");
    scan.value = "";
    go(some.find(function (box) { return box.value.trim() === ""; }) || some[0]);
  }

  function miss(sentence, known) {
    say(sentence + " ", "code");
    var link = document.createElement("a");
    var address = new URL(words.found, location.href);
    Object.keys(known).forEach(function (name) {
      if (known[name]) address.searchParams.set(name, known[name]);
    });
    if (last) address.searchParams.set("place", last.closest("section").id.slice(1));
    link.href = address;
    link.textContent = document.querySelector("main .head .acts a").textContent.trim();
    said.appendChild(link);
    scan.focus();
    scan.select();
  }

  // What the server knows of a code: an item with its batch and expiry, a lot, a bin.
  function meant(text, told) {
    var batch = told.batch_number.toUpperCase(), expires = told.expires_on, bin = false;
    function may_be(box) {
      var known = box.closest("li").dataset.k.split("|");
      if (batch && known[0]) return shown(box).toUpperCase() === batch;
      return !expires || !known[2] || known[2] === expires;
    }
    var fitting = [];
    told.hits.forEach(function (hit) {
      var is_place = hit.kind === "place";
      (rows[is_place ? placeCode(hit.id) : hit.code.toUpperCase()] || []).forEach(function (box) {
        if (fitting.indexOf(box) >= 0 || (hit.kind === "item" && !may_be(box))) return;
        fitting.push(box);
        bin = bin || is_place;
      });
    });
    if (fitting.length) return arrive(text, fitting, bin);
    var hit = told.hits[0];
    if (!hit) return miss(told.said || words.unknown.replace("§", text), { code: plainCode(text) });
    miss(words.notHere.replace("§", hit.title + " · " + (batch || hit.code)), hit.kind === "lot" ?
      { code: hit.code } : { item_id: hit.item_id, batch: told.batch_number, expires: expires });
  }

  // The rows' own data first, then the server. Without a network the code is kept.
  var held = [], queue = Promise.resolve();
  try { held = JSON.parse(localStorage.getItem(words.store + "-codes")) || []; } catch { held = []; }

  function hold(codes) {
    held = codes;
    try {
      if (held.length) localStorage.setItem(words.store + "-codes", JSON.stringify(held));
      else localStorage.removeItem(words.store + "-codes");
    } catch { /* They stay on the page. */ }
    var list = form.querySelector("[data-kept]");
    list.hidden = !held.length;
    list.replaceChildren.apply(list, held.map(function (code) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-line";
      button.textContent = code;
      button.addEventListener("click", function () { jump(code); });
      return button;
    }));
  }

  function without(code) { return held.filter(function (each) { return each !== code; }); }

  function jump(text) {
    text = text.trim();
    if (!text) return;
    var fitting = NAMES_ITEM.test(text) ? null : found(text);
    if (fitting) return arrive(text, fitting);
    say(words.asks.replace("§", text), "code");
    scan.value = "";
    scan.focus(); // Or what is typed meanwhile would be counted on the line before.
    queue = queue.then(function () {
      return fetch(words.codes + "?code=" + encodeURIComponent(text),
        { headers: { Accept: "application/json" } });
    }).then(function (answer) {
      if (!answer.ok) throw new TypeError("refused");
      return answer.json();
    }).then(function (told) {
      hold(without(text));
      meant(text, told);
    }, function () {
      var near = found(text);
      if (near) return arrive(text, near);
      hold(without(text).concat(text));
      say(words.offline.replace("§", text), "code");
    });
  }
  window.scanned = jump; // A scanner that types while no box has the focus.

  var began = 0, keys = 0;
  form.addEventListener("keydown", function (event) {
    var box = event.target;
    if (box.tagName !== "INPUT" || event.isComposing) return;
    if (event.key !== "Enter") {
      if (event.key.length === 1) {
        if (!keys || event.timeStamp - began > 3000) { began = event.timeStamp; keys = 0; }
        keys += 1;
      }
      return;
    }
    event.preventDefault();
    var quick = keys > 3 && (event.timeStamp - began) / keys < SCANNED_MS;
    keys = 0;
    if (box === scan) {
      jump(box.value);
      return;
    }
    var text = box.value.trim();
    var is_figure = /^[\d\s.,’'xх×*+]*$/i.test(text);
    if (text && (!is_figure || (quick && (found(text) || /^\d{8,}$/.test(text))))) {
      box.value = box.dataset.taken || "";
      jump(text);
      return;
    }
    take(box);
    var after = boxes[boxes.indexOf(box) + (event.shiftKey ? -1 : 1)];
    if (after) go(after);
  });
  form.addEventListener("change", function (event) {
    if (event.target.name && event.target.name.slice(0, 2) === "q-") take(event.target);
  });
  form.addEventListener("focusin", function (event) {
    keys = 0;
    if (!event.target.matches("li input")) return;
    last = event.target;
    last.select();
  });

  // 5 · Buttons.
  form.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (!button) return;
    if (button.hasAttribute("data-next")) {
      var here = boxes.indexOf(document.activeElement);
      var open = boxes.slice(here + 1).concat(boxes.slice(0, here + 1))
        .find(function (box) { return box.value.trim() === ""; });
      if (open) go(open);
    }
    if (button.hasAttribute("data-empty")) {
      event.preventDefault();
      button.closest("section").querySelectorAll("li input").forEach(function (box) {
        if (box.value.trim() !== "") return;
        box.value = "0";
        take(box);
      });
    }
  });
  // The whole page goes too: what is saved already counts once.
  form.addEventListener("submit", function () { form.dataset.sent = "yes"; });
  addEventListener("pageshow", function () { delete form.dataset.sent; });

  // 6 · Begin: what an earlier visit could not send stands in its box again.
  boxes.forEach(function (box) {
    var waiting = unsent[lineOf(box)];
    if (waiting) {
      delete waiting.refused;
      box.value = waiting.text;
      show(box.closest("li"), "waiting", words.waits);
    }
    box.dataset.taken = box.value.trim();
  });
  form.querySelector("[data-scan-box]").hidden = false;
  form.querySelector("[data-next]").hidden = false;
  form.querySelectorAll("[value=save]").forEach(function (button) { button.hidden = total <= boxes.length; });
  hold(held);
  count();
  send();
})();
