//! The past on the page: the bar with which one goes there, branches, links and files.

mod bar;
mod notice;
mod report;
mod saving;
mod track;

pub use bar::{bar, branch_name};
pub use notice::notice;
pub use saving::use_saving;
pub use track::{keys as track_keys, tone_class};
