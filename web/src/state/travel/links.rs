//! Links to a moment, as the page makes and follows them.

use bridge::workshop::Left;
use bridge::{Arrival, LinkFault, LinkPurpose, SharedMoment, ToHub, Travel, Travelled};

use super::super::{Phase, State};
use super::Notice;
use crate::browser;

/// Where the last lab is remembered between visits.
const MEMORY: &str = "last-lab";
/// Links up to this long are remembered, bytes.
const MEMORY_MAX: usize = 200_000;

/// What became of a link that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Saved {
    /// It is in the address, and on the clipboard where the browser allows it.
    Copied {
        /// Whether it does.
        on_clipboard: bool,
    },
    /// It is in a file.
    File,
    /// It is part of a report.
    Report,
    /// Not a link: the lab as a folder for real servers.
    TakenAway,
}

/// What there is to say about a link.
#[derive(Debug, Clone, PartialEq)]
pub enum LinkNotice {
    /// One that was asked for is there.
    Saved(Saved),
    /// One was not followed.
    Refused(LinkFault),
    /// One was followed to its end, or stopped on the way.
    Arrived(Arrival),
    /// A lab of an earlier visit can be had again.
    Remembered {
        /// Where it was left.
        left: Left,
        /// What is known about it: virtual milliseconds and actions.
        about: (f64, usize),
        /// The exercise that it was the lab of.
        exercise: Option<String>,
    },
}

/// Links that are under way.
#[derive(Debug, Clone, Default)]
pub struct Links {
    /// A link that came with the address, until the hub listens.
    pub waiting: Option<String>,
    /// The moment that a link leads to, while it is followed: virtual milliseconds.
    pub following: Option<f64>,
    /// Links that came and wait to be put where they were asked for.
    pub fresh: Option<(LinkPurpose, SharedMoment)>,
    /// Counts them.
    pub count: usize,
    /// The link that the address holds.
    pub in_address: Option<String>,
}

impl State {
    pub(super) fn follow(&mut self, link: String) {
        self.past.notice = None;
        self.past.links.following = None;
        self.past.links.in_address = Some(link.clone());
        if self.phase == Phase::Starting {
            self.past.links.waiting = Some(link);
        } else {
            self.send(ToHub::Travel(Travel::Follow { link }));
        }
    }

    pub(super) fn saved(&mut self, saved: Saved) {
        if let (Saved::Copied { .. }, Some((_, moment))) = (&saved, &self.past.links.fresh) {
            self.past.links.in_address = Some(moment.link.clone());
        }
        self.past.notice = Some(Notice::Link(LinkNotice::Saved(saved)));
    }

    /// A folder for real servers came.
    pub(in crate::state) fn taken_away(&mut self, bytes: &[u8]) {
        browser::save("failover-lab.tar", "application/x-tar", bytes);
        self.saved(Saved::TakenAway);
    }

    pub(super) fn hear_of_link(&mut self, told: Travelled) {
        match told {
            Travelled::Link { purpose: LinkPurpose::Remember, moment } => {
                remember(&moment, self.workshop.of_the_catalogue());
            }
            Travelled::Link { purpose, moment } => {
                self.past.links.fresh = Some((purpose, moment));
                self.past.links.count += 1;
            }
            Travelled::Refused(why) => {
                self.past.notice = Some(Notice::Link(LinkNotice::Refused(why)));
                self.past.links.in_address = None;
                if self.lab.is_none() {
                    // It came with the address: the page opens as it does without one.
                    self.open_usual();
                }
            }
            Travelled::Following { until_ms } => self.past.links.following = Some(until_ms),
            Travelled::Arrived(arrival) => {
                self.past.links.following = None;
                self.past.notice = Some(Notice::Link(LinkNotice::Arrived(arrival)));
            }
            Travelled::Branches { .. } => {}
        }
    }
}

/// Remembers a lab until the next visit, if anything was done to it, and the exercise whose lab it is.
fn remember(moment: &SharedMoment, exercise: Option<&str>) {
    if moment.actions > 0 && moment.link.len() <= MEMORY_MAX {
        let mut about = format!("{} {} {}", moment.now_ms, moment.actions, moment.link);
        if let Some(id) = exercise {
            let went_on: Vec<_> = moment.went_on_us.iter().map(u64::to_string).collect();
            about = format!("{about} {id} {}", went_on.join(","));
        }
        browser::remember(MEMORY, &about);
    }
}

/// The lab of the last visit.
pub fn remembered() -> Option<LinkNotice> {
    read(&browser::recall(MEMORY)?)
}

fn read(about: &str) -> Option<LinkNotice> {
    let mut words = about.split(' ');
    let now_ms = words.next()?.parse().ok()?;
    let actions = words.next()?.parse().ok()?;
    let link = words.next()?.to_owned();
    let exercise = words.next().map(str::to_owned);
    let went_on = words.next().unwrap_or_default().split(',');
    let went_on_us = went_on.filter_map(|it| it.parse().ok()).collect();
    let left = Left { link, went_on_us };
    Some(LinkNotice::Remembered { left, about: (now_ms, actions), exercise })
}

/// Forgets it.
pub fn forget() {
    browser::remember(MEMORY, "");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remembered_lab_is_read_with_and_without_an_exercise() {
        let left = |went_on_us: &[u64]| Left { link: "L".into(), went_on_us: went_on_us.into() };
        for (about, left, exercise) in [
            ("12.5 3 L", left(&[]), None),
            ("12.5 3 L manual-failover ", left(&[]), Some("manual-failover")),
            ("12.5 3 L manual-failover 7,9", left(&[7, 9]), Some("manual-failover")),
        ] {
            let exercise = exercise.map(str::to_owned);
            let read = read(about);
            assert_eq!(read, Some(LinkNotice::Remembered { left, about: (12.5, 3), exercise }));
        }
        assert_eq!(read(""), None);
        assert_eq!(read("nonsense"), None);
    }
}
