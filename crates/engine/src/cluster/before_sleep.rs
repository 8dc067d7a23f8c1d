//! What follows from an input is done before the next one is looked at.

use borsh::{BorshDeserialize, BorshSerialize};
use bus::{IpText, NodeFlags};

use crate::node::Node;

/// What is to be done before the next sleep.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(crate) struct Todo {
    failover: bool,
    manual_failover: bool,
    update_state: bool,
    save: bool,
    pong: bool,
}

impl Todo {
    /// Look at the election.
    pub(super) const fn failover(&mut self) {
        self.failover = true;
    }

    /// The election is looked at already.
    pub(super) const fn take_failover(&mut self) {
        self.failover = false;
    }

    /// Look at the manual failover, then at the election.
    pub(super) const fn manual_failover(&mut self) {
        self.manual_failover = true;
    }

    /// Evaluate `cluster_state`.
    pub(super) const fn update_state(&mut self) {
        self.update_state = true;
    }

    /// Write nodes.conf.
    pub(super) const fn save(&mut self) {
        self.save = true;
    }

    /// Send a PONG to everybody.
    pub(super) const fn pong(&mut self) {
        self.pong = true;
    }

    /// Whether nothing is left that can be done without a further input. (A manual failover that
    /// waits for the stream is looked at after every input.)
    const fn is_settled(self) -> bool {
        !self.failover && !self.update_state && !self.save && !self.pong
    }
}

impl Node {
    /// Redis's clusterBeforeSleep. What its steps leave to be done Redis does in the next turn of
    /// its loop, which follows at once since there are bytes to write: here it is the same turn.
    pub(crate) fn cluster_before_sleep(&mut self) {
        self.follow_config();
        loop {
            let todo = core::mem::take(&mut self.cluster.todo);
            if todo.manual_failover {
                if !self.is_master() {
                    self.step_manual_failover();
                    self.step_election();
                }
            } else if todo.failover {
                self.step_election();
            }
            if todo.update_state {
                self.update_state();
            }
            if todo.save {
                self.save_config();
            }
            if todo.pong {
                self.broadcast_pong(false);
            }
            if self.exited || self.cluster.todo.is_settled() {
                return;
            }
        }
    }

    /// CONFIG SET may have changed what this node says about itself.
    fn follow_config(&mut self) {
        let no_failover = self.config.cluster_replica_no_failover;
        if self.cluster.me().is(NodeFlags::NO_FAILOVER) != no_failover {
            let flags = &mut self.cluster.me_mut().flags;
            if no_failover {
                flags.set(NodeFlags::NO_FAILOVER);
            } else {
                flags.clear(NodeFlags::NO_FAILOVER);
            }
            self.cluster.todo.save();
            self.cluster.todo.update_state();
        }
        let (port, cport) = self.config.announced_ports();
        let hostname = &self.config.cluster_announce_hostname;
        let human = &self.config.cluster_announce_human_nodename;
        let me = self.cluster.me();
        if (me.port, me.cport, &me.hostname, &me.human) != (port, cport, hostname, human) {
            let (hostname, human) = (hostname.clone(), human.clone());
            let me = self.cluster.me_mut();
            (me.port, me.cport, me.hostname, me.human) = (port, cport, hostname, human);
            self.cluster.todo.save();
        }
        // Without one the address is forgotten, to be learned anew from whom we hear next.
        let ip = IpText::new(&self.config.cluster_announce_ip);
        if self.cluster.announced_ip != ip {
            self.cluster.announced_ip = ip;
            self.cluster.me_mut().ip = ip;
            self.cluster.todo.save();
        }
    }
}
