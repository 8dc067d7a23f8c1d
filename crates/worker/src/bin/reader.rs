//! The program that reads exercises.

fn main() {
    worker::reader::start();
}
