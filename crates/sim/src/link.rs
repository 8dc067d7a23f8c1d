//! What lies between two hosts, in each direction.

use borsh::{BorshDeserialize, BorshSerialize};
use engine::time::Span;

use crate::host::HostId;

/// Which way of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Only from the first host to the second.
    OneWay,
    /// Both ways.
    Both,
}

/// One direction of a link between two hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct LinkSettings {
    /// One-way latency; at least 1 µs.
    pub latency: Span,
    /// Up to this much is added, uniformly.
    pub jitter: Span,
    /// Loss in parts per million of segments: shows as delay, by retransmission with back-off.
    pub loss_ppm: u32,
    /// Nothing passes: silence, until healed. What is on the wire already still arrives.
    pub blocked: bool,
}

impl LinkSettings {
    /// Between two hosts of a local network.
    pub const LAN: Self =
        Self { latency: Span(250), jitter: Span(50), loss_ppm: 0, blocked: false };

    /// From a host to itself.
    pub const LOOPBACK: Self =
        Self { latency: Span(100), jitter: Span(0), loss_ppm: 0, blocked: false };
}

/// All links: `rows[from][to]`.
#[derive(Debug, Default, Clone)]
pub(crate) struct Links {
    rows: Vec<Vec<LinkSettings>>,
    /// What links are like when nothing was done to them; empty: as they are.
    usual: Vec<Vec<LinkSettings>>,
    /// The smallest latency of all.
    shortest: Option<Span>,
}

impl Links {
    /// Links a new host to all others, and to itself.
    pub(crate) fn add_host(&mut self) {
        add_host(&mut self.rows);
        if !self.usual.is_empty() {
            add_host(&mut self.usual);
        }
        self.shortest = Some(self.shortest().min(LinkSettings::LOOPBACK.latency));
    }

    pub(crate) fn get(&self, from: HostId, to: HostId) -> LinkSettings {
        self.rows[usize::from(from.0)][usize::from(to.0)]
    }

    /// As links are now, they are usually; but nobody is usually cut off.
    pub(crate) fn note_usual(&mut self) {
        self.usual.clone_from(&self.rows);
        self.usual.iter_mut().flatten().for_each(|link| link.blocked = false);
    }

    pub(crate) fn usual(&self, from: HostId, to: HostId) -> LinkSettings {
        let usual = self.usual.get(usize::from(from.0)).and_then(|it| it.get(usize::from(to.0)));
        usual.copied().unwrap_or_else(|| self.get(from, to))
    }

    /// What a link is usually like from here on, though never cut.
    pub(crate) fn set_usual(&mut self, from: HostId, to: HostId, settings: LinkSettings) {
        let row = self.usual.get_mut(usize::from(from.0));
        if let Some(link) = row.and_then(|row| row.get_mut(usize::from(to.0))) {
            *link = LinkSettings { blocked: false, ..settings };
        }
    }

    /// Changes a link; tells what it is like from here on.
    pub(crate) fn set(
        &mut self,
        from: HostId,
        to: HostId,
        mut settings: LinkSettings,
    ) -> LinkSettings {
        settings.latency = settings.latency.max(Span(1));
        let link = &mut self.rows[usize::from(from.0)][usize::from(to.0)];
        let before = std::mem::replace(link, settings);
        self.shortest = if settings.latency <= self.shortest() {
            Some(settings.latency)
        } else if before.latency == self.shortest() {
            self.rows.iter().flatten().map(|link| link.latency).min()
        } else {
            self.shortest
        };
        settings
    }

    /// The smallest latency of any link: nobody hears of another sooner.
    pub(crate) fn shortest(&self) -> Span {
        self.shortest.unwrap_or(LinkSettings::LOOPBACK.latency)
    }
}

fn add_host(rows: &mut Vec<Vec<LinkSettings>>) {
    for row in &mut *rows {
        row.push(LinkSettings::LAN);
    }
    let mut row = vec![LinkSettings::LAN; rows.len()];
    row.push(LinkSettings::LOOPBACK);
    rows.push(row);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortest_latency_follows_every_change() {
        let mut links = Links::default();
        for _ in 0..3 {
            links.add_host();
        }
        let (a, b) = (HostId(0), HostId(1));
        let after = |links: &mut Links, from, to, latency| {
            links.set(from, to, LinkSettings { latency: Span(latency), ..LinkSettings::LAN });
            links.shortest().0
        };
        assert_eq!(links.shortest(), LinkSettings::LOOPBACK.latency);
        assert_eq!(after(&mut links, a, b, 0), 1);
        assert_eq!(after(&mut links, b, a, 30), 1);
        assert_eq!(after(&mut links, a, b, 5000), 30);
        assert_eq!(after(&mut links, b, a, 70_000), 100);
    }
}
