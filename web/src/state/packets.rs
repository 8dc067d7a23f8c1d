//! The packets that the person looks at.

use bridge::{Fact, FlightKind, PacketDetail, PacketQuery, PacketSpan, Packets, ToHub};

use super::State;
use super::log::Log;
use crate::browser;
use crate::panels::Panel;
use crate::shared::Shared;

/// Rows of the list, and arrows of the diagram, at most.
const LISTED: usize = 200;
const DRAWN: usize = 400;
/// Virtual milliseconds around a failover that belong to it.
const BEFORE_MS: f64 = 50.0;
const AFTER_MS: f64 = 1_500.0;
/// The longest failover.
const FAILOVER_MS: f64 = 120_000.0;

/// Which kinds are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kinds {
    /// All.
    All,
    /// All but heartbeats and what sets up connections.
    Telling,
    /// FAIL, votes, UPDATE, MFSTART.
    Decisions,
    /// Only one.
    One(FlightKind),
}

impl Kinds {
    /// What the hub is asked for.
    pub fn list(self) -> Vec<FlightKind> {
        let decisions = [
            FlightKind::Fail,
            FlightKind::AuthRequest,
            FlightKind::AuthAck,
            FlightKind::Update,
            FlightKind::MfStart,
        ];
        let data =
            [FlightKind::Meet, FlightKind::Publish, FlightKind::Replication, FlightKind::Client];
        match self {
            Self::All => Vec::new(),
            Self::Telling => [&decisions[..], &data[..]].concat(),
            Self::Decisions => decisions.to_vec(),
            Self::One(kind) => vec![kind],
        }
    }
}

/// Which moments are wanted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Span {
    /// All that is kept.
    All,
    /// The last so many seconds.
    Last(u32),
    /// From one moment to another, virtual milliseconds.
    Between(f64, f64),
}

/// What can happen to it.
#[derive(Debug, Clone, PartialEq)]
pub enum PacketsAction {
    /// Wants these kinds.
    Kinds(Kinds),
    /// Wants what this host sent.
    From(Option<usize>),
    /// Wants what was sent to this host.
    To(Option<usize>),
    /// Wants what speaks of this host's node.
    About(Option<usize>),
    /// Wants these moments.
    Span(Span),
    /// The moments of the last failover.
    LastFailover,
    /// Wants a diagram, or a list.
    Diagram(bool),
    /// Opens a packet.
    Open(u64, u32),
    /// Closes it.
    Close,
    /// Marks the bytes of a field.
    Field(Option<usize>),
    /// Saves the span as a file.
    Save,
}

/// The packets that the person looks at.
#[derive(Debug, Clone)]
pub struct PacketsView {
    /// Which kinds.
    pub kinds: Kinds,
    /// Only from there.
    pub from: Option<usize>,
    /// Only to there.
    pub to: Option<usize>,
    /// Only about that node.
    pub about: Option<usize>,
    /// Which moments.
    pub span: Span,
    /// As a diagram.
    pub diagram: bool,
    /// What there is.
    pub found: Option<Shared<Packets>>,
    /// The packet that is open.
    pub open: Option<Shared<PacketDetail>>,
    /// The field whose bytes are marked.
    pub field: Option<usize>,
    /// What the hub was asked to tell.
    asked: Option<PacketQuery>,
}

impl Default for PacketsView {
    fn default() -> Self {
        Self {
            kinds: Kinds::Telling,
            from: None,
            to: None,
            about: None,
            span: Span::All,
            diagram: false,
            found: None,
            open: None,
            field: None,
            asked: None,
        }
    }
}

impl PacketsView {
    /// The question that it comes to.
    pub fn query(&self) -> PacketQuery {
        PacketQuery {
            kinds: self.kinds.list(),
            from: self.from,
            to: self.to,
            about: self.about,
            span: match self.span {
                Span::All => PacketSpan::All,
                Span::Last(seconds) => PacketSpan::Last(f64::from(seconds) * 1000.0),
                Span::Between(from, until) => PacketSpan::Between(from, until),
            },
            limit: if self.diagram { DRAWN } else { LISTED },
        }
    }

