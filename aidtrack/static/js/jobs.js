// Keeps the page of a running job true: asks for it again, and takes over what it says by now.
(function () {
  "use strict";
  var PAUSE = 2000;
  var box = document.querySelector("[data-job]");

  function show(page) {
    var now = new DOMParser().parseFromString(page, "text/html").querySelector("[data-job]");
    if (!now || now.dataset.job !== box.dataset.job) return location.reload();
    box.replaceChildren.apply(box, Array.prototype.slice.call(now.childNodes));
    setTimeout(ask, PAUSE);
  }
  function ask() {
    fetch(location.href).then(function (answer) {
      if (!answer.ok) throw new Error(answer.status);
      return answer.text();
    }).then(show).catch(function () { setTimeout(ask, 3 * PAUSE); }); // The line is down.
  }
  if (box) setTimeout(ask, PAUSE);
})();
