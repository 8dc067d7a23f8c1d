// Starts the worker that reads exercises. What is posted before its program runs is kept for it.
import init from "./reader.js";

const early = [];
self.onmessage = (event) => early.push(event);

// main() sets the real handler. A program that does not come is told as a broken one is: as text.
init()
  .then(() => early.forEach((event) => self.onmessage(event)))
  .catch((why) => self.postMessage(String(why)));
