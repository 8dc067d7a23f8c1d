//! A cluster as one designs it: masters, replicas, zones, distances, settings.
//!
//! It starts as a cluster that was running before: each host has a nodes.conf that knows everybody,
//! as after a restart of all machines. So it opens in a second, however large it is, and replicas are
//! where the design wants them, which `--cluster create` would not promise.

use std::fmt::{self, Write};
use std::net::Ipv4Addr;

use engine::{Compat, Rng};
use sim::LinkSettings;

use super::text::{config_line, default_link, link, words};
use super::{Between, Host, Scenario};
use crate::script::Step;

/// The most nodes that a design may have: a browser tab has to hold them.
pub const NODES_MAX: usize = 200;
/// Redis Cluster's number of slots.
const SLOTS: usize = 16384;
/// Settings that the design itself writes.
const OWN: [&str; 4] = ["port", "cluster-enabled", "cluster-config-file", "cluster-node-timeout"];

/// What a cluster is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Design {
    /// Which Redis it speaks like.
    pub compat: Compat,
    /// How many shards.
    pub masters: u16,
    /// How many replicas each of them has.
    pub replicas: u16,
    /// The names of the zones; hosts go round them, and a shard's nodes are in different ones as far
    /// as there are enough. None: all hosts are in one room.
    pub zones: Vec<String>,
    /// Links within a zone.
    pub link: LinkSettings,
    /// Links from one zone to another.
    pub between: LinkSettings,
    /// `cluster-node-timeout`, milliseconds.
    pub node_timeout: u64,
    /// Further settings of every redis.conf, name and value.
    pub settings: Vec<(String, String)>,
    /// The seed with which it opens when nobody names another.
    pub seed: u64,
}

impl Default for Design {
    /// 3+3 in one room with Redis's own defaults.
    fn default() -> Self {
        Self {
            compat: Compat::default(),
            masters: 3,
            replicas: 1,
            zones: Vec::new(),
            link: default_link(),
            between: default_link(),
            node_timeout: 15000,
            settings: Vec::new(),
            seed: 1,
        }
    }
}

/// A node of a design.
struct Member {
    id: String,
    ip: Ipv4Addr,
    zone: Option<String>,
    /// The master that it replicates, as an index.
    master: Option<usize>,
    epoch: usize,
    slots: Option<(usize, usize)>,
}

