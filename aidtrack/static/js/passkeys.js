/* Passkeys (W3C WebAuthn): asks the browser for one when its form is sent.
   Without this file the form says so; nothing else on the page needs it. */
(function () {
  "use strict";
  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (letter) { return letter.charCodeAt(0); });
  }
  function text(buffer) {
    var plain = String.fromCharCode.apply(null, new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  function known(list) {
    return (list || []).map(function (each) {
      return Object.assign({}, each, { id: bytes(each.id) });
    });
  }
  function asked(options) {
    var wanted = Object.assign({}, options, { challenge: bytes(options.challenge) });
    if (options.user) wanted.user = Object.assign({}, options.user, { id: bytes(options.user.id) });
    if (options.excludeCredentials) wanted.excludeCredentials = known(options.excludeCredentials);
    if (options.allowCredentials) wanted.allowCredentials = known(options.allowCredentials);
    return wanted;
  }
  function said(credential) {
    var response = credential.response, answer = { clientDataJSON: text(response.clientDataJSON) };
    ["attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (name) {
      if (response[name]) answer[name] = text(response[name]);
    });
    if (response.getTransports) answer.transports = response.getTransports();
    return JSON.stringify({
      id: credential.id, rawId: text(credential.rawId), type: credential.type, response: answer,
      clientExtensionResults: credential.getClientExtensionResults()
    });
  }
  function ask(box) {
    var wanted = { publicKey: asked(JSON.parse(box.dataset.options)) };
    var keeper = navigator.credentials;
    return box.dataset.passkey === "create" ? keeper.create(wanted) : keeper.get(wanted);
  }
  document.querySelectorAll("[data-passkey]").forEach(function (box) {
    var form = box.closest("form"), refusal = box.querySelector("[data-passkey-refused]");
    var answer = form.elements[box.dataset.answer], waiting = false;
    // An answer is for one question: what a page that was gone back to holds is old.
    addEventListener("pageshow", function () { answer.value = ""; });
    // Before anything else hears of it: the form is sent only once the browser has answered.
    document.addEventListener("submit", function (event) {
      if (event.target !== form || answer.value || !window.PublicKeyCredential) return;
      if (event.submitter && event.submitter.hasAttribute("formaction")) return;
      event.preventDefault();
      event.stopPropagation();
      if (waiting) return;
      waiting = true;
      refusal.hidden = true;
      ask(box).then(function (credential) {
        answer.value = said(credential);
        form.requestSubmit();
      }, function () {
        refusal.hidden = false;
      }).then(function () { waiting = false; });
    }, true);
  });
})();
