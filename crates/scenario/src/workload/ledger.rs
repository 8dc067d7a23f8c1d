//! What becomes of acknowledged writes.
//!
//! Every acknowledged write has a place: the replication history of the server that took it, and the
//! offset after it. Whoever's data is at or beyond that place has the write.
//!
//! - It is **kept** when the owner of its slot and every running replica of that owner have it: no
//!   promotion can lose it then. Should all of them lose their data later, the last write of each key
//!   is told as lost after all; one that a later write of its key replaced can not be missed.
//! - It is **lost** when the owner does not have it and the last copy went with its process.
//! - It is **rolled back** when the owner does not have it and the last copy was given up in a
//!   synchronisation.
//! - It is **open** as long as none of these holds.
//!
//! A slot that goes from one master to another by resharding takes its writes along. A write that a
//! person removes with DEL or FLUSHALL is kept: the history has it, and its removal after it.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddrV4;

use engine::Time;
use sim::HostId;

use super::lineage::{HEAD, Place};
use super::servers::{Change, End, Ending, Ruling, Server, Servers};

/// Entries that are kept in full, of the open ones and of those that are gone.
pub const FULL_MAX: usize = 1 << 16;

/// An acknowledged write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number: the client's index above 40 bits of the client's own count.
    pub number: u64,
    /// The number of its key.
    pub key: u32,
    /// The slot of that.
    pub slot: u16,
    /// When the client had the answer.
    pub at: Time,
    /// Who acknowledged it.
    pub host: HostId,
    /// Where in its stream, the offset after it.
    pub offset: u64,
    place: Place,
    /// Why the owner of the slot does not have it, when it does not.
    pub ruling: Option<Ruling>,
    /// What ended the last copy.
    pub ending: Option<Ending>,
}

/// How a write ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// With the process that had its last copy.
    Lost,
    /// In a synchronisation.
    RolledBack,
}

/// What the ledger counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// Acknowledged writes.
    pub acknowledged: u64,
    /// Those that are safe.
    pub kept: u64,
    /// Those that are gone with a process.
    pub lost: u64,
    /// Those that were given up.
    pub rolled_back: u64,
}

impl Sums {
    /// Those that are not decided.
    #[must_use]
    pub const fn open(&self) -> u64 {
        self.acknowledged - self.kept - self.lost - self.rolled_back
    }
}

/// All acknowledged writes.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    /// In all.
    pub sums: Sums,
    open: VecDeque<Entry>,
    /// The last kept write of each key.
    last: BTreeMap<u32, Entry>,
    gone: Vec<(Outcome, Entry)>,
    /// Writes that were taken and whose answer has not come, by the client's end of its connection.
    taken: BTreeMap<SocketAddrV4, VecDeque<(HostId, Place)>>,
}

impl Ledger {
    /// Writes that are gone, oldest first; at most [`FULL_MAX`].
    #[must_use]
    pub fn gone(&self) -> &[(Outcome, Entry)] {
        &self.gone
    }

    /// Writes that are not decided, oldest first.
    pub fn open(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.open.iter()
    }

    /// The last kept write of each key.
    pub fn kept(&self) -> impl Iterator<Item = &Entry> {
        self.last.values()
    }

    /// Bytes that the entries take, roughly.
    #[must_use]
    pub fn weight(&self) -> usize {
        size_of::<Entry>() * (self.open.len() + self.gone.len() + self.last.len())
    }

    pub(super) fn opened(&mut self, local: SocketAddrV4) {
        self.taken.insert(local, VecDeque::new());
    }

    pub(super) fn closed(&mut self, local: SocketAddrV4) {
        self.taken.remove(&local);
    }

    /// All clients hung up.
    pub(super) fn hang_up(&mut self) {
        self.taken.clear();
    }

    /// A server took a write; one of another client than ours is of no interest.
    pub(super) fn taken(
        &mut self,
        client: SocketAddrV4,
        host: HostId,
        offset: u64,
        servers: &Servers,
    ) {
        let branch = servers.all.get(&host).and_then(|it| it.place).map(|it| it.branch);
        if let (Some(queue), Some(branch)) = (self.taken.get_mut(&client), branch) {
            queue.push_back((host, Place { branch, offset }));
        }
    }

    /// A write was done, and nobody may rely on it.
    pub(super) fn unconfirmed(&mut self, local: SocketAddrV4) {
        self.taken.get_mut(&local).and_then(VecDeque::pop_front);
    }

