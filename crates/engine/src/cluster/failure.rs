//! Who fails: our own suspicion (PFAIL), what masters report, and the verdict (FAIL).

use alloc::format;

use bus::{NodeFlags, NodeId};

use super::due::last_sign;
use super::node_table::{Ix, ME, Ms, Report};
use crate::config::Compat;
use crate::event::Event;
use crate::log::Level;
use crate::node::Node;
use crate::verdict::Suspicion;

/// For how many node timeouts a report counts, and a FAIL of a master with slots lasts.
pub(super) const VALIDITY: u64 = 2;

impl Node {
    /// A master gossips that a node fails, or that it does not.
    pub(super) fn hear_opinion(&mut self, about: Ix, by: Ix, failing: bool) {
        if failing {
            if self.add_report(about, by) {
                let (reporter, subject) = (self.named(by), self.named(about));
                let line = format!("Node {reporter} reported node {subject} as not reachable.");
                self.log(Level::Verbose, line);
                self.tell_report(about, by);
            }
            self.mark_failed_if_agreed(about);
        } else if self.remove_report(about, by) {
            let (reporter, subject) = (self.named(by), self.named(about));
            let line = format!("Node {reporter} reported node {subject} is back online.");
            self.log(Level::Verbose, line);
        }
    }

    /// Adds or renews a report; tells whether it is new.
    fn add_report(&mut self, about: Ix, by: Ix) -> bool {
        let at = self.ms();
        let reports = &mut self.cluster.nodes[about].reports;
        if let Some(report) = reports.iter_mut().find(|report| report.by == by) {
            report.at = at;
            return false;
        }
        reports.push(Report { by, at });
        true
    }

    fn remove_report(&mut self, about: Ix, by: Ix) -> bool {
        let reports = &mut self.cluster.nodes[about].reports;
        let before = reports.len();
        reports.retain(|report| report.by != by);
        let removed = reports.len() < before;
        if removed {
            self.count_reports(about);
        }
        removed
    }

    /// How many reports about a node are still valid; the others are dropped.
    pub(super) fn count_reports(&mut self, about: Ix) -> u32 {
        let oldest = self.oldest_report();
        let reports = &mut self.cluster.nodes[about].reports;
        reports.retain(|report| report.at >= oldest);
        reports.len() as u32
    }

    /// What is lacking for FAIL; none unless the node is PFAIL.
    pub(super) fn suspicion(&self, about: Ix) -> Option<Suspicion> {
        let peer = &self.cluster.nodes[about];
        if !peer.possibly_failed() || peer.failed() {
            return None;
        }
        let own = self.own_voice(about);
        let oldest = self.oldest_report();
        let valid = peer.reports.iter().filter(|report| report.at >= oldest).count() as u32;
        let others = self.cluster.nodes.iter().filter(|(ix, peer)| {
            let well = !peer.possibly_failed() && !peer.failed() && !peer.in_handshake();
            *ix != ME && *ix != about && peer.is_master() && peer.slot_count() > 0 && well
        });
        let able = others.count() as u32 + own;
        Some(Suspicion { reports: valid + own, needed: self.cluster.quorum(), own: own > 0, able })
    }

    /// Reports from before this moment do not count.
    fn oldest_report(&self) -> Ms {
        self.ms().saturating_sub(self.node_timeout() * VALIDITY)
    }

    fn tell_report(&mut self, about: Ix, by: Ix) {
        let reports = self.count_reports(about) + self.own_voice(about);
        let (about, by) = (self.cluster.nodes[about].id, self.cluster.nodes[by].id);
        let needed = self.cluster.quorum();
        self.event(Event::FailureReported { about, by, reports, needed });
    }

    /// What our own suspicion counts: a master's is one report more.
    fn own_voice(&self, about: Ix) -> u32 {
        let peer = &self.cluster.nodes[about];
        u32::from(self.is_master() && (peer.possibly_failed() || peer.failed()))
    }

