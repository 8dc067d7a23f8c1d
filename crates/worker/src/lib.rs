//! The wasm host of a lab, one program with two roles, and the program that reads exercises.
//!
//! The *hub* owns the lab: clock, queue, network, shells, and the pace of time. It speaks the
//! messages of `bridge` with the page, as `serde_wasm_bindgen` writes them, and has the page start one
//! *node* worker for each `redis-server` of the lab, to which it talks by a port of its own. Which role a worker has is told by its name: `hub`,
//! or anything else.
//!
//! The page starts the hub so (`static/boot.js` is the worker's script):
//!
//! ```js
//! const module = await WebAssembly.compileStreaming(fetch("./worker_bg.wasm"));
//! const hub = new Worker("./boot.js", { type: "module", name: "hub" });
//! hub.postMessage({ module });
//! hub.onmessage = ({ data }) => { /* a bridge::FromHub, or { start: name, work, care }: */
//!   const node = new Worker("./boot.js", { type: "module", name: data.start });
//!   node.postMessage({ module, port: data.work }, [data.work]);
//!   node.onmessage = node.onerror = /* text of what it broke of */ => data.care.postMessage(text);
//!   data.care.onmessage = () => node.terminate();
//! };
//! hub.postMessage(toHub); // a bridge::ToHub; may be posted at once
//! ```
//!
//! The [`reader`] is started with `static/boot-reader.js`, when the first exercise is to be read. It
//! answers each `bridge::workshop::ToReader` by one `FromReader`.

mod bell;
mod convert;
mod hub;
mod node;
pub mod reader;
mod scope;
mod wire;

/// Starts the role that the worker's name tells.
pub fn start() {
    scope::report_panics();
    if scope::name() == "hub" {
        hub::start();
    } else {
        node::start();
    }
}

#[cfg(all(test, target_arch = "wasm32"))]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);
