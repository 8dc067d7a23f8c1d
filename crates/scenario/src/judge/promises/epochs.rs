//! Epochs never go back, over restarts too: neither the greatest epoch that a node knows, nor the one
//! in which it last voted, nor a master's own while it stays master.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use engine::event::Role;

use super::{Promise, Seen};

/// The last look at each host's epochs.
#[derive(Debug, Default)]
pub(super) struct Epochs(BTreeMap<Ipv4Addr, [(&'static str, u64); 3]>);

impl Promise for Epochs {
    fn text(&self) -> &'static str {
        "epochs never go back"
    }

    fn look(&mut self, nodes: &[Seen]) -> Result<(), String> {
        for Seen { ip, view, .. } in nodes {
            // A replica shows its master's, which it may lose sight of.
            let own = if view.role == Role::Master { view.config_epoch } else { 0 };
            let now = [
                ("currentEpoch", view.current_epoch),
                ("lastVoteEpoch", view.last_vote_epoch),
                ("configEpoch", own),
            ];
            let before = self.0.insert(*ip, now).unwrap_or(now);
            for ((name, before), (_, now)) in before.into_iter().zip(now) {
                if now < before && !(name == "configEpoch" && now == 0) {
                    return Err(format!("{name} of {ip} went from {before} to {now}"));
                }
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
        assert!(promise.look(&[node]).unwrap_err().contains("currentEpoch"));
    }
}
