// The service worker: keeps one whole copy of the page, of one version, and serves from it. The
// build writes the list of files and a name that follows from their content.
const VERSION = "%VERSION%";
const FILES = [/* %FILES% */];

// The scope is part of the name: a host may hold several labs.
const OURS = `failover-lab ${self.registration.scope} `;
const CACHE = OURS + VERSION;

self.addEventListener("install", (event) => {
  const keep = async () => {
    const cache = await caches.open(CACHE);
    // Asks the server whether what the browser has is still right.
    await cache.addAll(FILES.map((file) => new Request(file, { cache: "no-cache" })));
  };
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
  const forget = async () => {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith(OURS) && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
  };
  event.waitUntil(forget());
});

self.addEventListener("message", ({ data }) => {
  if (data === "take over") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin } = self.location;
  if (request.method !== "GET" || new URL(request.url).origin !== origin) return;
  const answer = async () => {
    const cache = await caches.open(CACHE);
    const wanted = request.mode === "navigate" ? "./index.html" : request;
    return (await cache.match(wanted, { ignoreSearch: true })) || fetch(request);
  };
  event.respondWith(answer());
});
