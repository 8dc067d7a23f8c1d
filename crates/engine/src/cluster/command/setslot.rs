//! CLUSTER SETSLOT: opening a slot for migration, closing it, and handing it over.

use alloc::format;
use alloc::vec::Vec;

use bus::Slot;

use super::super::node_table::{Ix, ME};
use super::{BAD_SLOT, slot, text, unknown_node};
use crate::node::Node;
use crate::resp::reply::Reply;

impl Node {
    pub(super) fn cluster_setslot(&mut self, argv: &[Vec<u8>]) -> Reply {
        if !self.is_master() {
            return Reply::error("ERR Please use SETSLOT only with masters.");
        }
        let Some(slot) = slot(&argv[2]) else { return Reply::error(BAD_SLOT) };
        let action = argv[3].to_ascii_lowercase();
        let done = match (action.as_slice(), argv.get(4)) {
            (b"migrating", Some(id)) if argv.len() == 5 => self.open_to(slot, id),
            (b"importing", Some(id)) if argv.len() == 5 => self.open_from(slot, id),
            (b"node", Some(id)) if argv.len() == 5 => self.hand_over(slot, id),
            (b"stable", None) => {
                self.cluster.migrating.remove(&slot);
                self.cluster.importing.remove(&slot);
                Ok(())
            }
            _ => Err(Reply::error(
                "ERR Invalid CLUSTER SETSLOT action or number of arguments. Try CLUSTER HELP",
            )),
        };
        match done {
            Ok(()) => self.change_done(),
            Err(error) => error,
        }
    }

    /// The master at the other end of a migration.
    fn other_end(&self, id: &[u8]) -> Result<Ix, Reply> {
        let Some(ix) = self.named_node(id) else {
            return Err(Reply::Error(format!("ERR I don't know about node {}", text(id))));
        };
        if self.cluster.nodes[ix].is_replica() {
            return Err(Reply::error("ERR Target node is not a master"));
        }
        Ok(ix)
    }

    fn open_to(&mut self, slot: Slot, id: &[u8]) -> Result<(), Reply> {
        if self.cluster.nodes.owner(slot) != Some(ME) {
            return Err(Reply::Error(format!("ERR I'm not the owner of hash slot {slot}")));
        }
        let to = self.other_end(id)?;
        self.cluster.migrating.insert(slot, to);
        Ok(())
    }

    fn open_from(&mut self, slot: Slot, id: &[u8]) -> Result<(), Reply> {
        if self.cluster.nodes.owner(slot) == Some(ME) {
            return Err(Reply::Error(format!("ERR I'm already the owner of hash slot {slot}")));
        }
        let from = self.other_end(id)?;
        self.cluster.importing.insert(slot, from);
        Ok(())
    }

    fn hand_over(&mut self, slot: Slot, id: &[u8]) -> Result<(), Reply> {
        let Some(to) = self.named_node(id) else { return Err(unknown_node(id)) };
        if self.cluster.nodes[to].is_replica() {
            return Err(Reply::error("ERR Target node is not a master"));
        }
        let mine = self.cluster.nodes.owner(slot) == Some(ME);
        let keys = self.db.count_in_slot(slot);
        if mine && to != ME && keys > 0 {
            return Err(Reply::Error(format!(
                "ERR Can't assign hashslot {slot} to a different node while I still hold keys for \
                 this hash slot."
            )));
        }
        if keys == 0 {
            self.cluster.migrating.remove(&slot);
        }
        self.cluster.nodes.release(slot);
        self.cluster.nodes.assign(slot, to);
        self.tell_slots_moved(1, Some(to));
        let empty = self.cluster.me().slot_count() == 0;
        if mine && to != ME && empty && self.config.cluster_allow_replica_migration {
            self.reconfigure_as_replica(to);
        }
        if to == ME && self.cluster.importing.remove(&slot).is_some() {
            // The new owner needs the greatest epoch, for others to believe it.
            if self.bump_epoch() {
                let line = format!("configEpoch updated after importing slot {slot}");
                self.log(self.demoted(), line);
            }
            self.broadcast_pong(false);
        }
        Ok(())
    }
}
