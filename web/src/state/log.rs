//! What nodes decided, grouped so that one cause does not flood the list.

use std::collections::{BTreeSet, VecDeque};

use bridge::{Fact, NodeEvent};

/// Rows kept.
const ROWS: usize = 400;
/// Rows looked back for one that says the same.
const LOOK_BACK: usize = 16;
/// Virtual milliseconds within which the same fact on several hosts is one row.
const TOGETHER_MS: f64 = 5_000.0;

/// A fact that one or more hosts share.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its number, for identity.
    pub number: usize,
    /// When the first host came to it, virtual milliseconds.
    pub at_ms: f64,
    /// The hosts, in the order in which they came to it.
    pub hosts: Vec<usize>,
    /// What.
    pub fact: Fact,
}

/// The rows, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Log {
    rows: VecDeque<Row>,
    /// Every row is kept.
    complete: bool,
    /// Ids of nodes that somebody marked as failed.
    failed: BTreeSet<String>,
    next: usize,
}

impl Log {
    /// A log that keeps all its rows.
    pub fn complete() -> Self {
        Self { complete: true, ..Self::default() }
    }

    /// The rows, newest first.
    pub fn newest(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().rev()
    }

    /// Takes in a fact.
    pub fn add(&mut self, event: &NodeEvent) {
        if !self.is_news(&event.fact) {
            return;
        }
        let same = |row: &&mut Row| {
            row.fact == event.fact
                && event.at_ms - row.at_ms <= TOGETHER_MS
                && !row.hosts.contains(&event.host)
        };
        match self.rows.iter_mut().rev().take(LOOK_BACK).find(same) {
            Some(row) => row.hosts.push(event.host),
            None => self.push(event),
        }
    }

    /// Masters go on reporting a failure that is settled, for as long as it lasts.
    fn is_news(&mut self, fact: &Fact) -> bool {
        match fact {
            Fact::Failed { about, .. } => {
                self.failed.insert(about.clone());
            }
            Fact::NotFailed(id) => {
                self.failed.remove(id);
            }
            Fact::FailureReported { about, .. } => return !self.failed.contains(about),
            _ => {}
        }
        true
    }

    fn push(&mut self, event: &NodeEvent) {
        let row = Row {
            number: self.next,
            at_ms: event.at_ms,
            hosts: vec![event.host],
            fact: event.fact.clone(),
        };
        self.next += 1;
        self.rows.push_back(row);
        if self.rows.len() > ROWS && !self.complete {
            self.rows.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(at_ms: f64, host: usize, fact: Fact) -> NodeEvent {
        NodeEvent { at_ms, host, fact }
    }

    #[test]
    fn the_same_fact_on_several_hosts_is_one_row() {
        let mut log = Log::default();
        for host in [2, 0, 1] {
            log.add(&event(f64::from(host as u32), host, Fact::PossiblyFailed("x".into())));
        }
        assert_eq!(log.newest().map(|row| row.hosts.clone()).collect::<Vec<_>>(), [[2, 0, 1]]);
    }

    #[test]
    fn reports_of_a_settled_failure_are_no_news() {
        let mut log = Log::default();
        let report =
            Fact::FailureReported { about: "x".into(), by: "y".into(), reports: 2, needed: 2 };
        log.add(&event(0.0, 0, Fact::Failed { about: "x".into(), told_by: None }));
        log.add(&event(1.0, 1, report.clone()));
        assert_eq!(log.newest().count(), 1);
        log.add(&event(2.0, 0, Fact::NotFailed("x".into())));
        log.add(&event(3.0, 1, report));
        assert_eq!(log.newest().count(), 3);
    }

    #[test]
    fn the_same_host_twice_is_two_rows() {
        let mut log = Log::default();
        log.add(&event(0.0, 0, Fact::ClusterState(false)));
        log.add(&event(1.0, 0, Fact::ClusterState(false)));
        assert_eq!(log.newest().count(), 2);
    }
}
