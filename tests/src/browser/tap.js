// Listens to what the hub tells the page, and keeps the way to the hub, for whoever tests.
(() => {
  const tap = { hub: null, frame: null, info: null, history: null, opened: 0, answered: 0 };
  tap.events = [];
  tap.travel = [];
  tap.frames = { all: 0, hosted: 0 };
  // Further listeners, for those who measure.
  tap.also = [];
  tap.tell = (message) => tap.hub.postMessage(message);
  window.__tap = tap;
  const hear = ({ data }) => {
    tap.also.forEach((listen) => listen(data));
    if (data.Opened) {
      Object.assign(tap, { info: data.Opened, opened: performance.now(), frame: null });
      Object.assign(tap, { events: [], frames: { all: 0, hosted: 0 }, history: null });
    }
    if (data.Travel) tap.travel.push(data.Travel);
    if (data.History) tap.history = data.History;
    if (!data.Frame) return;
    tap.frame = data.Frame;
    if (!data.Frame.past) tap.events.push(...data.Frame.events);
    tap.answered ||= performance.now();
    // Frames in which every live server was in a worker of its own.
    tap.frames.all += 1;
    const servers = data.Frame.hosts.filter(({ node }) => node).length;
    if (data.Frame.workers >= servers) tap.frames.hosted += 1;
  };
  const Plain = window.Worker;
  window.Worker = class extends Plain {
    constructor(url, options) {
      super(url, options);
      if (options.name !== "hub") return;
      tap.hub = this;
      this.addEventListener("message", hear);
    }
  };
})();
