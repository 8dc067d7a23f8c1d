//! The workers' program.

fn main() {
    worker::start();
}