impl Design {
    /// Reads a design from the words behind `design`: `masters=3 replicas=2 zones=a,b,c
    /// latency=200us between=20ms node-timeout=5000 version=7.0 seed=7
    /// set=cluster-require-full-coverage:no`.
    ///
    /// # Errors
    /// A sentence about the first word that is not understood, or about a size that can not be.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut design = Self::default();
        for (name, value) in words(text)? {
            let number = || value.parse().map_err(|_| format!("{name} takes a whole number"));
            match name {
                "masters" => design.masters = number()? as u16,
                "replicas" => design.replicas = number()? as u16,
                "node-timeout" => design.node_timeout = number()?,
                "seed" => design.seed = number()?,
                "zones" => design.zones = value.split(',').map(str::to_owned).collect(),
                "version" => design.compat = super::text::compat(value)?,
                "latency" => design.link = link(&format!("latency={value}"))?,
                "between" => design.between = link(&format!("latency={value}"))?,
                "set" => {
                    let (name, value) = value.split_once(':').ok_or("set takes NAME:VALUE")?;
                    design.settings.push((name.into(), value.into()));
                }
                _ => return Err(format!("a design has no '{name}'")),
            }
        }
        design.check()?;
        Ok(design)
    }

    /// What is wrong with it, if anything is.
    ///
    /// # Errors
    /// A sentence.
    pub fn check(&self) -> Result<(), String> {
        let nodes = usize::from(self.masters) * (1 + usize::from(self.replicas));
        if self.masters == 0 {
            return Err("a cluster needs a master at least, and three to survive one".into());
        }
        if nodes > NODES_MAX {
            return Err(format!("{nodes} nodes are too many: a lab holds {NODES_MAX}"));
        }
        if self.node_timeout < 100 || self.node_timeout > 3_600_000 {
            return Err("node-timeout takes 100 to 3600000 milliseconds".into());
        }
        let word = |zone: &String| {
            !zone.is_empty() && zone.chars().all(|it| it.is_alphanumeric() || it == '-')
        };
        if let Some(zone) = self.zones.iter().find(|zone| !word(zone)) {
            return Err(format!("'{zone}' is no name for a zone: letters, digits and - only"));
        }
        if self.zones.len() > 200 {
            return Err("200 zones are the most".into());
        }
        for (name, value) in &self.settings {
            config_line(name, value)?;
            if OWN.contains(&name.as_str()) {
                return Err(format!("{name} is set by the design itself"));
            }
        }
        Ok(())
    }

    /// The scenario: hosts 10.0.0.1 and on, or 10.ZONE.0.1 and on; masters first.
    #[must_use]
    pub fn scenario(&self) -> Scenario {
        let members = self.members();
        let mut config = format!(
            "port 6379\ncluster-enabled yes\ncluster-config-file nodes.conf\n\
             cluster-node-timeout {}\nsave \"\"\nrepl-diskless-sync-delay 0\n",
            self.node_timeout
        );
        for (name, value) in &self.settings {
            let _ = writeln!(config, "{name} {value}");
        }
        let mut opening = Vec::new();
        for member in &members {
            opening.push(Step::Host(member.ip));
            opening.push(Step::Line("redis-server redis.conf".into()));
        }
        // A master that starts takes no writes for two seconds, for it may have been replaced.
        opening.push(Step::Line("sleep 3".into()));
        let hosts = members.iter().enumerate().map(|(at, member)| Host {
            ip: member.ip,
            zone: member.zone.clone(),
            files: vec![("nodes.conf".into(), nodes_conf(&members, at))],
        });
        let between = self.zones.iter().enumerate().flat_map(|(at, one)| {
            self.zones[at + 1..]
                .iter()
                .map(|other| Between { zones: (one.clone(), other.clone()), link: self.between })
        });
        Scenario {
            name: self.to_string(),
            compat: self.compat,
            clock: 1_765_369_000,
            seed: self.seed,
            link: self.link,
            between: between.collect(),
            env: Vec::new(),
            files: vec![("redis.conf".into(), config)],
            hosts: hosts.collect(),
            opening,
        }
    }

    fn members(&self) -> Vec<Member> {
        let (masters, replicas) = (usize::from(self.masters), usize::from(self.replicas));
        let zones = self.zones.len();
        // Not the lab's seed: the same design has the same node ids, whatever happens in it.
        let mut rng = Rng::new(0x0de5_1672);
        let mut in_zone = vec![0_usize; zones.max(1)];
        (0..masters * (1 + replicas))
            .map(|at| {
                let (copy, shard) = (at / masters, at % masters);
                let zone = if zones == 0 { 0 } else { (shard + copy) % zones };
                in_zone[zone] += 1;
                let number = in_zone[zone];
                let third = if zones == 0 { 0 } else { zone + 1 };
                let master = (copy > 0).then_some(shard);
                let first = shard * SLOTS / masters;
                let last = (shard + 1) * SLOTS / masters - 1;
                Member {
                    id: rng.hex(40),
                    ip: Ipv4Addr::new(10, third as u8, 0, number as u8),
                    zone: self.zones.get(zone).cloned(),
                    master,
                    epoch: shard + 1,
                    slots: master.is_none().then_some((first, last)),
                }
            })
            .collect()
    }
}

