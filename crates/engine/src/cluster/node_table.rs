//! Who is known: one entry a node, this node included, and the owner of every slot.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::{Ipv4Addr, SocketAddrV4};
use core::ops::{Index, IndexMut};

use borsh::{BorshDeserialize, BorshSerialize};
use bus::{Epoch, IpText, NodeFlags, NodeId, SLOTS, Slot, SlotSet};

use crate::io::ConnId;

/// A place in the [`NodeTable`]. It stays the same for as long as the node is known, and is used
/// again after that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub(crate) struct Ix(u16);

/// Where this node itself stands.
pub(crate) const ME: Ix = Ix(0);

/// "No node" in the owner table.
const NOBODY: Ix = Ix(u16::MAX);

/// Unix milliseconds, as Redis keeps its cluster times; 0 for "never" or "none pending".
pub(crate) type Ms = u64;

/// That a master said in its gossip that a node fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(crate) struct Report {
    /// Who says so.
    pub by: Ix,
    /// When it last said so.
    pub at: Ms,
}

/// What this node believes about one node.
#[derive(Debug, Clone, BorshSerialize, BorshDeserialize)]
pub(crate) struct Peer {
    pub id: NodeId,
    /// The shard (7.2): a replica has its master's.
    pub shard: NodeId,
    pub flags: NodeFlags,
    pub master: Option<Ix>,
    pub config_epoch: Epoch,
    pub ip: IpText,
    pub port: u16,
    pub cport: u16,
    pub pport: u16,
    /// The hostname it announces, empty for none.
    pub hostname: String,
    /// The name for people that it announces (7.2), empty for none.
    pub human: String,
    /// The slots it owns; none when it owns none.
    slots: Option<Box<SlotSet>>,
    slot_count: u16,
    /// When the entry was made.
    pub created: Ms,
    /// When the pending PING was sent, 0 when none is pending.
    pub ping_sent: Ms,
    pub pong_received: Ms,
    /// When it last sent us anything at all.
    pub data_received: Ms,
    pub fail_time: Ms,
    /// When we last voted about this master.
    pub voted_time: Ms,
    /// Since when it is a master without working replicas, 0 for not so.
    pub orphaned_time: Ms,
    /// The replication offset that it last announced.
    pub repl_offset: u64,
    pub reports: Vec<Report>,
    /// The link that we opened.
    pub link: Option<ConnId>,
    /// The link that it opened.
    pub inbound: Option<ConnId>,
    /// The number of the last message of ours that gossiped about it.
    pub gossiped_in: u64,
}

impl Peer {
    pub(crate) fn new(id: NodeId, shard: NodeId, flags: NodeFlags, now: Ms) -> Self {
        Self {
            id,
            shard,
            flags,
            master: None,
            config_epoch: 0,
            ip: IpText::EMPTY,
            port: 0,
            cport: 0,
            pport: 0,
            hostname: String::new(),
            human: String::new(),
            slots: None,
            slot_count: 0,
            created: now,
            ping_sent: 0,
            pong_received: 0,
            data_received: 0,
            fail_time: 0,
            voted_time: 0,
            orphaned_time: 0,
            repl_offset: 0,
            reports: Vec::new(),
            link: None,
            inbound: None,
            gossiped_in: 0,
        }
    }

    pub(crate) const fn is(&self, flags: NodeFlags) -> bool {
        self.flags.any(flags)
    }

    pub(crate) const fn is_master(&self) -> bool {
        self.is(NodeFlags::MASTER)
    }

    pub(crate) const fn is_replica(&self) -> bool {
        self.is(NodeFlags::REPLICA)
    }

    pub(crate) const fn failed(&self) -> bool {
        self.is(NodeFlags::FAIL)
    }

    pub(crate) const fn possibly_failed(&self) -> bool {
        self.is(NodeFlags::PFAIL)
    }

    pub(crate) const fn in_handshake(&self) -> bool {
        self.is(NodeFlags::HANDSHAKE)
    }

    /// The slots it owns.
    pub(crate) fn slots(&self) -> &SlotSet {
        const NONE: &SlotSet = &SlotSet::EMPTY;
        self.slots.as_deref().unwrap_or(NONE)
    }

    /// How many slots it owns.
    pub(crate) const fn slot_count(&self) -> u16 {
        self.slot_count
    }

    /// Where its clients connect; none while its address is unknown.
    pub(crate) fn client_addr(&self) -> Option<SocketAddrV4> {
        Some(SocketAddrV4::new(self.ip.as_str().parse::<Ipv4Addr>().ok()?, self.port))
    }

    /// Where its cluster bus listens; none while its address is unknown.
    pub(crate) fn bus_addr(&self) -> Option<SocketAddrV4> {
        Some(SocketAddrV4::new(self.ip.as_str().parse::<Ipv4Addr>().ok()?, self.cport))
    }
}

