// Light or dark before anything is painted: as chosen here, else as the device has it.
(function () {
  var chosen = /(?:^|; )theme=(light|dark)/.exec(document.cookie);
  var dark = matchMedia("(prefers-color-scheme: dark)");
  function follow() {
    document.documentElement.dataset.bsTheme =
      chosen ? chosen[1] : dark.matches ? "dark" : "light";
  }
  follow();
  dark.addEventListener("change", follow);
})();
