//! Faults with an aim: what is lost besides what links lose.
//!
//! A rule without message kinds loses whatever it is aimed at as a link does: segment by segment,
//! so that TCP sends again and the loss shows as delay. A rule with kinds takes whole messages of
//! the cluster bus out of a stream, and the stream goes on as if they had never been written. No
//! wire does that: TCP would send the bytes again. It is what a middlebox does that ends the
//! connection on both sides and passes on what it likes.

use std::net::SocketAddrV4;

use borsh::{BorshDeserialize, BorshSerialize};
use bus::{Frame, PacketKind, frame};
use engine::Time;
use xxhash_rust::xxh3::xxh3_64;

use crate::host::HostId;

/// A rule's number in its world, never used again.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize,
)]
pub struct RuleId(pub u32);

/// What is to be lost. What stays on one host never is.
#[derive(Debug, Clone, PartialEq, Eq, Default, BorshSerialize, BorshDeserialize)]
pub struct Rule {
    /// Only what this host sends.
    pub from: Option<HostId>,
    /// Only what this host would receive.
    pub to: Option<HostId>,
    /// Only connections that were opened to a port from the first to the last of these.
    pub ports: Option<(u16, u16)>,
    /// Only bus messages of these kinds, each as a whole; none: everything.
    pub kinds: Vec<PacketKind>,
    /// Up to this moment, exclusive.
    pub until: Option<Time>,
    /// Only so many.
    pub count: Option<u32>,
}

impl Rule {
    /// For the trace's hash.
    pub(crate) fn digest(&self) -> u64 {
        let host = |it: Option<HostId>| it.map_or(u64::MAX, |it| it.0.into());
        let ports =
            self.ports.map_or(u64::MAX, |(first, last)| u64::from(first) << 16 | u64::from(last));
        let until = self.until.map_or(u64::MAX, |it| it.0);
        let count = self.count.map_or(u64::MAX, u64::from);
        let mut words = vec![host(self.from), host(self.to), ports, until, count];
        words.extend(self.kinds.iter().map(|kind| u64::from(kind.wire())));
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        xxh3_64(&bytes)
    }
}

/// A rule that lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastingRule {
    /// Its number.
    pub id: RuleId,
    /// What it says.
    pub rule: Rule,
    /// Since when.
    pub since: Time,
    /// How much was lost by it: messages, or segments.
    pub lost: u32,
}

impl LastingRule {
    /// Whether it still lasts.
    pub(crate) fn lasts(&self, at: Time) -> bool {
        self.rule.until.is_none_or(|until| at < until)
            && self.rule.count.is_none_or(|count| self.lost < count)
    }

    fn is_aimed_at(&self, at: Time, path: &Path) -> bool {
        let Rule { from, to, ports, .. } = &self.rule;
        self.lasts(at)
            && from.is_none_or(|it| it == path.from)
            && to.is_none_or(|it| it == path.to)
            && ports.is_none_or(|(first, last)| (first..=last).contains(&path.service))
    }
}

/// Whereto something goes, as rules see it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Path {
    pub(crate) from: HostId,
    pub(crate) to: HostId,
    pub(crate) service: u16,
}

impl Path {
    pub(crate) fn new(from: HostId, to: HostId, server: SocketAddrV4) -> Self {
        Self { from, to, service: server.port() }
    }
}

/// All rules, in the order in which they were set.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rules {
    list: Vec<LastingRule>,
    count: u32,
}

impl Rules {
    pub(crate) fn set(&mut self, at: Time, rule: Rule) -> RuleId {
        self.retire(at);
        self.count += 1;
        let id = RuleId(self.count);
        self.list.push(LastingRule { id, rule, since: at, lost: 0 });
        id
    }

    /// False when there is no such rule any more.
    pub(crate) fn lift(&mut self, id: RuleId) -> bool {
        let before = self.list.len();
        self.list.retain(|it| it.id != id);
        self.list.len() < before
    }

    /// Forgets those that are over.
    pub(crate) fn retire(&mut self, at: Time) {
        self.list.retain(|it| it.lasts(at));
    }

