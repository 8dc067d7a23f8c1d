//! ADDSLOTS, DELSLOTS, their RANGE forms, and FLUSHSLOTS.

use alloc::format;
use alloc::vec::Vec;

use bus::{Slot, SlotSet};

use super::super::node_table::ME;
use super::{BAD_SLOT, slot, wrong_arity};
use crate::node::Node;
use crate::resp::reply::Reply;

/// Which of the two a command does to the slots that it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Add,
    Delete,
}

impl Node {
    pub(super) fn cluster_addslots(&mut self, argv: &[Vec<u8>]) -> Reply {
        self.change_slots(argv, Change::Add)
    }

    pub(super) fn cluster_delslots(&mut self, argv: &[Vec<u8>]) -> Reply {
        self.change_slots(argv, Change::Delete)
    }

    pub(super) fn cluster_addslotsrange(&mut self, argv: &[Vec<u8>]) -> Reply {
        self.change_ranges(argv, Change::Add, "addslotsrange")
    }

    pub(super) fn cluster_delslotsrange(&mut self, argv: &[Vec<u8>]) -> Reply {
        self.change_ranges(argv, Change::Delete, "delslotsrange")
    }

    pub(super) fn cluster_flushslots(&mut self, _argv: &[Vec<u8>]) -> Reply {
        if self.db.len() > 0 {
            return Reply::error("ERR DB must be empty to perform CLUSTER FLUSHSLOTS.");
        }
        let count = self.cluster.nodes.release_all(ME);
        self.tell_slots_moved(count, None);
        self.change_done()
    }

    /// All slots are checked before any is changed; every argument is read before any is checked.
    fn change_slots(&mut self, argv: &[Vec<u8>], change: Change) -> Reply {
        let Some(slots) = argv[2..].iter().map(|arg| slot(arg)).collect::<Option<Vec<Slot>>>()
        else {
            return Reply::error(BAD_SLOT);
        };
        self.check_and_change(slots.into_iter(), change)
    }

    fn change_ranges(&mut self, argv: &[Vec<u8>], change: Change, name: &str) -> Reply {
        if argv.len() % 2 == 1 {
            return wrong_arity(name);
        }
        let mut slots = Vec::new();
        for pair in argv[2..].chunks_exact(2) {
            let (Some(first), Some(last)) = (slot(&pair[0]), slot(&pair[1])) else {
                return Reply::error(BAD_SLOT);
            };
            if first > last {
                return Reply::Error(format!(
                    "ERR start slot number {first} is greater than end slot number {last}"
                ));
            }
            slots.extend(first..=last);
        }
        self.check_and_change(slots.into_iter(), change)
    }

    fn check_and_change(&mut self, slots: impl Iterator<Item = Slot>, change: Change) -> Reply {
        let mut set = SlotSet::EMPTY;
        for slot in slots {
            let owned = self.cluster.nodes.owner(slot).is_some();
            match change {
                Change::Add if owned => {
                    return Reply::Error(format!("ERR Slot {slot} is already busy"));
                }
                Change::Delete if !owned => {
                    return Reply::Error(format!("ERR Slot {slot} is already unassigned"));
                }
                _ => {}
            }
            if !set.insert(slot) {
                return Reply::Error(format!("ERR Slot {slot} specified multiple times"));
            }
        }
        for slot in set.iter() {
            self.cluster.importing.remove(&slot);
            match change {
                Change::Add => self.cluster.nodes.assign(slot, ME),
                Change::Delete => {
                    self.cluster.nodes.release(slot);
                }
            }
        }
        let to = (change == Change::Add).then_some(ME);
        self.tell_slots_moved(set.len() as u32, to);
        self.change_done()
    }
}