    /// A client has the answer to a write.
    pub(super) fn acknowledged(
        &mut self,
        at: Time,
        local: SocketAddrV4,
        (number, key, slot): (u64, u32, u16),
        servers: &Servers,
    ) {
        let taken = self.taken.get_mut(&local).and_then(VecDeque::pop_front);
        debug_assert!(taken.is_some(), "an acknowledged write was taken by somebody");
        let Some((host, place)) = taken else { return };
        self.sums.acknowledged += 1;
        let offset = place.offset;
        let (ruling, ending) = (None, None);
        let mut entry = Entry { number, key, slot, at, host, offset, place, ruling, ending };
        rule(&mut entry, servers, None);
        if !self.is_gone(&entry) {
            self.open.push_back(entry);
        }
    }

    /// Looks at all writes after a change among the servers.
    pub(super) fn judge(&mut self, change: &Change, servers: &Servers) {
        match change {
            Change::Moved { slots, to } => {
                let moves = |entry: &&mut Entry| slots.binary_search(&entry.slot).is_ok();
                for entry in self.open.iter_mut().chain(self.last.values_mut()).filter(moves) {
                    if entry.ruling.is_none() {
                        entry.place = *to;
                    }
                }
            }
            Change::Copies(ending) => self.judge_all(servers, Some(ending)),
            Change::Owners => self.judge_all(servers, None),
        }
    }

    fn judge_all(&mut self, servers: &Servers, ending: Option<&Ending>) {
        let mut doubtful = Vec::new();
        self.last.retain(|_, entry| {
            rule(entry, servers, ending);
            let sound = entry.ruling.is_none() && entry.ending.is_none();
            if !sound {
                doubtful.push(entry.clone());
            }
            sound
        });
        self.sums.kept -= doubtful.len() as u64;
        doubtful.sort_by_key(|entry| (entry.at, entry.number));
        doubtful.into_iter().rev().for_each(|entry| self.open.push_front(entry));
        let mut open = std::mem::take(&mut self.open);
        open.retain_mut(|entry| {
            rule(entry, servers, ending);
            !self.is_gone(entry)
        });
        self.open = open;
    }

    /// Closes an entry that no owner and nobody else has.
    fn is_gone(&mut self, entry: &Entry) -> bool {
        let (Some(_), Some(ending)) = (&entry.ruling, &entry.ending) else { return false };
        let outcome = match ending.how {
            End::Process => Outcome::Lost,
            End::Synchronisation | End::Reset => Outcome::RolledBack,
        };
        match outcome {
            Outcome::Lost => self.sums.lost += 1,
            Outcome::RolledBack => self.sums.rolled_back += 1,
        }
        if self.gone.len() < FULL_MAX {
            self.gone.push((outcome, entry.clone()));
        }
        true
    }

    /// Finds out which open writes are kept.
    pub(super) fn settle(&mut self, servers: &Servers) {
        let mut reaches = BTreeMap::new();
        let excess = self.open.len().saturating_sub(FULL_MAX);
        let mut at = 0;
        let Self { sums, open, last, .. } = self;
        open.retain(|entry| {
            at += 1;
            if entry.ruling.is_some() || entry.ending.is_some() {
                return true;
            }
            let Some((host, owner)) = servers.owner(entry.slot) else { return true };
            let reach = reaches
                .entry((host, entry.place.branch))
                .or_insert_with(|| reach(servers, owner, entry.place.branch));
            // Beyond what is kept in full, a write that the owner has is as good as kept.
            let safe = reach.is_some_and(|reach| entry.place.offset <= reach) || at <= excess;
            if safe {
                sums.kept += 1;
                let newer = last.get(&entry.key).is_none_or(|old| old.is_before(entry));
                if newer {
                    last.insert(entry.key, entry.clone());
                }
            }
            !safe
        });
    }
}

impl Entry {
    fn is_before(&self, other: &Self) -> bool {
        if self.place.branch == other.place.branch {
            self.place.offset <= other.place.offset
        } else {
            self.at <= other.at
        }
    }
}

/// Up to which offset of a branch the owner and all running replicas have it.
fn reach(servers: &Servers, owner: &Server, branch: u32) -> Option<u64> {
    owner.place?;
    servers.members(owner).try_fold(HEAD, |least, member| {
        let reach = servers.lineage.reach(member.place?, branch)?;
        Some(least.min(reach))
    })
}

/// Notes whether the owner of the slot lacks the write, and whether the last copy is gone. An
/// owner whose process is gone has no say.
fn rule(entry: &mut Entry, servers: &Servers, ending: Option<&Ending>) {
    if let Some((_, owner)) = servers.owner(entry.slot)
        && let Some(place) = owner.place
    {
        let lacks = !servers.lineage.has(place, entry.place);
        entry.ruling = lacks.then(|| owner.ruling.clone());
    }
    if entry.ending.is_none() && !servers.may_have_copy(entry.place) {
        let first = || servers.all.get(&entry.host).and_then(|it| it.ending.clone());
        entry.ending = ending.cloned().or_else(first);
    }
}
