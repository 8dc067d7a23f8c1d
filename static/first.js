// Runs before anything else: chooses the language, light or dark without a flash, and says in plain
// words when this browser cannot run the page.
(() => {
  const root = document.documentElement;
  const recall = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      // Storage may be switched off; then the system's choice counts.
      return null;
    }
  };

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = recall("theme");
  const paint = () => root.setAttribute("data-theme", chosen || (dark.matches ? "dark" : "light"));
  paint();
  dark.addEventListener("change", () => chosen || paint());

  // The same choice as `browser::language` makes later.
  const tags = [recall("lang"), ...navigator.languages].filter(Boolean);
  const spoken = tags.map((tag) => tag.split("-")[0].toLowerCase());
  root.lang = spoken.find((tag) => tag === "en" || tag === "ko") || "en";

  const texts = {
    en: {
      wasm: "This browser does not run WebAssembly, or a setting switches it off.",
      worker: "This browser does not run web workers.",
      module: "This browser does not load module scripts; a newer one does.",
      start: "The page's program did not start:",
      part: "A part of the page did not load.",
    },
    ko: {
      wasm: "이 브라우저는 WebAssembly를 실행하지 않거나 설정에서 꺼져 있습니다.",
      worker: "이 브라우저는 웹 워커를 실행하지 않습니다.",
      module: "이 브라우저는 모듈 스크립트를 불러오지 않습니다. 더 새로운 브라우저가 필요합니다.",
      start: "페이지의 프로그램이 시작되지 않았습니다:",
      part: "페이지의 일부를 불러오지 못했습니다.",
    },
  };
  const started = () => document.querySelector("[data-started]") !== null;
  const say = (key, detail = "") => {
    const place = document.getElementById("broken");
    if (!place || started()) return;
    document.getElementById("broken-why").textContent = `${texts[root.lang][key]} ${detail}`;
    place.hidden = false;
  };
  const missing = () => {
    if (typeof WebAssembly !== "object") return "wasm";
    if (typeof Worker !== "function") return "worker";
    return "noModule" in HTMLScriptElement.prototype ? null : "module";
  };
  addEventListener("DOMContentLoaded", () => {
    const why = missing();
    if (why) say(why);
  });
  // A script or a module that does not load, or WebAssembly that this browser refuses.
  addEventListener(
    "error",
    (event) => {
      if (event.target === window) say("start", event.message);
      else if (event.target.tagName === "SCRIPT") say("part");
    },
    true,
  );
  addEventListener("unhandledrejection", ({ reason }) => say("start", reason && reason.message));
})();
