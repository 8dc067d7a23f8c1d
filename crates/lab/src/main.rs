//! `lab`, the native CLI.

fn main() {}
