//! Subcommands that change who belongs here, who follows whom, and the node's own identity.

use alloc::format;
use alloc::vec::Vec;

use bus::NodeFlags;

use super::super::node_table::ME;
use super::super::random_id;
use super::{NO_INTEGER, integer, text, unknown_node, wrong_options};
use crate::config::Compat;
use crate::event::{Data, Event, FailoverMode};
use crate::node::Node;
use crate::resp::reply::Reply;

impl Node {
    pub(super) fn cluster_meet(&mut self, argv: &[Vec<u8>]) -> Reply {
        if argv.len() > 5 {
            return wrong_options(&argv[1]);
        }
        let tcp = if self.compat == Compat::V7_0 { "TCP " } else { "" };
        let Some(port) = integer(&argv[3]) else {
            let port = text(&argv[3]);
            return Reply::Error(format!("ERR Invalid {tcp}base port specified: {port}"));
        };
        let cport = match argv.get(4) {
            None => port.saturating_add(10000),
            Some(typed) => match integer(typed) {
                Some(cport) => cport,
                None => {
                    let typed = text(typed);
                    return Reply::Error(format!("ERR Invalid {tcp}bus port specified: {typed}"));
                }
            },
        };
        match self.start_handshake(&text(&argv[2]), port, cport) {
            Ok(()) => Reply::Ok,
            Err(_) => {
                let (ip, port) = (text(&argv[2]), text(&argv[3]));
                Reply::Error(format!("ERR Invalid node address specified: {ip}:{port}"))
            }
        }
    }

    pub(super) fn cluster_forget(&mut self, argv: &[Vec<u8>]) -> Reply {
        let Some(ix) = self.named_node(&argv[2]) else {
            let forgotten = text(&argv[2]).parse().is_ok_and(|id| self.is_blacklisted(&id));
            let gone = forgotten && self.compat == Compat::V8_2;
            return if gone { Reply::Ok } else { unknown_node(&argv[2]) };
        };
        if ix == ME {
            return Reply::error("ERR I tried hard but I can't forget myself...");
        }
        if self.cluster.my_master() == Some(ix) {
            return Reply::error("ERR Can't forget my master!");
        }
        self.blacklist(self.cluster.nodes[ix].id);
        self.remove_peer(ix);
        self.change_done()
    }

    pub(super) fn cluster_replicate(&mut self, argv: &[Vec<u8>]) -> Reply {
        let Some(ix) = self.named_node(&argv[2]) else { return unknown_node(&argv[2]) };
        if ix == ME {
            return Reply::error("ERR Can't replicate myself");
        }
        if self.cluster.nodes[ix].is_replica() {
            return Reply::error("ERR I can only replicate a master, not a replica.");
        }
        if self.is_master() && (self.cluster.me().slot_count() > 0 || self.db.len() > 0) {
            return Reply::error(
                "ERR To set a master the node must be empty and without assigned slots.",
            );
        }
        self.follow(ix);
        self.change_done()
    }

    pub(super) fn cluster_failover(&mut self, argv: &[Vec<u8>]) -> Reply {
        let mode = match argv {
            [_, _] => FailoverMode::Default,
            [_, _, option] if option.eq_ignore_ascii_case(b"force") => FailoverMode::Force,
            [_, _, option] if option.eq_ignore_ascii_case(b"takeover") => FailoverMode::Takeover,
            [_, _, _] => return Reply::error("ERR syntax error"),
            _ => return wrong_options(&argv[1]),
        };
        if self.is_master() {
            return Reply::error("ERR You should send CLUSTER FAILOVER to a replica");
        }
        let Some(master) = self.cluster.my_master() else {
            return Reply::error("ERR I'm a replica but my master is unknown to me");
        };
        let peer = &self.cluster.nodes[master];
        if mode == FailoverMode::Default && (peer.failed() || peer.link.is_none()) {
            return Reply::error("ERR Master is down or failed, please use CLUSTER FAILOVER FORCE");
        }
        self.start_manual_failover(mode, master);
        Reply::Ok
    }

