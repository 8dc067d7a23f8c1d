//! The program of the hub and the nodes.

fn main() {
    worker::start();
}
