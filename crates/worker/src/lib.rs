//! WebAssembly host of the hub and of the nodes.