/// All nodes that this node knows.
///
/// Entries live in places that do not move, so that links, masters and slots can refer to them;
/// `order` lists the places by id.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
#[borsh(init = rebuild_owners)]
pub(crate) struct NodeTable {
    places: Vec<Option<Peer>>,
    order: Vec<Ix>,
    /// Who owns each slot: the inverse of the peers' slot sets.
    #[borsh(skip)]
    owners: Vec<Ix>,
    /// Slots whose owner has stopped claiming them, though nobody else claims them yet.
    #[borsh(deserialize_with = "crate::gathered::read")]
    unclaimed: BTreeSet<Slot>,
    /// Slots that this node's shard has lost since they were asked for.
    #[borsh(deserialize_with = "crate::gathered::read")]
    lost: BTreeSet<Slot>,
}

impl Index<Ix> for NodeTable {
    type Output = Peer;

    fn index(&self, ix: Ix) -> &Peer {
        self.places[usize::from(ix.0)].as_ref().expect("references die with their node")
    }
}

impl IndexMut<Ix> for NodeTable {
    fn index_mut(&mut self, ix: Ix) -> &mut Peer {
        self.places[usize::from(ix.0)].as_mut().expect("references die with their node")
    }
}

impl NodeTable {
    /// A table with `me` alone.
    pub(crate) fn new(me: Peer) -> Self {
        Self {
            places: [Some(me)].into(),
            order: [ME].into(),
            owners: alloc::vec![NOBODY; SLOTS],
            unclaimed: BTreeSet::new(),
            lost: BTreeSet::new(),
        }
    }

