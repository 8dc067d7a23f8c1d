//! What was done to a lab.

use bridge::{Action, History, PastAction};
use bus::PacketKind;
use engine::Time;
use engine::time::Span;
use scenario::Lab;
use scenario::workload::Settings;
use sim::{HostId, LinkSettings, Pid, RuleId};

/// The lab's past, for whoever wants to repeat it.
pub(crate) fn history(lab: &Lab, seed: u64) -> History {
    let actions = lab.history().iter();
    History {
        scenario: lab.scenario().source(),
        seed,
        now_us: lab.world.now().0,
        hash: format!("{:016x}", lab.world.trace_hash()),
        actions: actions.map(|(at, did)| told(*at, did)).collect(),
    }
}

/// An action as the page is told it.
pub(crate) fn told(at: Time, did: &scenario::Action) -> PastAction {
    PastAction { at_us: at.0, action: action(did) }
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
        Did::Workload(settings) => {
            Action::Workload { flags: settings.as_ref().map(ToString::to_string) }
        }
        Did::SetRule(rule) => Action::SetRule(rule_told(rule)),
        Did::LiftRule(id) => Action::LiftRule { id: id.0 },
        Did::Crashed { pid } => Action::Crashed { pid: pid.0 },
    }
}

/// A past action as the lab does it.
pub(crate) fn past(past: &PastAction) -> (Time, scenario::Action) {
    use scenario::Action as Do;
    let action = match &past.action {
        Action::Type { host: at, line } => Do::Type { host: host(*at), line: line.clone() },
        Action::Interrupt { host: at } => Do::Interrupt { host: host(*at) },
        &Action::Link { from, to, latency_us, jitter_us, loss_ppm, blocked } => Do::Link {
            from: host(from),
            to: host(to),
            settings: LinkSettings {
                latency: Span(latency_us),
                jitter: Span(jitter_us),
                loss_ppm,
                blocked,
            },
        },
        Action::Workload { flags } => Do::Workload(flags.as_ref().and_then(|flags| {
            let words: Vec<_> = flags.split_whitespace().collect();
            Settings::default().read(&words).ok()
        })),
        Action::SetRule(rule) => Do::SetRule(meant(rule)),
        Action::LiftRule { id } => Do::LiftRule(RuleId(*id)),
        Action::Crashed { pid } => Do::Crashed { pid: Pid(*pid) },
    };
    (Time(past.at_us), action)
}

fn host(index: usize) -> HostId {
    HostId(u16::try_from(index).unwrap_or(u16::MAX))
}

fn rule_told(rule: &sim::Rule) -> bridge::Rule {
    bridge::Rule {
        from: rule.from.map(|host| host.0.into()),
        to: rule.to.map(|host| host.0.into()),
        ports: rule.ports,
        kinds: rule.kinds.iter().map(|kind| kind.wire()).collect(),
        until_us: rule.until.map(|until| until.0),
        count: rule.count,
    }
}

fn meant(rule: &bridge::Rule) -> sim::Rule {
    sim::Rule {
        from: rule.from.map(host),
        to: rule.to.map(host),
        ports: rule.ports,
        kinds: rule.kinds.iter().map(|&kind| PacketKind::from_wire(kind)).collect(),
        until: rule.until_us.map(Time),
        count: rule.count,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_the_same_after_a_journey_to_the_page_and_back() {
        let latency = Span(250);
        let settings = LinkSettings { latency, jitter: Span(7), loss_ppm: 9, blocked: true };
        for done in [
            scenario::Action::Type { host: HostId(2), line: "kill 7".to_owned() },
            scenario::Action::Interrupt { host: HostId(0) },
            scenario::Action::Link { from: HostId(1), to: HostId(5), settings },
            scenario::Action::SetRule(sim::Rule {
                from: Some(HostId(3)),
                kinds: vec![PacketKind::FailoverAuthAck],
                until: Some(Time(77)),
                count: Some(2),
                ..sim::Rule::default()
            }),
            scenario::Action::LiftRule(RuleId(1)),
            scenario::Action::Crashed { pid: Pid(44) },
            scenario::Action::Workload(Some(Settings { wait: Some(1), ..Settings::default() })),
            scenario::Action::Workload(None),
        ] {
            let told = PastAction { at_us: 12, action: action(&done) };
            assert_eq!(past(&told), (Time(12), done));
        }
    }
}
