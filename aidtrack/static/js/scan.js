// The page that scans: a running list that survives a reload. The server says what a code is,
// and decides everything; what is moved goes as an ordinary form. Without it one code is read
// at a time.
(function () {
  "use strict";
  var page = document.querySelector("[data-scan]");
  var form = page.querySelector("form.ask");
  var code = form && form.elements.code;
  if (!code) return;
  var mode = page.dataset.scan;
  var words = JSON.parse(page.dataset.words);
  var said = page.querySelector("[data-scan-said]");
  var choices = page.querySelector("[data-scan-choices]");
  var running = page.querySelector("[data-scan-running]");
  var rows = page.querySelector("[data-scan-rows] ul");
  var sending = page.querySelector("[data-scan-form] form");
  var language = document.documentElement.lang || "en";
  var KEPT = "scanned";
  var KEPT_MAX = 500;

  // 1 · What was scanned, for this browser and this list.
  function kept() {
    try { return JSON.parse(localStorage.getItem(KEPT)) || {}; } catch (e) { return {}; }
  }
  var list = kept()[page.dataset.list] || { entries: [], target: null, key: null };
  var key = sending && sending.elements.key;
  if (page.dataset.done && page.dataset.done === list.key) list = { entries: [], target: null, key: null };
  if (key) { if (list.key) key.value = list.key; else list.key = key.value; }
  function keep() {
    var lists = kept(); // Read again: another tab may have kept a list of its own meanwhile.
    lists[page.dataset.list] = list;
    try { localStorage.setItem(KEPT, JSON.stringify(lists)); } catch (e) {
      running.querySelector("[data-scan-kept]").hidden = true; // It stays on this page only.
    }
  }

  // 2 · Told in words, by a sound and by a shake.
  var sound;
  function tell(text, good) {
    said.textContent = text;
    said.classList.toggle("scan-bad", good === false);
    if (good === undefined) return;
    if (navigator.vibrate) navigator.vibrate(good ? 60 : [120, 60, 120]);
    try {
      sound = sound || new AudioContext();
      var tone = sound.createOscillator();
      var level = sound.createGain();
      tone.frequency.value = good ? 1046 : 220;
      level.gain.value = 0.08;
      tone.connect(level).connect(sound.destination);
      tone.start();
      tone.stop(sound.currentTime + (good ? 0.08 : 0.3));
    } catch (e) { /* The words say it too. */ }
  }
  function made(name, attributes, text) {
    var element = document.createElement(name);
    Object.keys(attributes).forEach(function (each) { element.setAttribute(each, attributes[each]); });
    if (text !== undefined) element.textContent = text;
    return element;
  }
  function number(value) { return Number(value).toLocaleString(language); }
  function day(text) { return new Date(text + "T12:00:00").toLocaleDateString(language, { day: "numeric", month: "short", year: "numeric" }); }

  // 3 · One code after the other.
  var queue = Promise.resolve();
  function read(text) { queue = queue.then(function () { return ask(text); }); }
  function ask(text, waiting) {
    text = text.trim();
    if (!text) return;
    var address = page.dataset.url + "?code=" + encodeURIComponent(text) +
      (mode === "move" ? "&moving=true" : "") +
      (page.dataset.donation ? "&donation_id=" + page.dataset.donation : "");
    return fetch(address, { headers: { Accept: "application/json" } }).then(function (answer) {
      if (!answer.ok) throw new TypeError("refused");
      return answer.json();
    }).then(function (found) {
      if (waiting) forget(waiting);
      take(found);
      if (form.elements.times) form.elements.times.value = 1;
    }).catch(function (error) {
      if (waiting) return;
      if (!(error instanceof TypeError)) throw error;
      add({ text: text, title: text, detail: words.waits, waits: true });
      tell(words.offline, false);
    });
  }
  function retry() {
    list.entries.filter(function (each) { return each.waits; }).forEach(function (each) {
      queue = queue.then(function () { return ask(each.text, each); });
    });
  }
  addEventListener("online", retry);

  function take(found) {
    choices.replaceChildren();
    if (!found.hits.length) return tell(found.said, false);
    if (mode !== "look" && is_on_list(found)) return tell(words.twice, false);
    if (mode === "move") return take_to_move(found);
    if (mode === "check") return check(found);
    if (mode === "receive") return take_in(found);
    found.hits.forEach(function (hit) {
      add({ text: found.text, title: hit.title, url: hit.url, detail: facts(found, hit) });
    });
    tell(found.said || found.hits[0].title + " · " + found.hits[0].code, true);
  }
  function is_on_list(found) { // A number stands on one box: it counts once, however often it is read.
    return Boolean(found.sscc) && list.entries.some(function (each) { return (each.numbers || []).includes(found.sscc); });
  }
  function numbers(found) { return found.sscc ? [found.sscc] : []; }
  function take_numbers(entry, more) { entry.numbers = (entry.numbers || []).concat(more); }
  function facts(found, hit) {
    var expires = hit.expires_on || found.expires_on;
    var batch = hit.batch_number || found.batch_number;
    return [hit.code, hit.kind === "place" ? hit.detail : "",
      batch && batch !== hit.code ? words.batch + " " + batch : "",
      expires ? words.expires + " " + day(expires) : ""].filter(Boolean).join(" · ");
  }
  function times() { return Math.max(1, parseInt(form.elements.times && form.elements.times.value, 10) || 1); }
  function pieces(found, hit) { // How many one scan stands for; nothing for a lot's own label.
    if (found.quantity) return found.quantity * (found.sscc ? 1 : times());
    if (hit && hit.kind === "lot" && !found.gtin) return times() > 1 ? times() : null;
    return (found.count || 1) * ((hit && hit.pack_size) || 1) * times();
  }

  // 4 · Moving: goods, then the bin.
  function take_to_move(found) {
    var place = found.hits.filter(function (hit) { return hit.kind === "place"; })[0];
    if (found.lying.length) {
      if (found.lying.length === 1) return put(found, found.lying[0]);
      tell(words.choose, true);
      return offer(found.lying.map(function (each) {
        return [each.item_label + " · " + each.lot_number + " · " + each.place_name + " · " +
          number(each.free), function () { put(found, each); }];
      }));
    }
    if (!place) {
      var goods = found.hits.some(function (hit) { return hit.item_id; });
      return tell(goods ? words.nothing_lies : words.goods_first, false);
    }
    list.target = { id: place.id, name: place.title + " · " + place.detail };
    show();
    tell(words.into.replace("{place}", list.target.name), true);
  }
  function put(found, lying) {
    choices.replaceChildren();
    var hit = found.hits.filter(function (each) { return each.item_id; })[0];
    var some = pieces(found, hit);
    var same = list.entries.filter(function (each) {
      return each.lot_id === lying.lot_id && each.place_id === lying.place_id;
    })[0];
    if (same) {
      if (some) same.quantity += some;
      take_numbers(same, numbers(found));
      list.entries.push(list.entries.splice(list.entries.indexOf(same), 1)[0]);
      show();
    } else {
      add({
        text: found.text, numbers: numbers(found), title: lying.item_label, lot_id: lying.lot_id, place_id: lying.place_id,
        quantity: some || lying.free,
        detail: [lying.lot_number, lying.place_name, words.free + " " + number(lying.free)].join(" · ")
      });
    }
    tell(words.added + ": " + lying.item_label + " · " + number((same || last()).quantity), true);
  }
  function offer(pairs) {
    pairs.forEach(function (pair) {
      var button = made("button", { type: "button", "class": "btn btn-line" }, pair[0]);
      button.addEventListener("click", pair[1]);
      choices.append(button);
    });
  }

  // 5 · Receiving: kept for the receipt, whose page fills itself from it.
  function take_in(found) {
    var hits = found.hits.filter(function (hit) {
      return hit.item_id && found.lines.some(function (line) { return line.item_id === hit.item_id; });
    });
    if (!hits.length) return tell(words.not_promised, false);
    if (hits.length === 1) return came(found, hits[0]);
    tell(words.choose, true);
    offer(hits.map(function (hit) {
      return [hit.title + " · " + (hit.pack_name ? hit.pack_name + " × " + hit.pack_size : hit.code),
        function () { choices.replaceChildren(); came(found, hit); }];
    }));
  }
  function came(found, hit) {
    var batch = found.batch_number || (hit.kind === "lot" ? hit.batch_number : "");
    var expires = found.expires_on || hit.expires_on || "";
    var some = pieces(found, hit) || times();
    var same = list.entries.filter(function (each) {
      return each.item_id === hit.item_id && each.batch === batch && each.expires_on === expires;
    })[0];
    if (same) { same.quantity += some; take_numbers(same, numbers(found)); show(); } else {
      add({
        text: found.text, numbers: numbers(found), title: hit.title, detail: facts(found, hit), item_id: hit.item_id,
        line_id: found.lines.filter(function (line) { return line.item_id === hit.item_id; })[0].donation_line_id,
        batch: batch, expires_on: expires, quantity: some
      });
    }
    tell(found.said || words.added + ": " + hit.title + " · " + number((same || last()).quantity), true);
  }

  // 6 · Checking a load.
  function loads() { return Array.prototype.slice.call(page.querySelectorAll("[data-load]")); }
  function checked(load) {
    return list.entries.filter(function (each) { return each.load === load.dataset.load; })
      .reduce(function (sum, each) { return sum + each.quantity; }, 0);
  }
  function check(found) {
    var hit = found.hits.filter(function (each) { return each.item_id; })[0];
    if (!hit) return tell(words.goods_first, false);
    var fitting = loads().filter(function (load) {
      return found.hits.some(function (each) {
        return each.kind === "lot" ? load.dataset.lot === String(each.id) : load.dataset.item === String(each.id);
      });
    });
    if (!fitting.length) return tell(words.stranger + " " + hit.title, false);
    var open = fitting.filter(function (load) { return checked(load) < Number(load.dataset.quantity); })[0] || fitting[0];
    var some = pieces(found, hit) || Math.max(0, Number(open.dataset.quantity) - checked(open));
    add({ text: found.text, numbers: numbers(found), title: hit.title, detail: facts(found, hit), load: open.dataset.load, quantity: some });
    if (checked(open) > Number(open.dataset.quantity)) tell(words.more + " " + hit.title, false);
    else {
      var all = loads().every(function (load) { return checked(load) >= Number(load.dataset.quantity); });
      tell(all ? words.checked : hit.title + " · " + number(checked(open)) + " / " + number(open.dataset.quantity), true);
    }
  }

  function miss() { // What is still to be scanned, by name; as words for a note on the shipment.
    var box = page.querySelector("[data-missing]");
    if (!box) return;
    var missing = loads().map(function (load) {
      return [load.dataset.label, Number(load.dataset.quantity) - checked(load)];
    }).filter(function (each) { return each[1] > 0; }).map(function (each) {
      return each[0] + ": " + number(each[1]);
    });
    box.hidden = !missing.length || !list.entries.length;
    box.querySelector("[data-missing-what]").textContent = missing.join("; ");
    var note = box.querySelector("[data-missing-note]");
    if (!note) return;
    var address = new URL(note.href);
    address.searchParams.set("words", words.missing + " " + missing.join("; "));
    note.href = address;
  }

  // 7 · The list itself.
  function last() { return list.entries[list.entries.length - 1]; }
  function add(entry) {
    list.entries.push(entry);
    if (mode === "look") list.entries = list.entries.slice(-KEPT_MAX);
    if (mode === "check") shorten();
    show();
  }
  function shorten() { // What makes the list too long is added to what was scanned later of its load.
    for (var at = 0; list.entries.length > KEPT_MAX && at < list.entries.length;) {
      var old = list.entries[at];
      var later = list.entries.slice(at + 1).filter(function (each) { return old.load && each.load === old.load; })[0];
      if (!later) { at += 1; continue; }
      later.quantity += old.quantity;
      take_numbers(later, old.numbers || []);
      list.entries.splice(at, 1);
    }
  }
  function forget(entry) {
    list.entries = list.entries.filter(function (each) { return each !== entry; });
    show();
  }
  function row_of(entry) {
    var li = made("li", {});
    var text = made("div", {});
    var title = made("p", {});
    title.append(entry.url ? made("a", { href: entry.url, "class": "name" }, entry.title) : made("b", {}, entry.title));
    text.append(title, made("p", { "class": "soft small" }, entry.detail || ""));
    var end = made("div", { "class": "end scan-end" });
    if (entry.quantity !== undefined) {
      var box = made("input", { type: "text", inputmode: "numeric", "class": "form-control", value: entry.quantity, "aria-label": words.times + ": " + entry.title });
      box.addEventListener("change", function () {
        var typed = parseInt(box.value.replace(/\D/g, ""), 10);
        if (typed) entry.quantity = typed;
        show();
      });
      end.append(box);
    }
    var out = made("button", { type: "button", "class": "btn btn-quiet", "aria-label": words.remove + ": " + entry.title }, "×");
    out.addEventListener("click", function () { forget(entry); code.focus(); });
    end.append(out);
    li.append(made("span", {}), text, end);
    return li;
  }
  function show() {
    running.hidden = !list.entries.length;
    rows.replaceChildren.apply(rows, list.entries.slice().reverse().map(row_of));
    loads().forEach(function (load) {
      var now = checked(load);
      load.querySelector("[data-checked]").textContent = number(now);
      load.classList.toggle("scan-done", now === Number(load.dataset.quantity));
      load.classList.toggle("scan-over", now > Number(load.dataset.quantity));
    });
    miss();
    if (sending) {
      page.querySelector("[data-scan-form]").hidden = !list.entries.length;
      sending.elements.to_place_id.value = list.target ? list.target.id : "";
      if (list.target) page.querySelector("[data-scan-target]").textContent = words.into.replace("{place}", list.target.name);
    }
    keep();
  }
  running.querySelector("[data-scan-undo]").addEventListener("click", function () {
    var entry = list.entries.pop();
    show();
    tell(words.undone.replace("{what}", entry.title));
    code.focus();
  });
  running.querySelector("[data-scan-clear]").addEventListener("click", function () {
    list.entries = [];
    list.target = null;
    show();
    tell(words.cleared);
    code.focus();
  });
  if (sending) sending.addEventListener("submit", function () {
    sending.querySelectorAll("[data-scanned]").forEach(function (old) { old.remove(); });
    list.entries.filter(function (each) { return each.lot_id; }).forEach(function (entry, at) {
      ["lot_id", "place_id", "quantity"].forEach(function (name) {
        sending.append(made("input", { type: "hidden", "data-scanned": "", name: "lines-" + at + "-" + name, value: entry[name] }));
      });
    });
  });

  // 8 · A scanner types and ends with Enter; so do people.
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    read(code.value);
    code.value = "";
    code.focus();
  });
  code.setAttribute("autocomplete", "off");
  window.scanned = read; // A scanner that types while no box has the focus, and the camera.
  show();
  retry();
  if (matchMedia("(pointer: fine)").matches) code.focus();
  var camera = page.querySelector("[data-camera]");
  camera.hidden = false;
  camera.addEventListener("click", function () {
    if (window.scanCamera) return window.scanCamera(camera);
    var script = made("script", { src: page.dataset.cameraScript });
    script.addEventListener("load", function () { window.scanCamera(camera); });
    script.addEventListener("error", function () { tell(words.no_reader, false); });
    document.head.append(script);
  });
  window.scanTell = tell;
  window.scanWords = words;
})();