    /// The same choices in another lab.
    pub fn in_another_lab(&self) -> Self {
        let Self { kinds, diagram, .. } = *self;
        Self { kinds, diagram, ..Self::default() }
    }
}

impl State {
    pub(super) fn act_on_packets(&mut self, action: PacketsAction) {
        let failover = last_failover(&self.log);
        let view = self.packets.edit();
        match action {
            PacketsAction::Kinds(kinds) => view.kinds = kinds,
            PacketsAction::From(host) => view.from = host,
            PacketsAction::To(host) => view.to = host,
            PacketsAction::About(host) => view.about = host,
            PacketsAction::Span(span) => view.span = span,
            PacketsAction::LastFailover => {
                if let Some((from, until)) = failover {
                    view.span = Span::Between(from, until);
                }
            }
            PacketsAction::Diagram(diagram) => view.diagram = diagram,
            PacketsAction::Open(id, part) => self.send(ToHub::OpenPacket { id, part }),
            PacketsAction::Close => (view.open, view.field) = (None, None),
            PacketsAction::Field(field) => view.field = field,
            PacketsAction::Save => {
                let query = view.query();
                self.send(ToHub::SavePackets(query));
            }
        }
    }

    pub(super) fn hear_packets(&mut self, packets: Packets) {
        let view = self.packets.edit();
        // An answer to a question that was changed meanwhile is of no use.
        if view.asked.as_ref() == Some(&packets.query) {
            view.found = Some(Shared::new(packets));
        }
    }

    pub(super) fn hear_packet(&mut self, packet: Option<PacketDetail>) {
        let view = self.packets.edit();
        (view.open, view.field) = (packet.map(Shared::new), None);
    }

    pub(super) fn hear_pcapng(bytes: &[u8]) {
        browser::save("failover-lab.pcapng", "application/x-pcapng", bytes);
    }

    /// Asks the hub for what the person looks at, and for nothing when they look elsewhere.
    pub(super) fn ask_for_packets(&mut self) {
        let wanted = self.panel == Panel::Packets && self.lab.is_some();
        let query = wanted.then(|| self.packets.query());
        if query != self.packets.asked {
            self.packets.edit().asked.clone_from(&query);
            self.send(ToHub::Packets(query));
        }
    }
}

/// From what set off the last failover to what followed from it, virtual milliseconds.
pub fn last_failover(log: &Log) -> Option<(f64, f64)> {
    let won = |fact: &Fact| matches!(fact, Fact::ElectionWon(_));
    let end = log.newest().find(|row| won(&row.fact))?.at_ms;
    let before = log.newest().skip_while(|row| row.at_ms >= end);
    let before = before.take_while(|row| !won(&row.fact) && end - row.at_ms < FAILOVER_MS);
    let cause = before.filter(|row| {
        matches!(
            row.fact,
            Fact::Ended(_)
                | Fact::Crashed(_)
                | Fact::Frozen(true)
                | Fact::Cut(true)
                | Fact::HostRemoved
                | Fact::PossiblyFailed(_)
                | Fact::ManualFailoverRequested(_)
        )
    });
    let begin = cause.last().map_or(end, |row| row.at_ms);
    Some((begin - BEFORE_MS, end + AFTER_MS))
}

#[cfg(test)]
mod tests {
    use bridge::NodeEvent;

    use super::*;

    #[test]
    fn a_failover_reaches_from_its_cause_to_what_followed() {
        let mut log = Log::default();
        let id = || "x".to_owned();
        for (at_ms, fact) in [
            (1_000.0, Fact::ElectionWon(1)),
            (5_000.0, Fact::Ended(None)),
            (20_000.0, Fact::PossiblyFailed(id())),
            (21_000.0, Fact::ElectionWon(2)),
            (22_000.0, Fact::ClusterState(true)),
        ] {
            log.add(&NodeEvent { at_ms, host: 0, fact });
        }
        assert_eq!(last_failover(&log), Some((4_950.0, 22_500.0)));
        assert_eq!(last_failover(&Log::default()), None);
    }

    #[test]
    fn what_is_told_leaves_heartbeats_out() {
        let kinds = Kinds::Telling.list();
        assert!(!kinds.contains(&FlightKind::Ping) && kinds.contains(&FlightKind::AuthAck));
    }
}
