//! A master votes at most once in an epoch, over restarts too: what makes a majority a majority.
//!
//! It rests on nodes.conf, which is saved before the vote is sent. Faults do not take disks away.

use std::collections::BTreeMap;

use bus::NodeId;
use engine::{Event, Output};
use sim::{HostId, Record, What};

use super::Promise;

/// Who voted for whom, in which epoch.
#[derive(Debug, Default)]
pub(super) struct OneVote(BTreeMap<(HostId, u64), NodeId>);

impl Promise for OneVote {
    fn text(&self) -> &'static str {
        "a master votes at most once in an epoch"
    }

    fn record(&mut self, record: &Record) -> Result<(), String> {
        let What::Output(Output::Event(Event::VoteGranted { candidate, epoch })) = &record.what
        else {
            return Ok(());
        };
        match self.0.insert((record.host, *epoch), *candidate) {
            None => Ok(()),
            Some(first) => Err(format!(
                "host {} voted in epoch {epoch} for {first} and for {candidate}",
                record.host.0
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use engine::Time;

    use super::*;

    fn vote(epoch: u64) -> Record {
        let candidate = "a".repeat(40).parse().expect("forty letters");
        let what = What::Output(Output::Event(Event::VoteGranted { candidate, epoch }));
        Record { at: Time(1), host: HostId(0), pid: None, what }
    }

    #[test]
    fn a_second_vote_in_an_epoch_breaks_it() {
        let mut promise = OneVote::default();
        assert!(promise.record(&vote(7)).is_ok());
        assert!(promise.record(&vote(8)).is_ok());
        assert!(promise.record(&vote(7)).is_err());
    }
}
