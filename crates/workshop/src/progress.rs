//! How far somebody is in an exercise.

use engine::Time;

/// How far an exercise is at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The present step; as many as there are steps when it is solved.
    pub step: usize,
    /// The steps that were begun, the present one last.
    pub steps: Vec<StepProgress>,
    /// When the last step was done.
    pub solved: Option<Time>,
}

/// How far a step is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepProgress {
    /// When it began.
    pub began: Time,
    /// When it was done.
    pub done: Option<Time>,
    /// Its checks, in their order.
    pub checks: Vec<Mark>,
}

/// What is known of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Not yet true.
    Open,
    /// True, since then.
    Met(Time),
    /// Broken, or too late; for a wrong turn: taken. Its hint is shown.
    Missed(Time),
}
