//! The built site in Chromium.

mod accessibility;
mod designs;
mod figures;
mod firefox;
mod offline;
mod opening;
mod same_history;
mod sealed;
mod walkthrough;
mod workers;