    /// How many nodes are known, this one included.
    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }

    /// All places, by id of their node.
    pub(crate) fn order(&self) -> &[Ix] {
        &self.order
    }

    /// The n-th place by id; `n` is below [`Self::len`].
    pub(crate) fn nth(&self, n: usize) -> Ix {
        self.order[n]
    }

    /// All nodes by id.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Ix, &Peer)> {
        self.order.iter().map(|&ix| (ix, &self[ix]))
    }

    pub(crate) fn find(&self, id: &NodeId) -> Option<Ix> {
        let at = self.order.binary_search_by(|&ix| self[ix].id.cmp(id)).ok()?;
        Some(self.order[at])
    }

    /// Adds a node whose id is not yet known.
    pub(crate) fn insert(&mut self, peer: Peer) -> Ix {
        let free = self.places.iter().position(Option::is_none).unwrap_or(self.places.len());
        let ix = Ix(u16::try_from(free).expect("a cluster has at most some thousand nodes"));
        if free == self.places.len() {
            self.places.push(None);
        }
        self.places[free] = Some(peer);
        self.insert_in_order(ix);
        ix
    }

    fn insert_in_order(&mut self, ix: Ix) {
        let id = self[ix].id;
        let at = self.order.partition_point(|&other| self[other].id < id);
        self.order.insert(at, ix);
    }

    /// Gives a node another id.
    pub(crate) fn rename(&mut self, ix: Ix, id: NodeId) {
        self.order.retain(|&other| other != ix);
        self[ix].id = id;
        self.insert_in_order(ix);
    }

    /// Drops a node, with its slots, its reports and every reference from other nodes to it.
    pub(crate) fn remove(&mut self, ix: Ix) -> Peer {
        self.release_all(ix);
        self.order.retain(|&other| other != ix);
        let removed = self.places[usize::from(ix.0)].take().expect("it is known");
        for peer in self.places.iter_mut().flatten() {
            peer.reports.retain(|report| report.by != ix);
            if peer.master == Some(ix) {
                peer.master = None;
            }
        }
        removed
    }

    /// The replicas of `master`, by id.
    pub(crate) fn replicas_of(&self, master: Ix) -> impl Iterator<Item = Ix> + '_ {
        self.iter().filter(move |(_, peer)| peer.master == Some(master)).map(|(ix, _)| ix)
    }

    /// Makes `replica` one of `master`'s (or of nobody's); both ends keep the flag that tells
    /// whether a master may receive migrating replicas.
    pub(crate) fn set_master(&mut self, replica: Ix, master: Option<Ix>) {
        let before = self[replica].master;
        self[replica].master = master;
        if let Some(before) = before.filter(|&before| Some(before) != master)
            && self.replicas_of(before).next().is_none()
        {
            self[before].flags.clear(NodeFlags::MIGRATE_TO);
        }
        if let Some(master) = master {
            self[master].flags.set(NodeFlags::MIGRATE_TO);
        }
    }

    /// The owner of a slot.
    pub(crate) fn owner(&self, slot: Slot) -> Option<Ix> {
        Some(self.owners[usize::from(slot)]).filter(|&owner| owner != NOBODY)
    }

    /// Gives an unassigned slot to `to`.
    pub(crate) fn assign(&mut self, slot: Slot, to: Ix) {
        debug_assert!(self.owner(slot).is_none(), "an owner must be released first");
        self.owners[usize::from(slot)] = to;
        self.unclaimed.remove(&slot);
        let peer = &mut self[to];
        peer.slots.get_or_insert_default().insert(slot);
        peer.slot_count += 1;
        // A master with its first slot may receive replicas if any other master has some.
        if peer.slot_count == 1 && self.masters_have_replicas() {
            self[to].flags.set(NodeFlags::MIGRATE_TO);
        }
    }

    fn masters_have_replicas(&self) -> bool {
        self.iter().any(|(_, peer)| peer.master.is_some_and(|master| !self[master].is_replica()))
    }

    /// Takes a slot from its owner; tells who it was.
    pub(crate) fn release(&mut self, slot: Slot) -> Option<Ix> {
        let owner = self.owner(slot)?;
        self.owners[usize::from(slot)] = NOBODY;
        self.unclaimed.remove(&slot);
        let peer = &mut self[owner];
        peer.slots.as_mut().expect("an owner has slots").remove(slot);
        peer.slot_count -= 1;
        if peer.slot_count == 0 {
            peer.slots = None;
        }
        if owner == ME || self[ME].master == Some(owner) {
            self.lost.insert(slot);
        }
        Some(owner)
    }

    /// The slots that this node's shard has lost since this was asked last, even if it has them
    /// again.
    pub(crate) fn take_lost(&mut self) -> BTreeSet<Slot> {
        core::mem::take(&mut self.lost)
    }

    /// Takes all slots from a node; tells how many there were.
    pub(crate) fn release_all(&mut self, ix: Ix) -> u32 {
        let slots = *self[ix].slots();
        for slot in slots.iter() {
            self.release(slot);
        }
        slots.len() as u32
    }

    /// Hands all slots of one node to another; tells how many there were.
    pub(crate) fn move_all(&mut self, from: Ix, to: Ix) -> u32 {
        let slots = *self[from].slots();
        for slot in slots.iter() {
            self.release(slot);
            self.assign(slot, to);
        }
        slots.len() as u32
    }

    /// Whether nobody owns the slot, or its owner does not claim it any more.
    pub(crate) fn is_unclaimed(&self, slot: Slot) -> bool {
        self.owner(slot).is_none() || self.unclaimed.contains(&slot)
    }

    /// Notes whether the owner of a slot claims it.
    pub(crate) fn set_claimed(&mut self, slot: Slot, claimed: bool) {
        if claimed {
            self.unclaimed.remove(&slot);
        } else {
            self.unclaimed.insert(slot);
        }
    }

    /// A node's slots without those that it does not claim any more.
    pub(crate) fn claimed_slots(&self, ix: Ix) -> SlotSet {
        let mut slots = *self[ix].slots();
        for &slot in &self.unclaimed {
            slots.remove(slot);
        }
        slots
    }

    fn rebuild_owners(&mut self) {
        self.owners = alloc::vec![NOBODY; SLOTS];
        for &ix in &self.order {
            let peer = self.places[usize::from(ix.0)].as_ref().expect("it is known");
            for slot in peer.slots().iter() {
                self.owners[usize::from(slot)] = ix;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(letter: u8) -> NodeId {
        NodeId([letter; 40])
    }

    fn peer(letter: u8) -> Peer {
        Peer::new(id(letter), id(letter), NodeFlags::MASTER, 1)
    }

    #[test]
    fn nodes_are_listed_by_id_and_keep_their_place() {
        let mut table = NodeTable::new(peer(b'm'));
        let z = table.insert(peer(b'z'));
        let a = table.insert(peer(b'a'));
        assert_eq!(table.order(), [a, ME, z]);
        table.rename(a, id(b'q'));
        assert_eq!(table.order(), [ME, a, z]);
        assert_eq!(table.find(&id(b'q')), Some(a));
        table.remove(ME.max(a));
        assert_eq!(table.insert(peer(b'b')), a, "places are used again");
    }

    #[test]
    fn owners_survive_a_snapshot() {
        let mut table = NodeTable::new(peer(b'm'));
        let a = table.insert(peer(b'a'));
        table.assign(7, a);
        table.assign(8, ME);
        let bytes = borsh::to_vec(&table).expect("memory");
        let table: NodeTable = borsh::from_slice(&bytes).expect("its own bytes");
        assert_eq!((table.owner(7), table.owner(8), table.owner(9)), (Some(a), Some(ME), None));
    }

    #[test]
    fn a_removed_node_leaves_no_trace() {
        let mut table = NodeTable::new(peer(b'm'));
        let a = table.insert(peer(b'a'));
        table.assign(7, a);
        table.set_master(ME, Some(a));
        table[ME].reports.push(Report { by: a, at: 1 });
        table.remove(a);
        assert_eq!(table.owner(7), None);
        assert_eq!(table[ME].master, None);
        assert!(table[ME].reports.is_empty());
    }

    #[test]
    fn a_master_that_loses_its_last_replica_is_no_target_of_migration() {
        let mut table = NodeTable::new(peer(b'm'));
        let (a, b) = (table.insert(peer(b'a')), table.insert(peer(b'b')));
        table.set_master(ME, Some(a));
        assert!(table[a].is(NodeFlags::MIGRATE_TO));
        table.set_master(ME, Some(b));
        assert!(!table[a].is(NodeFlags::MIGRATE_TO));
        assert!(table[b].is(NodeFlags::MIGRATE_TO));
    }
}
