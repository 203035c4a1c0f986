/* Makes each frame of ours on a page as high as what it shows. Served at /embed.js; see docs/sharing.md. */
(function () {
  "use strict";
  var own = new URL(document.currentScript.src).origin;
  addEventListener("message", function (event) {
    var said = event.data;
    if (event.origin !== own || !said || said.type !== "followthrough:height" || !(said.height > 0)) return;
    var frames = document.getElementsByTagName("iframe");
    for (var i = 0; i < frames.length; i++) {
      // A page may have several; the one that speaks is meant.
      if (frames[i].contentWindow === event.source) frames[i].style.height = Math.min(said.height, 5000) + 2 + "px";
    }
  });
})();
