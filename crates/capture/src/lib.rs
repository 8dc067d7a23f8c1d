//! What passed on the wire, for people: kept to a bound, filtered, opened into fields, written as
//! pcapng.
//!
//! - [`Capture`]: the newest segments, and what is asked of them. `kind`: what a segment is.
//! - `fields`: one message opened. `info`: one message in a line.
//! - `pcapng`: a file that Wireshark opens.
//!
//! It only looks: a world behaves the same with and without it.

mod fields;
mod info;
mod kept;
mod kind;
mod names;
mod pcapng;
mod resp;

pub use fields::{Field, fields};
pub use kept::{BYTES_MAX, Capture, Filter, Row};
pub use kind::{Classifier, Kind};
pub use names::Names;
pub use pcapng::Pcapng;
