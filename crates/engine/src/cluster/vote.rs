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
