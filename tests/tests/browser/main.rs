//! The built site in Chromium.

mod opening;
