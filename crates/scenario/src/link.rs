//! A moment of a lab as text that fits into an address: scenario, seed, what was done, and what it
//! comes to.
//!
//! One byte tells the version of the form, four hold a checksum of the rest, and the rest is the
//! borsh form of a [`Link`], deflated; all of it in base64 as addresses allow it. In a file the text
//! stands on a line of its own; lines that begin with `#` are for people.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use borsh::{BorshDeserialize, BorshSerialize};
use engine::Time;
use miniz_oxide::{deflate, inflate};
use xxhash_rust::xxh3::xxh3_64;

use crate::lab::Action;
use crate::scenario::NODES_MAX;
use crate::{Lab, Scenario};

/// What decides what a history comes to: the version of these crates, and a fingerprint of them.
pub const ENGINE: &str = concat!(env!("CARGO_PKG_VERSION"), "+", env!("ENGINE_FINGERPRINT"));

/// The form that is written.
const VERSION: u8 = 1;
/// The longest text that is read, and what it may hold.
const TEXT_MAX: usize = 1 << 20;
const BYTES_MAX: usize = 8 << 20;
const ACTIONS_MAX: usize = 100_000;
/// The latest moment: some 35 years.
const LATEST: Time = Time(1 << 50);

/// A moment of a lab: whoever opens the same scenario with the same seed and does the same at the
/// same times comes to the same hash.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Link {
    /// The engine that it was made with ([`ENGINE`]).
    pub engine: String,
    /// What [`Scenario::open`] makes the scenario of.
    pub scenario: String,
    /// The seed.
    pub seed: u64,
    /// The moment.
    pub now: Time,
    /// The trace's hash at that moment.
    pub hash: u64,
    /// What was done, in order.
    pub actions: Vec<(Time, Action)>,
}

/// Why a text is no link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkError {
    /// It is not what it was when it was made, or never was a link.
    Damaged,
    /// It is larger than any that is made here.
    TooLarge,
    /// A later version has written it.
    Newer,
    /// Its scenario cannot be opened here.
    NoScenario,
}

impl Link {
    /// To the present of a lab that was opened with this seed.
    #[must_use]
    pub fn to(lab: &Lab, seed: u64) -> Self {
        Self {
            engine: ENGINE.to_owned(),
            scenario: lab.scenario().source(),
            seed,
            now: lab.world.now(),
            hash: lab.world.trace_hash(),
            actions: lab.history().to_vec(),
        }
    }

    /// The text for an address.
    #[must_use]
    pub fn encode(&self) -> String {
        let plain = borsh::to_vec(self).expect("writing to memory does not fail");
        let packed = deflate::compress_to_vec(&plain, 9);
        let mut bytes = vec![VERSION];
        bytes.extend(checksum(&packed));
        bytes.extend(packed);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads the text of an address or of a file, and the scenario that it names.
    ///
    /// # Errors
    /// Why it is no link to a moment of a lab that can be opened here.
    pub fn decode(text: &str) -> Result<(Self, Scenario), LinkError> {
        if text.len() > TEXT_MAX {
            return Err(LinkError::TooLarge);
        }
        let lines = text.lines().map(str::trim).filter(|it| !it.is_empty() && !it.starts_with('#'));
        let text: String = lines.collect();
        let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('='));
        let bytes = bytes.map_err(|_| LinkError::Damaged)?;
        let (&version, rest) = bytes.split_first().ok_or(LinkError::Damaged)?;
        if version > VERSION {
            return Err(LinkError::Newer);
        }
        let (sum, packed) = rest.split_at_checked(4).ok_or(LinkError::Damaged)?;
        if version != VERSION || sum != checksum(packed) {
            return Err(LinkError::Damaged);
        }
        let plain = inflate::decompress_to_vec_with_limit(packed, BYTES_MAX);
        let plain = plain.map_err(|why| match why.status {
            inflate::TINFLStatus::HasMoreOutput => LinkError::TooLarge,
            _ => LinkError::Damaged,
        })?;
        let link: Self = borsh::from_slice(&plain).map_err(|_| LinkError::Damaged)?;
        link.check()
    }

    fn check(self) -> Result<(Self, Scenario), LinkError> {
        let scenario = Scenario::open(&self.scenario).map_err(|_| LinkError::NoScenario)?;
        if self.actions.len() > ACTIONS_MAX || self.now > LATEST {
            return Err(LinkError::TooLarge);
        }
        let (mut before, mut hosts) = (Time::ZERO, scenario.hosts.len());
        for (at, action) in &self.actions {
            if *at < before || *at > self.now || !action.fits(hosts) {
                return Err(LinkError::Damaged);
            }
            before = *at;
            // Whatever is typed may add hosts.
            if let Action::Type { .. } = action {
                hosts = hosts.max(NODES_MAX);
            }
        }
        Ok((self, scenario))
    }
}