    /// FAIL, if we suspect the node ourselves and a majority of the masters does.
    pub(super) fn mark_failed_if_agreed(&mut self, ix: Ix) {
        if self.suspicion(ix).is_none() {
            return;
        }
        self.count_reports(ix);
        if !self.suspicion(ix).is_some_and(|it| it.is_agreed()) {
            return;
        }
        let line = format!("Marking node {} as failing (quorum reached).", self.named(ix));
        self.log(Level::Notice, line);
        self.set_failed(ix, None);
        self.send_fail(ix);
    }

    /// PFAIL or nothing becomes FAIL.
    pub(super) fn set_failed(&mut self, ix: Ix, told_by: Option<NodeId>) {
        let now = self.ms();
        let peer = &mut self.cluster.nodes[ix];
        peer.flags.clear(NodeFlags::PFAIL);
        peer.flags.set(NodeFlags::FAIL);
        peer.fail_time = now;
        let peer = peer.id;
        self.cluster.todo.save();
        self.cluster.todo.update_state();
        self.event(Event::MarkedFailed { peer, told_by });
    }

    /// A failing node answers. A replica, or a master without slots, is well at once; a master with
    /// slots only when it is clear that nobody takes them over.
    pub(super) fn clear_failure_if_due(&mut self, ix: Ix) {
        let peer = &self.cluster.nodes[ix];
        let node = self.named(ix);
        let line = if peer.is_replica() || peer.slot_count() == 0 {
            let what = if peer.is_replica() { "replica" } else { "master without slots" };
            // 7.2 lost the space after the colon.
            let gap = if self.compat == Compat::V7_0 { " " } else { "" };
            format!("Clear FAIL state for node {node}:{gap}{what} is reachable again.")
        } else if self.ms().saturating_sub(peer.fail_time) > self.node_timeout() * VALIDITY {
            format!(
                "Clear FAIL state for node {node}: is reachable again and nobody is serving its \
                 slots after some time."
            )
        } else {
            return;
        };
        let id = peer.id;
        self.log(Level::Notice, line);
        self.cluster.nodes[ix].flags.clear(NodeFlags::FAIL);
        self.cluster.todo.save();
        self.cluster.todo.update_state();
        self.event(Event::ClearedFailed { peer: id });
    }

