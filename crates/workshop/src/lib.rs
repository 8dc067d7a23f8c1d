//! Exercises: their text, and whether what happened in a lab solves them.
//!
//! - [`exercise`]: an exercise as it was read. [`read`]: reads it from its files.
//! - [`condition`]: what a check asks for, in terms of what an operator can see.
//! - [`fact`]: what an operator can see, from a simulated or a real cluster.
//!   [`simulated`]: the facts of a simulated one.
//! - [`judge`]: takes facts, and knows how far somebody is. [`progress`]: which steps are done, which checks hold.

pub mod condition;
pub mod exercise;
pub mod fact;
pub mod judge;
pub mod progress;
pub mod read;
pub mod simulated;

pub use judge::Judge;
pub use simulated::Simulated;
