//! A plain cluster: some masters with a replica each, no passwords, one link setting for all.

use std::net::Ipv4Addr;

use engine::Compat;
use sim::LinkSettings;

use super::text::default_link;
use super::{Host, Scenario};
use crate::script::Step;

/// What a plain cluster may differ in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plain {
    /// Which Redis it speaks like.
    pub compat: Compat,
    /// How many shards, at least 3.
    pub masters: u8,
    /// How many replicas each of them has.
    pub replicas: u8,
    /// `cluster-node-timeout`, milliseconds.
    pub node_timeout: u64,
    /// Every link.
    pub link: LinkSettings,
    /// Lines added to every redis.conf.
    pub config: String,
}

impl Default for Plain {
    /// 3+3 with Redis's own defaults.
    fn default() -> Self {
        Self {
            compat: Compat::default(),
            masters: 3,
            replicas: 1,
            node_timeout: 15000,
            link: default_link(),
            config: String::new(),
        }
    }
}

impl Plain {
    /// The scenario: hosts 10.0.0.1 and on, masters first, created by `redis-cli --cluster create`.
    #[must_use]
    pub fn scenario(&self) -> Scenario {
        let count = self.masters * (1 + self.replicas);
        let ips: Vec<_> = (1..=count).map(|n| Ipv4Addr::new(10, 0, 0, n)).collect();
        let config = format!(
            "port 6379\ncluster-enabled yes\ncluster-node-timeout {}\nsave \"\"\n\
             repl-diskless-sync-delay 0\n{}",
            self.node_timeout, self.config
        );
        let mut opening = Vec::new();
        for &ip in &ips {
            opening.push(Step::Host(ip));
            opening.push(Step::Line("redis-server redis.conf".into()));
        }
        let nodes: String = ips.iter().map(|ip| format!(" {ip}:6379")).collect();
        let create = format!(
            "redis-cli --cluster create{nodes} --cluster-replicas {} --cluster-yes",
            self.replicas
        );
        opening.extend([Step::Host(ips[0]), Step::Line("sleep 1".into()), Step::Line(create)]);
        Scenario {
            name: "plain".into(),
            compat: self.compat,
            clock: 1_765_369_000,
            seed: 1,
            link: self.link,
            between: Vec::new(),
            env: Vec::new(),
            files: vec![("redis.conf".into(), config)],
            hosts: ips.into_iter().map(|ip| Host { ip, zone: None, files: Vec::new() }).collect(),
            opening,
        }
    }
}
