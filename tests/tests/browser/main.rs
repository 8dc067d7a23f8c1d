//! The built site in a browser: Chromium, or Firefox (`LAB_BROWSER=firefox`).

mod accessibility;
mod beliefs;
mod clients;
mod designs;
mod embed;
mod figures;
mod hosts;
mod offline;
mod opening;
mod packets;
mod same_history;
mod sealed;
mod travel;
mod walkthrough;
mod workers;
mod workshop;