fn checksum(bytes: &[u8]) -> [u8; 4] {
    (xxh3_64(bytes) as u32).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use engine::time::Span;
    use sim::{HostId, LinkSettings, Pid};

    use super::*;

    fn link() -> Link {
        let settings = LinkSettings { blocked: true, ..LinkSettings::LAN };
        let host = HostId(2);
        Link {
            engine: ENGINE.to_owned(),
            scenario: "walkthrough".to_owned(),
            seed: 77,
            now: Time(90_000_001),
            hash: 0x1234_5678_9abc_def0,
            actions: vec![
                (Time(5), Action::Type { host, line: "redis-cli set ключ 값".to_owned() }),
                (Time(5), Action::Interrupt { host }),
                (Time(70), Action::Link { from: host, to: HostId(5), settings }),
                (Time(90_000_001), Action::Crashed { pid: Pid(1415) }),
            ],
        }
    }

    fn decode(text: &str) -> Result<Link, LinkError> {
        Link::decode(text).map(|(link, _)| link)
    }

    #[test]
    fn a_link_is_the_same_after_its_way_through_an_address_or_a_file() {
        let text = link().encode();
        assert!(text.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-' || it == b'_'));
        assert_eq!(decode(&text), Ok(link()));
        assert_eq!(decode(&format!("# for people\n{text}\n")), Ok(link()));
        println!("{} bytes: {text}", text.len());
    }

    #[test]
    fn any_change_is_noticed() {
        let text = link().encode();
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).expect("it is ASCII");
            assert!(Link::decode(&changed).is_err(), "at {at}");
            assert!(Link::decode(&text[..at]).is_err(), "cut at {at}");
        }
        assert_eq!(decode("nonsense!"), Err(LinkError::Damaged));
    }

    fn sealed(version: u8, packed: &[u8]) -> String {
        let mut bytes = vec![version];
        bytes.extend(checksum(packed));
        bytes.extend(packed);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    #[test]
    fn what_is_newer_too_large_or_elsewhere_is_told_as_such() {
        let packed = deflate::compress_to_vec(&borsh::to_vec(&link()).unwrap(), 9);
        assert_eq!(decode(&sealed(VERSION, &packed)), Ok(link()));
        assert_eq!(decode(&sealed(VERSION + 1, &packed)), Err(LinkError::Newer));
        let bomb = deflate::compress_to_vec(&vec![0; BYTES_MAX + 1], 9);
        assert_eq!(decode(&sealed(VERSION, &bomb)), Err(LinkError::TooLarge));
        assert_eq!(decode(&"A".repeat(TEXT_MAX + 1)), Err(LinkError::TooLarge));
        let elsewhere = Link { scenario: "nowhere".to_owned(), ..link() };
        assert_eq!(decode(&elsewhere.encode()), Err(LinkError::NoScenario));
    }

    #[test]
    fn a_host_that_was_added_can_be_typed_at() {
        let line = |host: u16, line: &str| Action::Type { host: HostId(host), line: line.into() };
        let added = vec![(Time(1), line(0, "host add")), (Time(9), line(6, "redis-server"))];
        let link = Link { actions: added, ..link() };
        assert_eq!(decode(&link.encode()), Ok(link.clone()));
        let many = vec![(Time(1), line(0, "host add")), (Time(9), line(200, "date"))];
        assert_eq!(decode(&Link { actions: many, ..link }.encode()), Err(LinkError::Damaged));
    }

    #[test]
    fn actions_that_no_person_can_have_done_are_damage() {
        let host = HostId(6);
        let slow = LinkSettings { latency: Span(u64::MAX), ..LinkSettings::LAN };
        for (at, action) in [
            (Time(1), Action::Interrupt { host }),
            (Time(90_000_002), Action::Interrupt { host: HostId(0) }),
            (Time(1), Action::Link { from: HostId(0), to: host, settings: LinkSettings::LAN }),
            (Time(1), Action::Link { from: HostId(0), to: HostId(1), settings: slow }),
        ] {
            let link = Link { actions: vec![(at, action)], ..link() };
            assert_eq!(decode(&link.encode()), Err(LinkError::Damaged));
        }
    }
}
