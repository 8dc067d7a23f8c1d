//! Elections under way, as the candidates tell them.

use std::collections::BTreeMap;

use bridge::{Fact, NodeEvent};

/// An election that a node stands in.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Election {
    /// Its epoch.
    pub epoch: u64,
    /// Hosts do not matter here, only the ids of those that voted.
    pub from: Vec<String>,
    /// Votes needed; 0 before the first came in.
    pub needed: u32,
}

/// The elections under way, by the candidate's host.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Votes(BTreeMap<usize, Election>);

impl Votes {
    /// The election that a host's server stands in.
    pub fn of(&self, host: usize) -> Option<&Election> {
        self.0.get(&host)
    }

    /// The server is gone, and its candidacy with it.
    pub fn forget(&mut self, host: usize) {
        self.0.remove(&host);
    }

    /// Takes in what a node decided.
    pub fn hear(&mut self, event: &NodeEvent) {
        match &event.fact {
            Fact::ElectionStarted(epoch) => {
                let election = Election { epoch: *epoch, ..Election::default() };
                self.0.insert(event.host, election);
            }
            Fact::VoteReceived { from, needed, .. } => {
                if let Some(election) = self.0.get_mut(&event.host) {
                    election.from.push(from.clone());
                    election.needed = *needed;
                }
            }
            Fact::ElectionWon(_) | Fact::ElectionExpired(_) | Fact::RoleChanged(_) => {
                self.0.remove(&event.host);
            }
            _ => {}
        }
    }
}