impl fmt::Display for Design {
    /// The line that [`Scenario::open`] takes; what is as by default is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let usual = Self::default();
        write!(f, "design masters={} replicas={}", self.masters, self.replicas)?;
        if !self.zones.is_empty() {
            write!(f, " zones={}", self.zones.join(","))?;
        }
        for (name, link, usual) in
            [("latency", self.link, usual.link), ("between", self.between, usual.between)]
        {
            if link != usual {
                write!(f, " {name}={}us", link.latency.0)?;
            }
        }
        if self.node_timeout != usual.node_timeout {
            write!(f, " node-timeout={}", self.node_timeout)?;
        }
        if self.compat == Compat::V7_0 {
            f.write_str(" version=7.0")?;
        }
        if self.seed != usual.seed {
            write!(f, " seed={}", self.seed)?;
        }
        for (name, value) in &self.settings {
            write!(f, " set={name}:{value}")?;
        }
        Ok(())
    }
}

/// The nodes.conf of one of them.
fn nodes_conf(members: &[Member], me: usize) -> String {
    let mut text = String::new();
    for (at, member) in members.iter().enumerate() {
        let myself = if at == me { "myself," } else { "" };
        let role = if member.master.is_some() { "slave" } else { "master" };
        let master = member.master.map_or("-", |master| members[master].id.as_str());
        let Member { id, ip, epoch, .. } = member;
        let _ = write!(text, "{id} {ip}:6379@16379 {myself}{role} {master} 0 0 {epoch} connected");
        if let Some((first, last)) = member.slots {
            let _ = write!(text, " {first}-{last}");
        }
        text.push('\n');
    }
    let epoch = members.iter().map(|member| member.epoch).max().unwrap_or(0);
    let _ = writeln!(text, "vars currentEpoch {epoch} lastVoteEpoch 0");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_spread_over_the_zones() {
        let design = Design::parse("masters=3 replicas=2 zones=a,b,c between=20ms").unwrap();
        let members = design.members();
        assert_eq!(members.len(), 9);
        for shard in 0..3 {
            let of_shard = |it: &&Member| it.epoch == shard + 1;
            let mut zones: Vec<_> = members.iter().filter(of_shard).map(|it| &it.zone).collect();
            zones.sort();
            zones.dedup();
            assert_eq!(zones.len(), 3, "shard {shard}");
        }
        let scenario = design.scenario();
        assert_eq!(scenario.between.len(), 3);
        let (a, b) = (scenario.hosts[0].ip, scenario.hosts[1].ip);
        assert_eq!(scenario.link_between(a, b).latency.0, 20_000);
        assert_eq!(scenario.link_between(a, a).latency.0, 200);
    }

    #[test]
    fn its_line_says_all_of_it() {
        let line = "design masters=3 replicas=2 zones=a,b,c between=20000us node-timeout=5000 \
                    version=7.0 seed=9 set=cluster-require-full-coverage:no";
        let scenario = Scenario::open(line).unwrap();
        assert_eq!(scenario.source(), line);
        assert_eq!(Scenario::open(&scenario.source()), Ok(scenario));
    }

    #[test]
    fn all_slots_are_given_to_masters_of_any_number() {
        for masters in [1, 3, 7, 50, 100] {
            let members = Design { masters, ..Design::default() }.members();
            let slots = members.iter().filter_map(|it| it.slots);
            assert_eq!(slots.map(|(first, last)| last + 1 - first).sum::<usize>(), SLOTS);
        }
    }

    #[test]
    fn a_mistake_is_named() {
        let why = |text| Design::parse(text).unwrap_err();
        assert!(why("masters=x").contains("whole number"));
        assert!(why("masters=0").contains("needs a master"));
        assert!(why("masters=150 replicas=1").contains("too many"));
        assert!(why("colour=red").contains("no 'colour'"));
        assert!(why("set=port:7000").contains("by the design itself"));
        assert!(why("zones=a,,b").contains("no name for a zone"));
        assert!(why("latency=0us").contains("above zero"));
    }
}
