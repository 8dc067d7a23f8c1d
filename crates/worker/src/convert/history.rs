//! What was done to a lab.

use bridge::{Action, History, PastAction};
use scenario::Lab;

/// The lab's past, for whoever wants to repeat it.
pub(crate) fn history(lab: &Lab, seed: u64) -> History {
    let actions = lab.history().iter();
    History {
        scenario: lab.scenario().name.clone(),
        seed,
        now_us: lab.world.now().0,
        hash: format!("{:016x}", lab.world.trace_hash()),
        actions: actions.map(|(at, did)| PastAction { at_us: at.0, action: action(did) }).collect(),
    }
}

fn action(action: &scenario::Action) -> Action {
    use scenario::Action as Did;
    match action {
        Did::Type { host, line } => Action::Type { host: host.0.into(), line: line.clone() },
        Did::Interrupt { host } => Action::Interrupt { host: host.0.into() },
        Did::Link { from, to, settings } => Action::Link {
            from: from.0.into(),
            to: to.0.into(),
            latency_us: settings.latency.0,
            jitter_us: settings.jitter.0,
            loss_ppm: settings.loss_ppm,
            blocked: settings.blocked,
        },
        Did::Crashed { pid } => Action::Crashed { pid: pid.0 },
    }
}
