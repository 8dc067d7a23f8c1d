//! Helpers shared by the tests that need two nodes, a shell or a page.

#[cfg(feature = "browser")]
pub mod browser;
pub mod cluster;
pub mod console;
pub mod normal;
pub mod resp;
pub mod servers;

/// Prints a line even when the test passes: figures, and what was skipped.
pub fn say(line: &str) {
    use std::io::Write;
    // The test harness keeps what `println!` prints to itself.
    let _ = writeln!(std::io::stdout(), "{line}");
}
