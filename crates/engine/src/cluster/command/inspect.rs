//! Subcommands that tell about one thing: a number, an id, a text.

use alloc::format;
use alloc::vec::Vec;

use bus::{NodeFlags, slot_of};

use super::super::nodes_conf::Reader;
use super::{NO_INTEGER, integer, slot, unknown_node};
use crate::node::Node;
use crate::resp::reply::Reply;

impl Node {
    pub(super) fn cluster_nodes(&mut self, _argv: &[Vec<u8>]) -> Reply {
        Reply::Verbatim(self.describe_all(Reader::Client))
    }

    pub(super) fn cluster_info(&mut self, _argv: &[Vec<u8>]) -> Reply {
        let (mut assigned, mut suspected, mut failed) = (0, 0, 0);
        for (_, peer) in self.cluster.nodes.iter() {
            let slots = u32::from(peer.slot_count());
            assigned += slots;
            if peer.failed() {
                failed += slots;
            } else if peer.is(NodeFlags::PFAIL) {
                suspected += slots;
            }
        }
        let me = self.cluster.me();
        let speaker = me.master.map_or(me, |master| &self.cluster.nodes[master]);
        let state = if self.cluster.health.ok { "ok" } else { "fail" };
        Reply::Verbatim(format!(
            "cluster_state:{state}\r\n\
             cluster_slots_assigned:{assigned}\r\n\
             cluster_slots_ok:{}\r\n\
             cluster_slots_pfail:{suspected}\r\n\
             cluster_slots_fail:{failed}\r\n\
             cluster_known_nodes:{}\r\n\
             cluster_size:{}\r\n\
             cluster_current_epoch:{}\r\n\
             cluster_my_epoch:{}\r\n\
             {}total_cluster_links_buffer_limit_exceeded:0\r\n",
            assigned - suspected - failed,
            self.cluster.nodes.len(),
            self.cluster.health.size,
            self.cluster.current_epoch,
            speaker.config_epoch,
            self.cluster.stats.info(),
        ))
    }

    pub(super) fn cluster_myid(&mut self, _argv: &[Vec<u8>]) -> Reply {
        Reply::bulk(self.cluster.me().id.as_str())
    }

    pub(super) fn cluster_myshardid(&mut self, _argv: &[Vec<u8>]) -> Reply {
        Reply::bulk(self.cluster.me().shard.as_str())
    }

    pub(super) fn cluster_keyslot(&mut self, argv: &[Vec<u8>]) -> Reply {
        Reply::Int(i64::from(slot_of(&argv[2])))
    }

    pub(super) fn cluster_countkeysinslot(&mut self, argv: &[Vec<u8>]) -> Reply {
        if integer(&argv[2]).is_none() {
            return Reply::error(NO_INTEGER);
        }
        match slot(&argv[2]) {
            Some(slot) => Reply::Int(self.db.count_in_slot(slot) as i64),
            None => Reply::error("ERR Invalid slot"),
        }
    }

    pub(super) fn cluster_getkeysinslot(&mut self, argv: &[Vec<u8>]) -> Reply {
        let (Some(_), Some(most)) = (integer(&argv[2]), integer(&argv[3])) else {
            return Reply::error(NO_INTEGER);
        };
        let (Some(slot), Ok(most)) = (slot(&argv[2]), usize::try_from(most)) else {
            return Reply::error("ERR Invalid slot or number of keys");
        };
        let keys = self.db.iter_slot(slot).map(|(key, _)| key);
        Reply::Array(keys.take(most).map(|key| Reply::Bulk(key.to_vec())).collect())
    }

    pub(super) fn cluster_count_failure_reports(&mut self, argv: &[Vec<u8>]) -> Reply {
        match self.named_node(&argv[2]) {
            Some(ix) => Reply::Int(i64::from(self.count_reports(ix))),
            None => unknown_node(&argv[2]),
        }
    }
}