    pub(crate) fn lasting(&self, at: Time) -> impl Iterator<Item = &LastingRule> + '_ {
        self.list.iter().filter(move |it| it.lasts(at))
    }

    /// Whether a segment is lost, which then counts.
    pub(crate) fn take_segment(&mut self, at: Time, path: &Path) -> bool {
        let whole = |it: &&mut LastingRule| it.rule.kinds.is_empty() && it.is_aimed_at(at, path);
        if path.from == path.to {
            return false;
        }
        let found = self.list.iter_mut().find(whole);
        found.map(|rule| rule.lost += 1).is_some()
    }

    /// Whether nothing at all passes, acknowledgements included.
    pub(crate) fn block(&self, at: Time, path: &Path) -> bool {
        let all = |it: &LastingRule| it.rule.kinds.is_empty() && it.rule.count.is_none();
        path.from != path.to && self.list.iter().any(|it| all(it) && it.is_aimed_at(at, path))
    }

    /// Takes the messages out of `bytes` that are to be lost, in their order.
    pub(crate) fn sift(
        &mut self,
        at: Time,
        path: &Path,
        bytes: &mut Vec<u8>,
    ) -> Vec<(RuleId, Vec<u8>)> {
        let picks = |it: &LastingRule| !it.rule.kinds.is_empty() && it.is_aimed_at(at, path);
        if path.from == path.to || !self.list.iter().any(picks) {
            return Vec::new();
        }
        let mut lost = Vec::new();
        let mut start = 0;
        while let Some(kind) = PacketKind::peek(&bytes[start..])
            && let Ok(Frame::Complete(length)) = frame(&bytes[start..])
            && start + length <= bytes.len()
        {
            let names =
                |it: &&mut LastingRule| it.rule.kinds.contains(&kind) && it.is_aimed_at(at, path);
            match self.list.iter_mut().find(names) {
                Some(rule) => {
                    rule.lost += 1;
                    lost.push((rule.id, bytes.drain(start..start + length).collect()));
                }
                None => start += length,
            }
        }
        lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: Path = Path { from: HostId(0), to: HostId(1), service: 16379 };

    /// A message without a body.
    fn message(kind: PacketKind) -> Vec<u8> {
        let mut bytes = vec![0; 2256];
        bytes[..4].copy_from_slice(b"RCmb");
        bytes[4..8].copy_from_slice(&2256u32.to_be_bytes());
        bytes[8..10].copy_from_slice(&1u16.to_be_bytes());
        bytes[12..14].copy_from_slice(&kind.wire().to_be_bytes());
        bytes
    }

    fn acks(count: Option<u32>) -> Rule {
        Rule { kinds: vec![PacketKind::FailoverAuthAck], count, ..Rule::default() }
    }

    #[test]
    fn only_messages_of_the_kind_are_taken_out_and_the_rest_stays_as_it_was() {
        let mut rules = Rules::default();
        let id = rules.set(Time(0), acks(None));
        let (ack, other) = (message(PacketKind::FailoverAuthAck), message(PacketKind::MfStart));
        let mut bytes = [other.clone(), ack.clone(), other.clone(), b"RCmb".to_vec()].concat();
        let lost = rules.sift(Time(1), &PATH, &mut bytes);
        assert_eq!(lost, [(id, ack)]);
        assert_eq!(bytes, [other.clone(), other, b"RCmb".to_vec()].concat());
    }

    #[test]
    fn a_count_ends_a_rule_in_the_middle_of_a_segment() {
        let mut rules = Rules::default();
        rules.set(Time(0), acks(Some(1)));
        let ack = message(PacketKind::FailoverAuthAck);
        let mut bytes = [ack.clone(), ack.clone()].concat();
        assert_eq!(rules.sift(Time(1), &PATH, &mut bytes).len(), 1);
        assert_eq!(bytes, ack);
        assert_eq!(rules.lasting(Time(1)).count(), 0);
    }

    #[test]
    fn a_rule_is_one_way_on_its_ports_and_until_its_end() {
        let mut rules = Rules::default();
        let rule = Rule {
            from: Some(HostId(0)),
            to: Some(HostId(1)),
            ports: Some((10_001, u16::MAX)),
            until: Some(Time(5)),
            ..Rule::default()
        };
        rules.set(Time(0), rule);
        assert!(rules.take_segment(Time(4), &PATH) && rules.block(Time(4), &PATH));
        assert!(!rules.take_segment(Time(5), &PATH));
        assert!(!rules.take_segment(Time(4), &Path { service: 6379, ..PATH }));
        assert!(!rules.take_segment(Time(4), &Path { from: PATH.to, to: PATH.from, ..PATH }));
        let lost: Vec<_> = rules.lasting(Time(4)).map(|it| it.lost).collect();
        assert_eq!(lost, [1]);
    }

    #[test]
    fn what_stays_on_a_host_is_never_lost() {
        let mut rules = Rules::default();
        rules.set(Time(0), Rule::default());
        let home = Path { to: PATH.from, ..PATH };
        assert!(!rules.take_segment(Time(1), &home) && !rules.block(Time(1), &home));
    }
}
