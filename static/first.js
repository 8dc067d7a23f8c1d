// Runs before anything else: chooses light or dark without a flash, and says in plain words when
// this browser cannot run the page.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let chosen = null;
  try {
    chosen = localStorage.getItem("theme");
  } catch {
    // Storage may be switched off; then the system's choice counts.
  }
  const paint = () => root.setAttribute("data-theme", chosen || (dark.matches ? "dark" : "light"));
  paint();
  dark.addEventListener("change", () => chosen || paint());

  const started = () => document.querySelector("[data-started]") !== null;
  const say = (why) => {
    const place = document.getElementById("broken");
    if (!place || started()) return;
    document.getElementById("broken-why").textContent = why;
    place.hidden = false;
  };
  const missing = () => {
    if (typeof WebAssembly !== "object") {
      return "This browser does not run WebAssembly, or a setting switches it off.";
    }
    if (typeof Worker !== "function") return "This browser does not run web workers.";
    if (!("noModule" in HTMLScriptElement.prototype)) {
      return "This browser does not load module scripts; a newer one does.";
    }
    return null;
  };
  addEventListener("DOMContentLoaded", () => {
    const why = missing();
    if (why) say(why);
  });
  // A script or a module that does not load, or WebAssembly that this browser refuses.
  addEventListener(
    "error",
    (event) => {
      if (event.target === window) say(`The page's program did not start: ${event.message}`);
      else if (event.target.tagName === "SCRIPT") say("A part of the page did not load.");
    },
    true,
  );
  addEventListener("unhandledrejection", (event) => {
    say(`The page's program did not start: ${event.reason && event.reason.message}`);
  });
})();
