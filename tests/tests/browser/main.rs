//! The built site in Chromium.

mod opening;
mod same_history;
mod walkthrough;
mod workers;
