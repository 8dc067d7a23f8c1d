//! Epochs never go back: neither the greatest epoch that a node knows, nor the one in which it last
//! voted, nor a master's own while it stays master.
//!
//! Over a restart the first may: Redis saves what it votes for and what it wins, but not at once what
//! it only heard of. A node still never forgets an epoch in which it voted or that it owns.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use engine::event::Role;
use sim::Pid;

use super::{Promise, Seen};

/// The last look at each host's epochs.
#[derive(Debug, Default)]
pub(super) struct Epochs(BTreeMap<Ipv4Addr, Look>);

#[derive(Debug, Clone, Copy)]
struct Look {
    pid: Pid,
    current: u64,
    voted: u64,
    /// A master's config epoch. A replica shows its master's, which it may lose sight of.
    own: Option<u64>,
}

impl Look {
    fn at(seen: &Seen) -> Self {
        let Seen { pid, view, .. } = seen;
        Self {
            pid: *pid,
            current: view.current_epoch,
            voted: view.last_vote_epoch,
            own: (view.role == Role::Master).then_some(view.config_epoch),
        }
    }

    /// The epoch that went back since an earlier look.
    fn less_than(self, before: Self) -> Option<&'static str> {
        let kept = if self.pid == before.pid {
            before.current
        } else {
            before.voted.max(before.own.unwrap_or(0))
        };
        if self.current < kept {
            return Some("currentEpoch");
        }
        if self.voted < before.voted {
            return Some("lastVoteEpoch");
        }
        self.own.zip(before.own).filter(|(now, before)| now < before).map(|_| "configEpoch")
    }
}

impl Promise for Epochs {
    fn text(&self) -> &'static str {
        "epochs never go back"
    }

    fn look(&mut self, nodes: &[Seen]) -> Result<(), String> {
        for node in nodes {
            let now = Look::at(node);
            let before = self.0.insert(node.ip, now).unwrap_or(now);
            if let Some(name) = now.less_than(before) {
                return Err(format!("{name} of {}: {before:?}, then {now:?}", node.ip));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::seen;
    use super::*;

    #[test]
    fn an_epoch_that_goes_back_breaks_it() {
        let mut promise = Epochs::default();
        let mut node = seen(1);
        node.view.current_epoch = 7;
        assert!(promise.look(&[node.clone()]).is_ok());
        node.view.current_epoch = 6;
        assert!(promise.look(&[node.clone()]).unwrap_err().contains("currentEpoch"));
        node.pid = Pid(2);
        node.view.current_epoch = 5;
        assert!(promise.look(&[node.clone()]).is_ok(), "what was only heard of may be forgotten");
        node.view.last_vote_epoch = 5;
        assert!(promise.look(&[node.clone()]).is_ok());
        node.pid = Pid(3);
        node.view.current_epoch = 4;
        assert!(promise.look(&[node]).is_err(), "what was voted in may not");
    }
}
