//! How a lab starts: hosts, links, files, and what is typed before a person takes over.

mod design;
mod paste;
mod plain;
mod text;
mod write;

use std::net::Ipv4Addr;

use engine::Compat;
use sim::LinkSettings;

use crate::script::Step;

pub use design::{Design, NODES_MAX};
pub use paste::from_nodes;
pub use plain::Plain;
pub use text::ParseError;
pub(crate) use text::span;

/// The start of a lab. [`Scenario::parse`] reads one from text, [`Plain`] makes a simple one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// Its name.
    pub name: String,
    /// Which Redis its servers and programs speak like.
    pub compat: Compat,
    /// Unix time at [`engine::Time::ZERO`], seconds.
    pub clock: u64,
    /// The seed with which it opens when nobody names another.
    pub seed: u64,
    /// Every link, a host's link to itself included, but for those between zones.
    pub link: LinkSettings,
    /// Links between zones.
    pub between: Vec<Between>,
    /// Variables in the environment of every shell.
    pub env: Vec<(String, String)>,
    /// Files on every host's disk: name and text.
    pub files: Vec<(String, String)>,
    /// The hosts, in the order of their ids.
    pub hosts: Vec<Host>,
    /// What is typed, as soon as the consoles wait for it, before a person takes over.
    pub opening: Vec<Step>,
}

/// A host at the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// Its address.
    pub ip: Ipv4Addr,
    /// Where it stands.
    pub zone: Option<String>,
    /// Files on its disk beside those of every host: name and text.
    pub files: Vec<(String, String)>,
}

impl Host {
    /// A host that is added beside this one: in its zone, with its files but for what its server
    /// knows of the cluster.
    pub(crate) fn beside(&self, ip: Ipv4Addr) -> Self {
        let knows = |text: &str| text.lines().any(|line| line.starts_with("vars currentEpoch"));
        let files = self.files.iter().filter(|(_, text)| !knows(text)).cloned();
        Self { ip, zone: self.zone.clone(), files: files.collect() }
    }
}

/// How far two zones are from each other, both ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Between {
    /// Their names.
    pub zones: (String, String),
    /// The links from the hosts of one to those of the other.
    pub link: LinkSettings,
}

/// The scenarios that are built in: name and text.
const BUILT_IN: [(&str, &str); 1] =
    [("walkthrough", include_str!("../../scenarios/walkthrough.scenario"))];

impl Scenario {
    /// The names of the built-in scenarios.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|&(name, _)| name)
    }

    /// A built-in scenario.
    ///
    /// # Panics
    /// Never: the tests read each of them.
    #[must_use]
    pub fn built_in(name: &str) -> Option<Self> {
        let (_, text) = BUILT_IN.iter().find(|&&(it, _)| it == name)?;
        Some(Self::parse(text).expect("built-in scenarios are well-formed"))
    }

    /// The scenario that a text stands for: the name of a built-in one, a line `design masters=3 ...`
    /// ([`Design::parse`]), or a scenario's whole text ([`Scenario::parse`]).
    ///
    /// # Errors
    /// A sentence that says what is wrong with it, and where.
    pub fn open(source: &str) -> Result<Self, String> {
        if let Some(scenario) = Self::built_in(source) {
            return Ok(scenario);
        }
        if let Some(design) = source.strip_prefix("design")
            && !source.contains('\n')
        {
            return Ok(Design::parse(design)?.scenario());
        }
        if !source.contains('\n') {
            return Err(format!("there is no scenario '{source}'"));
        }
        Self::parse(source).map_err(|why| why.to_string())
    }

    /// The shortest text that [`Scenario::open`] makes this scenario of.
    #[must_use]
    pub fn source(&self) -> String {
        match Self::open(&self.name) {
            Ok(same) if same == *self => self.name.clone(),
            _ => self.to_string(),
        }
    }

    /// The link from one host to another as the scenario has it; nobody is cut off from itself.
    #[must_use]
    pub fn link_between(&self, from: Ipv4Addr, to: Ipv4Addr) -> LinkSettings {
        let find = |ip| self.hosts.iter().find(|host| host.ip == ip);
        match (find(from), find(to)) {
            (Some(from), Some(to)) => self.link_of(from, to),
            _ => self.link,
        }
    }

    /// The same for hosts of which it need not know.
    pub(crate) fn link_of(&self, from: &Host, to: &Host) -> LinkSettings {
        if from.ip == to.ip {
            return LinkSettings { blocked: false, ..self.link };
        }
        let (Some(one), Some(other)) = (&from.zone, &to.zone) else { return self.link };
        let is = |it: &&Between| {
            let (a, b) = (&it.zones.0, &it.zones.1);
            (a, b) == (one, other) || (b, a) == (one, other)
        };
        self.between.iter().find(is).map_or(self.link, |between| between.link)
    }

    /// The password that shells have for redis-cli, and clients for AUTH.
    pub(crate) fn password(&self) -> Option<String> {
        let found = self.env.iter().find(|(name, _)| name == "REDISCLI_AUTH");
        found.map(|(_, password)| password.clone())
    }

    /// Unix time at [`engine::Time::ZERO`], microseconds.
    #[must_use]
    pub const fn unix_us_at_zero(&self) -> u64 {
        self.clock * 1_000_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_scenario_is_well_formed_and_bears_its_name() {
        for name in Scenario::names() {
            assert_eq!(Scenario::built_in(name).map(|it| it.name).as_deref(), Some(name));
        }
        assert_eq!(Scenario::built_in("nowhere"), None);
    }
}
