//! A master votes: one vote an epoch, and only for a replica whose claim is good.

use alloc::format;
use alloc::string::String;

use bus::{Body, Header, MessageFlags};

use super::failure::VALIDITY;
use super::node_table::Ix;
use crate::config::Compat;
use crate::event::{Event, Refusal};
use crate::log::Level;
use crate::node::Node;

impl Node {
    /// Answers a request for a vote with a vote, or with silence.
    pub(super) fn consider_vote(&mut self, candidate: Ix, request: &Header) {
        // Others have no vote, and no opinion.
        if !self.is_master() || self.cluster.me().slot_count() == 0 {
            return;
        }
        match self.check_candidate(candidate, request) {
            Ok(master) => self.grant_vote(candidate, master),
            Err(why) => {
                let line = self.refusal_line(candidate, why);
                self.log(Level::Warning, line);
                let candidate = self.cluster.nodes[candidate].id;
                self.event(Event::VoteRefused { candidate, why });
            }
        }
    }

    /// The candidate's master, if nothing speaks against the candidate.
    fn check_candidate(&self, candidate: Ix, request: &Header) -> Result<Ix, Refusal> {
        let current = self.cluster.current_epoch;
        if request.current_epoch < current {
            return Err(Refusal::StaleEpoch { request: request.current_epoch, current });
        }
        if self.cluster.last_vote_epoch == current {
            return Err(Refusal::AlreadyVoted { epoch: current });
        }
        let peer = &self.cluster.nodes[candidate];
        if peer.is_master() {
            return Err(Refusal::CandidateIsMaster);
        }
        let master = peer.master.ok_or(Refusal::MasterUnknown)?;
        let forced = request.message_flags.has(MessageFlags::FORCE_ACK);
        if !self.cluster.nodes[master].failed() && !forced {
            return Err(Refusal::MasterUp);
        }
        let since_vote = self.ms().saturating_sub(self.cluster.nodes[master].voted_time);
        let pause = self.node_timeout() * VALIDITY;
        if since_vote < pause {
            return Err(Refusal::VotedRecently { wait_ms: pause - since_vote });
        }
        self.check_claim(request)?;
        Ok(master)
    }

    /// No slot that the candidate claims may belong to a later configuration.
    fn check_claim(&self, request: &Header) -> Result<(), Refusal> {
        let nodes = &self.cluster.nodes;
        for slot in request.slots.iter().filter(|&slot| !nodes.is_unclaimed(slot)) {
            let owner = nodes.owner(slot).map_or(0, |ix| nodes[ix].config_epoch);
            if owner > request.config_epoch {
                return Err(Refusal::SlotEpoch { slot, owner, request: request.config_epoch });
            }
        }
        Ok(())
    }

    fn grant_vote(&mut self, candidate: Ix, master: Ix) {
        let epoch = self.cluster.current_epoch;
        self.cluster.last_vote_epoch = epoch;
        self.cluster.nodes[master].voted_time = self.ms();
        self.cluster.todo.save();
        self.send_to(candidate, Body::FailoverAuthAck);
        let line = format!("Failover auth granted to {} for epoch {epoch}", self.named(candidate));
        self.log(self.demoted(), line);
        let candidate = self.cluster.nodes[candidate].id;
        self.event(Event::VoteGranted { candidate, epoch });
    }

