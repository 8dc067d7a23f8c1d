//! How far an exercise is.

use bridge::workshop as to;
use workshop::progress::{Mark, Progress, StepProgress};

/// How far it is.
pub(crate) fn progress(progress: &Progress) -> to::Progress {
    to::Progress {
        step: progress.step,
        steps: progress.steps.iter().map(step_progress).collect(),
        solved_us: progress.solved.map(|it| it.0),
    }
}

fn step_progress(step: &StepProgress) -> to::StepProgress {
    let outcome = |mark: &Mark| match mark {
        Mark::Open => to::Outcome::Open,
        Mark::Met(at) => to::Outcome::Met(at.0),
        Mark::Missed(at) => to::Outcome::Missed(at.0),
    };
    to::StepProgress {
        began_us: step.began.0,
        done_us: step.done.map(|it| it.0),
        checks: step.checks.iter().map(outcome).collect(),
    }
}
