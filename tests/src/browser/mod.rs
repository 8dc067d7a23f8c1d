//! Drives Chromium by its own protocol over a pipe, and Firefox by WebDriver BiDi, which it speaks
//! itself: no driver program, no other language.

mod bidi;
mod chromium;
mod driver;
mod fields;
mod firefox;
mod keyboard;
mod lab;
mod mouse;
mod page;
mod pipe;
mod process;
mod seen;
mod site;
mod weight;

pub use driver::Worker;
pub use lab::{LabPage, PATIENCE};
pub use page::{Page, in_firefox, needs_chromium};
pub use site::{Site, dist};
pub use weight::{Weighed, Weight, kilobytes};

/// What can go wrong between a test and its browser, in words.
pub type Result<T, E = String> = std::result::Result<T, E>;
