//! Aimed faults.

use std::collections::BTreeSet;

use bridge::{Faults, LinkFrame, LinkState, Loss, LossFrame, Ports};
use bus::PacketKind;
use engine::Time;
use engine::time::Span;
use scenario::Lab;
use scenario::fault::CLIENT_PORT_MAX;
use sim::{HostId, LastingRule, LinkSettings, Rule};

use super::ms;

/// The faults that last. `is_cut` tells who is cut off from all others.
pub(crate) fn faults(lab: &Lab, is_cut: impl Fn(HostId) -> bool) -> Faults {
    let usual = lab.scenario().link;
    let hosts: Vec<HostId> = lab.world.present().map(|(host, _)| host).collect();
    let cut: BTreeSet<HostId> = hosts.iter().copied().filter(|&host| is_cut(host)).collect();
    let cut = |host: HostId| cut.contains(&host);
    let mut links = Vec::new();
    for &from in &hosts {
        for &to in hosts.iter().filter(|&&to| to != from) {
            let mut settings = lab.world.link(from, to);
            let usual = lab.world.usual_link(from, to);
            if cut(from) || cut(to) {
                settings.blocked = usual.blocked;
            }
            if settings != usual {
                links.push(link(lab, from, to));
            }
        }
    }
    Faults {
        losses: lab.world.rules().map(loss).collect(),
        links,
        cut: hosts.iter().filter(|&&host| cut(host)).map(|host| host.0.into()).collect(),
        usual: state(usual),
    }
}

/// One direction of a link.
pub(crate) fn link(lab: &Lab, from: HostId, to: HostId) -> LinkFrame {
    let (now, usual) = (lab.world.link(from, to), lab.world.usual_link(from, to));
    LinkFrame { from: from.0.into(), to: to.0.into(), state: state(now), usual: state(usual) }
}

fn loss(lasting: &LastingRule) -> LossFrame {
    let LastingRule { id, rule, since, lost } = lasting;
    let index = |host: Option<HostId>| host.map(|host| usize::from(host.0));
    let ports = match rule.ports {
        None => Ports::Any,
        Some((1, CLIENT_PORT_MAX)) => Ports::Client,
        Some((_, u16::MAX)) => Ports::Bus,
        Some((port, _)) => Ports::One(port),
    };
    let loss = Loss {
        from: index(rule.from),
        to: index(rule.to),
        ports,
        kinds: rule.kinds.iter().map(|kind| kind.name().to_owned()).collect(),
        for_ms: rule.until.map(|until| ms(Time(until.since(*since).0))),
        count: rule.count,
    };
    LossFrame { id: id.0, loss, until_ms: rule.until.map(ms), lost: *lost }
}

/// What somebody wants to be lost, from now on; none when it names a kind or a host that there is
/// not, or aims at what can not be.
pub(crate) fn rule(loss: &Loss, hosts: usize, now: Time) -> Option<Rule> {
    let host = |index: usize| {
        (index < hosts).then_some(())?;
        u16::try_from(index).ok().map(HostId)
    };
    let known = |name: &String| PacketKind::NAMED.into_iter().find(|kind| kind.name() == name);
    let (from, to) = (loss.from.map(host), loss.to.map(host));
    if from == Some(None) || to == Some(None) || loss.from.is_some() && loss.from == loss.to {
        return None;
    }
    Some(Rule {
        from: from.flatten(),
        to: to.flatten(),
        ports: match loss.ports {
            Ports::Any => None,
            Ports::Client => Some((1, CLIENT_PORT_MAX)),
            Ports::Bus => Some((CLIENT_PORT_MAX + 1, u16::MAX)),
            Ports::One(port) => Some((port, port)),
        },
        kinds: loss.kinds.iter().map(known).collect::<Option<_>>()?,
        until: loss.for_ms.map(|ms| now + span(ms)),
        count: loss.count,
    })
}

/// What somebody wants a link to be like.
pub(crate) fn settings(state: &LinkState) -> LinkSettings {
    LinkSettings {
        latency: span(state.latency_ms),
        jitter: span(state.jitter_ms),
        loss_ppm: (state.loss.clamp(0.0, 100.0) * 10_000.0).round() as u32,
        blocked: state.blocked,
    }
}

fn state(link: LinkSettings) -> LinkState {
    LinkState {
        latency_ms: link.latency.0 as f64 / 1000.0,
        jitter_ms: link.jitter.0 as f64 / 1000.0,
        loss: f64::from(link.loss_ppm) / 10_000.0,
        blocked: link.blocked,
    }
}

/// At most a virtual day.
fn span(ms: f64) -> Span {
    Span((ms.clamp(0.0, 86_400_000.0) * 1000.0).round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted() -> Loss {
        Loss {
            from: Some(1),
            to: None,
            ports: Ports::Bus,
            kinds: vec!["FAILOVER_AUTH_ACK".into()],
            for_ms: Some(30_000.0),
            count: Some(2),
        }
    }

    #[test]
    fn a_loss_is_shown_as_it_was_asked_for() {
        let rule = rule(&wanted(), 6, Time(5_000)).expect("it makes sense");
        let lasting = LastingRule { id: sim::RuleId(3), rule, since: Time(5_000), lost: 1 };
        let shown = loss(&lasting);
        assert_eq!((shown.loss, shown.until_ms, shown.id), (wanted(), Some(30_005.0), 3));
    }

    #[test]
    fn nonsense_is_refused() {
        let no = |loss: Loss| assert_eq!(rule(&loss, 6, Time(0)), None);
        no(Loss { kinds: vec!["VOTE".into()], ..wanted() });
        no(Loss { to: Some(6), ..wanted() });
        no(Loss { to: Some(1), ..wanted() });
    }

    #[test]
    fn a_link_is_the_same_after_a_journey_to_the_page_and_back() {
        let link = LinkSettings { loss_ppm: 25_000, ..LinkSettings::LAN };
        assert_eq!(settings(&state(link)), link);
    }
}
