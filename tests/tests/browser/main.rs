//! The built site in Chromium.

mod designs;
mod opening;
mod packets;
mod same_history;
mod walkthrough;
mod workers;
