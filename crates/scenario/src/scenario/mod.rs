//! How a lab starts: hosts, links, files, and what is typed before a person takes over.

mod plain;
mod text;

use std::net::Ipv4Addr;

use engine::Compat;
use sim::LinkSettings;

use crate::script::Step;

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
    /// Every link, a host's link to itself included.
    pub link: LinkSettings,
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
    /// Files on its disk beside those of every host: name and text.
    pub files: Vec<(String, String)>,
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
