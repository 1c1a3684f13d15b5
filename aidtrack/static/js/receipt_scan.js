// Fills the lots of a receipt from codes: one after the other, or those that were scanned on the
// page that scans. What is sent, and whether it is right, is for the form and the server.
(function () {
  "use strict";
  var box = document.querySelector("[data-receipt-scan]");
  if (!box) return;
  var code = box.elements.code;
  var said = box.querySelector("[data-receipt-said]");
  var words = JSON.parse(box.dataset.words);
  var language = document.documentElement.lang || "en";

  function tell(text, good) {
    said.textContent = text;
    said.classList.toggle("scan-bad", !good);
    if (navigator.vibrate) navigator.vibrate(good ? 60 : [120, 60, 120]);
  }
  function day(text) { return new Date(text + "T12:00:00").toLocaleDateString(language, { day: "numeric", month: "short", year: "numeric" }); }
  function part(row, name) { return row.querySelector("[name$='-" + name + "']"); }
  function write(control, value) {
    control.value = value;
    control.dispatchEvent(new Event("input", { bubbles: true }));
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }
  function number(control) { return parseInt(control.value.replace(/\D/g, ""), 10) || 0; }
  function size(row) {
    var chosen = part(row, "pack_id").selectedOptions[0];
    return Number(chosen && chosen.dataset.size) || 1;
  }
  function in_pieces(row) { // So that a part of a pack can be counted.
    var per = size(row);
    ["stated", "good", "damaged"].forEach(function (name) {
      var control = part(row, name);
      if (control.value.trim()) write(control, number(control) * per);
    });
    write(part(row, "pack_id"), "");
  }
  function count(row, pieces, add) {
    if (pieces % size(row)) in_pieces(row);
    var good = part(row, "good");
    write(good, (add ? number(good) : 0) + pieces / size(row));
  }
  function fits(row, came) {
    var expires = part(row, "expires_on");
    return part(row, "batch_number").value.trim() === came.batch && (!expires || expires.value === came.expires_on);
  }
  function is_open(row, came) { // Says nothing yet that is otherwise on the code.
    var expires = part(row, "expires_on");
    var batch = part(row, "batch_number").value.trim();
    return !row.dataset.scanned && (!batch || batch === came.batch) &&
      (!expires || !expires.value || expires.value === came.expires_on);
  }
  function rows_of(line_id) {
    return Array.prototype.filter.call(document.querySelectorAll("[data-line]"), function (row) {
      var line = part(row, "donation_line_id");
      return line && line.value === String(line_id);
    });
  }

  // came: {line_id, batch, expires_on, pieces, title}
  function put(came) {
    var rows = rows_of(came.line_id);
    if (!rows.length) return tell(words.unknown, false);
    var what = [came.title, came.batch && words.batch + " " + came.batch,
      came.expires_on && words.expires + " " + day(came.expires_on)].filter(Boolean).join(" · ");
    var same = rows.filter(function (row) { return row.dataset.scanned && fits(row, came); })[0];
    var row = same || rows.filter(function (each) { return is_open(each, came); })[0];
    var sentence = same ? words.added : words.filled;
    if (!row) {
      sentence = words.another;
      rows[0].closest("[data-lines]").querySelector("[data-add-line]").click();
      row = rows_of(came.line_id).pop();
      part(row, "donation_line_id").value = came.line_id;
    }
    count(row, came.pieces, Boolean(same));
    if (came.batch) write(part(row, "batch_number"), came.batch);
    var expires = part(row, "expires_on");
    if (came.expires_on && expires) write(expires, came.expires_on);
    row.dataset.scanned = "yes";
    row.scrollIntoView({ block: "nearest" });
    tell(sentence.replace("{what}", what) +
      (came.expires_on && !expires ? " " + words.no_expiry.replace("{day}", day(came.expires_on)) : ""), true);
  }

  function take(found) {
    var hits = found.hits.filter(function (hit) {
      return hit.item_id && found.lines.some(function (line) { return line.item_id === hit.item_id; });
    });
    if (!found.hits.length) return tell(found.said, false);
    if (!hits.length) return tell(words.unknown, false);
    var lines = found.lines.filter(function (line) { return line.item_id === hits[0].item_id; });
    if (lines.length > 1 || hits.some(function (hit) { return hit.item_id !== hits[0].item_id; })) {
      return tell(words.choose, false);
    }
    put({
      line_id: lines[0].donation_line_id, title: hits[0].title,
      batch: found.batch_number || (hits[0].kind === "lot" ? hits[0].batch_number : ""),
      expires_on: found.expires_on || hits[0].expires_on || "",
      pieces: found.quantity || (found.count || 1) * (hits[0].pack_size || 1)
    });
  }
  var queue = Promise.resolve();
  function read(text) {
    if (!text.trim()) return;
    queue = queue.then(function () {
      return fetch(box.dataset.receiptScan + "?donation_id=" + box.dataset.donation + "&code=" +
        encodeURIComponent(text.trim()), { headers: { Accept: "application/json" } });
    }).then(function (answer) { return answer.ok ? answer.json().then(take) : tell(words.failed, false); })
      .catch(function () { tell(words.failed, false); });
  }
  box.addEventListener("submit", function (event) {
    event.preventDefault();
    read(code.value);
    code.value = "";
    code.focus();
  });
  window.scanned = read;

  if (location.hash === "#scanned") {
    var name = "receive-" + box.dataset.donation;
    var lists = {};
    try { lists = JSON.parse(localStorage.getItem("scanned")) || {}; } catch (e) { lists = {}; }
    ((lists[name] || {}).entries || []).forEach(function (entry) {
      if (entry.line_id) put({
        line_id: entry.line_id, title: entry.title, batch: entry.batch, expires_on: entry.expires_on, pieces: entry.quantity
      });
    });
    document.querySelectorAll("form[method=post] [data-lines]").forEach(function (lines) {
      lines.closest("form").addEventListener("submit", function () {
        delete lists[name];
        try { localStorage.setItem("scanned", JSON.stringify(lists)); } catch (e) { /* Nothing is kept. */ }
      });
    });
  }
})();