    /// PFAIL: nothing was heard of a node for longer than the node timeout. With a single master
    /// (7.2) our own suspicion is the majority.
    pub(super) fn mark_possibly_failed(&mut self, ix: Ix) {
        self.cluster.nodes[ix].flags.set(NodeFlags::PFAIL);
        let entry = &self.cluster.nodes[ix];
        let pong = entry.pong_received;
        let (peer, slots) = (entry.id, entry.slot_count());
        self.event(Event::MarkedPossiblyFailed {
            peer,
            slots,
            last_pong: (pong != 0).then(|| self.steady(self.time_of(pong))),
            silent_since: self.steady(self.time_of(last_sign(&self.cluster.nodes[ix]))),
            timeout_ms: self.node_timeout(),
        });
        if self.compat == Compat::V8_2 && self.is_master() && self.cluster.health.size == 1 {
            self.mark_failed_if_agreed(ix);
        } else {
            self.log(Level::Debug, format!("*** NODE {peer} possibly failing"));
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use bus::{Body, Gossip};

    use super::super::testing::{
        add_master, add_replica, header_of, hear, id, lone_node, own, said,
    };
    use super::*;

    /// Three masters, of which we are one, and a replica of ours.
    fn three_masters() -> (Node, Ix, Ix, Ix) {
        let mut node = lone_node(Compat::V7_0);
        own(&mut node, ME, [0, 99]);
        let a = add_master(&mut node, b'x', 5, [100, 199]);
        let b = add_master(&mut node, b'y', 6, [200, 299]);
        let replica = add_replica(&mut node, b'r', ME);
        (node, a, b, replica)
    }

    fn gossip(node: &mut Node, by: Ix, about: Ix, flags: NodeFlags) {
        let entry = Gossip {
            node: node.cluster.nodes[about].id,
            ping_sent: 0,
            pong_received: 0,
            ip: node.cluster.nodes[about].ip,
            port: 7000,
            cport: 17000,
            flags,
            pport: 0,
        };
        let header = header_of(node, by);
        hear(node, by, header, Body::Ping([entry].into(), Vec::new()));
    }

    const PFAIL: NodeFlags = NodeFlags::MASTER.with(NodeFlags::PFAIL);

    #[test]
    fn fail_needs_our_own_suspicion_and_a_majority_of_masters() {
        let (mut node, a, b, _) = three_masters();
        gossip(&mut node, b, a, PFAIL);
        assert!(!node.cluster.nodes[a].failed(), "we do not suspect it ourselves");
        assert_eq!(node.count_reports(a), 1);
        node.mark_possibly_failed(a);
        gossip(&mut node, b, a, PFAIL);
        assert!(node.cluster.nodes[a].failed());
        let (lines, events) = said(&mut node);
        let marked = alloc::format!("* Marking node {} as failing (quorum reached).", id(b'x'));
        assert!(lines.contains(&marked), "{lines:?}");
        assert!(events.contains(&Event::MarkedFailed { peer: id(b'x'), told_by: None }));
    }

    #[test]
    fn a_suspicion_tells_what_is_lacking_for_fail() {
        let (mut node, a, b, _) = three_masters();
        assert_eq!(node.suspicion(a), None);
        node.mark_possibly_failed(a);
        let lacking = Suspicion { reports: 1, needed: 2, own: true, able: 2 };
        assert_eq!(node.suspicion(a), Some(lacking));
        node.mark_possibly_failed(b);
        assert_eq!(node.suspicion(a), Some(Suspicion { able: 1, ..lacking }), "no majority left");
        gossip(&mut node, b, a, PFAIL);
        assert!(node.cluster.nodes[a].failed());
        assert_eq!(node.suspicion(a), None);
    }

    #[test]
    fn reports_that_came_before_our_own_suspicion_count_with_the_next_gossip() {
        let (mut node, a, b, _) = three_masters();
        gossip(&mut node, b, a, PFAIL);
        node.mark_possibly_failed(a);
        assert!(node.suspicion(a).is_some_and(|it| it.is_agreed()));
        assert!(!node.cluster.nodes[a].failed());
    }

    #[test]
    fn a_replica_has_no_say() {
        let (mut node, a, _, replica) = three_masters();
        node.mark_possibly_failed(a);
        gossip(&mut node, replica, a, PFAIL);
        assert_eq!(node.count_reports(a), 0);
        assert!(!node.cluster.nodes[a].failed());
    }

    #[test]
    fn a_report_is_taken_back_or_expires() {
        let (mut node, a, b, _) = three_masters();
        gossip(&mut node, b, a, PFAIL);
        gossip(&mut node, b, a, NodeFlags::MASTER);
        assert_eq!(node.count_reports(a), 0);
        gossip(&mut node, b, a, PFAIL);
        node.now = node.now + crate::time::Span::from_millis(10_001);
        assert_eq!(node.count_reports(a), 0);
    }

    #[test]
    fn a_fail_message_is_believed_from_any_known_node() {
        let (mut node, a, _, replica) = three_masters();
        let header = header_of(&node, replica);
        hear(&mut node, replica, header, Body::Fail(id(b'x')));
        assert!(node.cluster.nodes[a].failed());
        let me = super::super::testing::my_id(&node);
        let header = header_of(&node, replica);
        hear(&mut node, replica, header, Body::Fail(me));
        assert!(!node.cluster.nodes[ME].failed(), "but not about ourselves");
    }

    #[test]
    fn a_master_with_slots_stays_failing_for_two_node_timeouts() {
        let (mut node, a, _, _) = three_masters();
        node.set_failed(a, None);
        node.now = node.now + crate::time::Span::from_millis(10_000);
        node.clear_failure_if_due(a);
        assert!(node.cluster.nodes[a].failed());
        node.now = node.now + crate::time::Span::from_millis(1);
        node.clear_failure_if_due(a);
        assert!(!node.cluster.nodes[a].failed());
    }
}
