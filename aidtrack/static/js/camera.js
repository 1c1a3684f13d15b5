// Reads codes from the camera: by the browser's own reader where it has one, else by ours.
// Loaded when somebody first starts the camera.
(function () {
  "use strict";
  var page = document.querySelector("[data-scan]");
  var picture = page.querySelector("[data-camera-picture]");
  var FORMATS = ["qr_code", "data_matrix", "code_128", "ean_13", "ean_8", "upc_a", "upc_e", "itf", "code_39"];
  var AGAIN_MS = 2500; // The same code in sight is one scan.
  var PAUSE_MS = 120;
  var stream = null;
  var seen = { text: "", at: 0 };
  var words = window.scanWords;
  var tell = window.scanTell;

  window.scanCamera = function (button) {
    if (stream) return stop(button);
    if (!window.isSecureContext || !navigator.mediaDevices) return tell(words.no_https, false);
    tell(words.starting);
    Promise.all([reader(), navigator.mediaDevices.getUserMedia({
      audio: false, video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 } }
    })]).then(function (got) {
      stream = got[1];
      picture.srcObject = stream;
      picture.hidden = false;
      button.querySelector("span").textContent = words.stop;
      stream.getVideoTracks()[0].addEventListener("ended", function () { stop(button); });
      return picture.play().then(function () {
        tell(words.running);
        look(got[0]);
      });
    }).catch(function (error) {
      stop(button);
      tell({
        NotAllowedError: words.refused, SecurityError: words.refused,
        NotFoundError: words.no_camera, OverconstrainedError: words.no_camera,
        NotReadableError: words.busy, AbortError: words.busy
      }[error.name] || words.no_reader, false);
    });
  };
  function stop(button) {
    if (stream) stream.getTracks().forEach(function (track) { track.stop(); });
    stream = null;
    picture.hidden = true;
    button.querySelector("span").textContent = words.start;
  }
  function look(decode) {
    if (!stream) return;
    decode(picture).then(function (text) {
      var now = Date.now();
      if (text && (text !== seen.text || now - seen.at > AGAIN_MS)) window.scanned(text);
      if (text) seen = { text: text, at: now };
    }).catch(function () { /* A picture that could not be read; the next may be. */ })
      .then(function () { setTimeout(look, PAUSE_MS, decode); });
  }

  // The browser's own reader does not tell GS1 from other codes by a mark; ours does.
  function reader() {
    if (!("BarcodeDetector" in window)) return ours();
    return BarcodeDetector.getSupportedFormats().then(function (known) {
      var formats = FORMATS.filter(function (each) { return known.indexOf(each) >= 0; });
      if (formats.indexOf("code_128") < 0 || formats.indexOf("qr_code") < 0) return ours();
      var detector = new BarcodeDetector({ formats: formats });
      return function (video) {
        return detector.detect(video).then(function (found) { return found.length ? found[0].rawValue : ""; });
      };
    });
  }
  function ours() {
    return loaded(page.dataset.reader).then(function () {
      ZXingWASM.prepareZXingModule({
        overrides: { locateFile: function () { return page.dataset.wasm; } }, fireImmediately: false
      });
      var canvas = document.createElement("canvas");
      var pen = canvas.getContext("2d", { willReadFrequently: true });
      var options = { maxNumberOfSymbols: 1, tryHarder: true, textMode: "Plain" };
      return function (video) {
        if (!video.videoWidth) return Promise.resolve("");
        canvas.width = video.videoWidth;
        canvas.height = video.videoHeight;
        pen.drawImage(video, 0, 0);
        return ZXingWASM.readBarcodes(pen.getImageData(0, 0, canvas.width, canvas.height), options)
          .then(function (found) { return found.length ? (found[0].symbologyIdentifier || "") + found[0].text : ""; });
      };
    });
  }
  function loaded(address) {
    return window.ZXingWASM ? Promise.resolve() : new Promise(function (done, failed) {
      var script = document.createElement("script");
      script.src = address;
      script.addEventListener("load", done);
      script.addEventListener("error", failed);
      document.head.append(script);
    });
  }
})();
