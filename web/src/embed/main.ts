/** A page in somebody else's frame: tells how high it is, and draws the timeline where that is asked for. */
import "../timeline/status.css";
import "./embed.css";

/** As web/public/embed.js hears it. Whoever frames a page may know how high it is. */
function tellHeight(): void {
  parent.postMessage({ type: "followthrough:height", height: Math.ceil(document.documentElement.getBoundingClientRect().height) }, "*");
}

new ResizeObserver(tellHeight).observe(document.documentElement);
tellHeight();

const place = document.getElementById("timeline");
if (place) void import("./timeline").then(({ drawTimeline }) => drawTimeline(place));