    pub(super) fn cluster_reset(&mut self, argv: &[Vec<u8>]) -> Reply {
        let hard = match argv {
            [_, _] => false,
            [_, _, option] if option.eq_ignore_ascii_case(b"soft") => false,
            [_, _, option] if option.eq_ignore_ascii_case(b"hard") => true,
            [_, _, _] => return Reply::error("ERR syntax error"),
            _ => return wrong_options(&argv[1]),
        };
        if self.is_master() && self.db.len() > 0 {
            return Reply::error(
                "ERR CLUSTER RESET can't be called with master nodes containing keys",
            );
        }
        self.reset_cluster(hard);
        self.change_done()
    }

    /// Forgets all nodes and slots; with `hard`, its own name and all epochs as well.
    fn reset_cluster(&mut self, hard: bool) {
        if !self.is_master() {
            self.set_as_master(ME);
            self.stop_replicating();
            self.touch_all_watched();
            self.db.clear();
            self.tell_history(Data::Empty);
        }
        self.cluster.migrating.clear();
        self.cluster.importing.clear();
        self.reset_manual_failover();
        while let Some(ix) = self.cluster.nodes.order().iter().copied().find(|&ix| ix != ME) {
            self.remove_peer(ix);
        }
        let mine = self.cluster.nodes.release_all(ME);
        self.tell_slots_moved(mine, None);
        self.cluster.me_mut().flags.clear(NodeFlags::MIGRATE_TO);
        self.cluster.blacklist.clear();
        if !hard {
            return;
        }
        self.cluster.current_epoch = 0;
        self.cluster.last_vote_epoch = 0;
        self.set_own_epoch(0);
        self.log(self.demoted(), "configEpoch set to 0 via CLUSTER RESET HARD");
        let (id, shard) = (random_id(&mut self.rng), random_id(&mut self.rng));
        self.cluster.nodes.rename(ME, id);
        self.cluster.me_mut().shard = shard;
        self.event(Event::Named { id });
        self.log(crate::log::Level::Notice, format!("Node hard reset, now I'm {id}"));
    }

    pub(super) fn cluster_set_config_epoch(&mut self, argv: &[Vec<u8>]) -> Reply {
        let Some(epoch) = integer(&argv[2]) else { return Reply::error(NO_INTEGER) };
        let Ok(epoch) = u64::try_from(epoch) else {
            return Reply::Error(format!("ERR Invalid config epoch specified: {epoch}"));
        };
        if self.cluster.nodes.len() > 1 {
            return Reply::error(
                "ERR The user can assign a config epoch only when the node does not know any other \
                 node.",
            );
        }
        if self.cluster.me().config_epoch != 0 {
            return Reply::error("ERR Node config epoch is already non-zero");
        }
        self.set_own_epoch(epoch);
        let line = format!("configEpoch set to {epoch} via CLUSTER SET-CONFIG-EPOCH");
        self.log(self.demoted(), line);
        self.cluster.current_epoch = self.cluster.current_epoch.max(epoch);
        self.change_done()
    }

    pub(super) fn cluster_bumpepoch(&mut self, _argv: &[Vec<u8>]) -> Reply {
        let word = if self.bump_epoch() { "BUMPED" } else { "STILL" };
        Reply::Simple(format!("{word} {}", self.cluster.me().config_epoch))
    }

    pub(super) fn cluster_saveconfig(&mut self, _argv: &[Vec<u8>]) -> Reply {
        self.save_config();
        Reply::Ok
    }

    /// What most changes have in common: a new evaluation, a new nodes.conf, and OK.
    pub(super) fn change_done(&mut self) -> Reply {
        self.cluster.todo.update_state();
        self.cluster.todo.save();
        Reply::Ok
    }
}
