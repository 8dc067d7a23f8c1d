//! Helpers shared by the tests that need two nodes, a shell or a page.

#[cfg(feature = "browser")]
pub mod browser;
pub mod cluster;
pub mod console;
pub mod normal;
pub mod resp;
pub mod servers;
