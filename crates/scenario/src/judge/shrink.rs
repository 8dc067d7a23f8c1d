//! The shortest list of faults that still breaks the promise.

use super::{Moment, Settings, Verdict, judge_faults};

/// Leaves out faults, in ever smaller parts, for as long as the same promise is broken. `told` hears
/// how many are left after each success, and ends the search by answering false.
pub fn shrink(
    settings: &Settings,
    failed: Verdict,
    mut told: impl FnMut(usize) -> bool,
) -> Verdict {
    let promise = failed.broken.as_ref().map(|it| it.promise);
    let mut best = failed;
    let mut part = best.faults.len().div_ceil(2);
    while part > 0 {
        let mut from = 0;
        while from < best.faults.len() {
            let until = (from + part).min(best.faults.len());
            let fewer: Vec<Moment> = [&best.faults[..from], &best.faults[until..]].concat();
            let verdict = judge_faults(settings, best.seed, &fewer);
            if verdict.broken.as_ref().map(|it| it.promise) == promise {
                best = verdict;
                if !told(best.faults.len()) {
                    return best;
                }
            } else {
                from = until;
            }
        }
        part = if part == 1 { 0 } else { part.div_ceil(2) };
    }
    best
}
