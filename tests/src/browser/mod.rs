//! Drives Chromium by its own protocol over a pipe, and Firefox by WebDriver BiDi, which it speaks
//! itself: no driver program, no other language.

mod chromium;
mod firefox;
mod keyboard;
mod lab;
mod page;
mod pipe;
mod site;
mod weight;

pub use chromium::Chromium;
pub use firefox::Firefox;
pub use lab::{LabPage, PATIENCE, in_firefox, needs_chromium};
pub use page::{Page, Worker};
pub use site::{Site, dist};
pub use weight::{Weighed, Weight, kilobytes};

/// What can go wrong between a test and its browser, in words.
pub type Result<T, E = String> = std::result::Result<T, E>;
