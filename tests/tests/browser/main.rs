//! The built site in Chromium.

mod beliefs;
mod clients;
mod designs;
mod opening;
mod same_history;
mod travel;
mod walkthrough;
mod workers;