    fn refusal_line(&self, candidate: Ix, why: Refusal) -> String {
        let mut name = self.named(candidate);
        let reason = match why {
            Refusal::StaleEpoch { request, current } => {
                format!("reqEpoch ({request}) < curEpoch({current})")
            }
            Refusal::AlreadyVoted { epoch } => format!("already voted for epoch {epoch}"),
            Refusal::CandidateIsMaster => "it is a master node".into(),
            Refusal::MasterUnknown => "I don't know its master".into(),
            Refusal::MasterUp => "its master is up".into(),
            Refusal::VotedRecently { wait_ms } => {
                if self.compat == Compat::V8_2 {
                    // This one line of Redis 7.2 and later lacks the parentheses.
                    let peer = &self.cluster.nodes[candidate];
                    name = format!("{} {}", peer.id, peer.human);
                }
                format!("can't vote about this master before {wait_ms} milliseconds")
            }
            Refusal::SlotEpoch { slot, owner, request } => {
                format!("slot {slot} epoch ({owner}) > reqEpoch ({request})")
            }
        };
        format!("Failover auth denied to {name}: {reason}")
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use bus::NodeFlags;

    use super::super::node_table::ME;
    use super::super::testing::{add_master, add_replica, header_of, id, lone_node, own, said};
    use super::*;

    /// We are a master with slots; `m` is failing and `r` its replica, with a good claim.
    fn failing_master(compat: Compat) -> (Node, Ix, Header) {
        let mut node = lone_node(compat);
        own(&mut node, ME, [0, 99]);
        let master = add_master(&mut node, b'm', 5, [100, 199]);
        node.cluster.nodes[master].flags.set(NodeFlags::FAIL);
        let replica = add_replica(&mut node, b'r', master);
        node.cluster.current_epoch = 9;
        node.cluster.last_vote_epoch = 8;
        let request = header_of(&node, replica);
        (node, replica, request)
    }

    fn refusal(node: &mut Node, candidate: Ix, request: &Header) -> (Refusal, String) {
        node.consider_vote(candidate, request);
        let (lines, events) = said(node);
        match events.as_slice() {
            [Event::VoteRefused { why, .. }] => (*why, lines[0].clone()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_good_claim_gets_the_vote_of_an_epoch_once() {
        let (mut node, replica, request) = failing_master(Compat::V7_0);
        node.consider_vote(replica, &request);
        let (lines, events) = said(&mut node);
        assert_eq!(lines, [format!("# Failover auth granted to {} for epoch 9", id(b'r'))]);
        assert_eq!(events, [Event::VoteGranted { candidate: id(b'r'), epoch: 9 }]);
        let (why, line) = refusal(&mut node, replica, &request);
        assert_eq!(why, Refusal::AlreadyVoted { epoch: 9 });
        assert_eq!(
            line,
            format!("# Failover auth denied to {}: already voted for epoch 9", id(b'r'))
        );
    }

    #[test]
    fn the_next_vote_about_a_master_waits_for_two_node_timeouts() {
        for (compat, gap) in [(Compat::V7_0, ""), (Compat::V8_2, " ")] {
            let (mut node, replica, mut request) = failing_master(compat);
            let master = node.cluster.nodes[replica].master.expect("it has one");
            node.cluster.nodes[master].voted_time = node.ms() - 3000;
            request.current_epoch = 9;
            let (why, line) = refusal(&mut node, replica, &request);
            assert_eq!(why, Refusal::VotedRecently { wait_ms: 7000 });
            let expected = format!(
                "# Failover auth denied to {}{gap}: can't vote about this master before 7000 \
                 milliseconds",
                id(b'r')
            );
            assert_eq!(line, expected);
        }
    }

    #[test]
    fn each_reason_to_refuse_is_found_in_redis_order() {
        let (mut node, replica, request) = failing_master(Compat::V8_2);
        let master = node.cluster.nodes[replica].master.expect("it has one");

        let stale = Header { current_epoch: 8, ..request.clone() };
        let (why, line) = refusal(&mut node, replica, &stale);
        assert_eq!(why, Refusal::StaleEpoch { request: 8, current: 9 });
        assert_eq!(
            line,
            format!("# Failover auth denied to {} (): reqEpoch (8) < curEpoch(9)", id(b'r'))
        );

        assert_eq!(refusal(&mut node, master, &request).0, Refusal::CandidateIsMaster);

        let older = Header { config_epoch: 4, ..request.clone() };
        assert_eq!(
            refusal(&mut node, replica, &older).0,
            Refusal::SlotEpoch { slot: 100, owner: 5, request: 4 }
        );

        node.cluster.nodes[master].flags.clear(NodeFlags::FAIL);
        assert_eq!(refusal(&mut node, replica, &request).0, Refusal::MasterUp);

        node.cluster.nodes.set_master(replica, None);
        assert_eq!(refusal(&mut node, replica, &request).0, Refusal::MasterUnknown);
    }

    #[test]
    fn a_forced_request_needs_no_failing_master() {
        let (mut node, replica, mut request) = failing_master(Compat::V7_0);
        let master = node.cluster.nodes[replica].master.expect("it has one");
        node.cluster.nodes[master].flags.clear(NodeFlags::FAIL);
        request.message_flags.set(MessageFlags::FORCE_ACK);
        node.consider_vote(replica, &request);
        assert_eq!(node.cluster.last_vote_epoch, 9);
    }

    #[test]
    fn a_master_without_slots_has_no_vote() {
        let (mut node, replica, request) = failing_master(Compat::V7_0);
        node.cluster.nodes.release_all(ME);
        node.consider_vote(replica, &request);
        let (lines, events) = said(&mut node);
        assert!(lines.is_empty() && events.is_empty());
    }
}
