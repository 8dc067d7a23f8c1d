// Starts a worker: the hub (named "hub") or a node (any other name).
//
// Whoever creates the worker posts { module } first, the compiled WebAssembly.Module of
// worker_bg.wasm, to a node with the port to its hub beside it. Everything posted after that waits in the queue: instantiation is synchronous and
// runs main(), which sets the real handler before this one returns.
import { initSync } from "./worker.js";

self.onmessage = ({ data }) => {
  self.onmessage = null;
  self.port = data.port;
  initSync({ module: data.module });
};
