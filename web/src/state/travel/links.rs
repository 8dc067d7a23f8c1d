//! Links to a moment, as the page makes and follows them.

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
        /// The link to it.
        link: String,
        /// What is known about it: virtual milliseconds and actions.
        about: (f64, usize),
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
            Travelled::Link { purpose: LinkPurpose::Remember, moment } => remember(&moment),
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

/// Remembers a lab until the next visit, if anything was done to it.
fn remember(moment: &SharedMoment) {
    if moment.actions > 0 && moment.link.len() <= MEMORY_MAX {
        let about = format!("{} {} {}", moment.now_ms, moment.actions, moment.link);
        browser::remember(MEMORY, &about);
    }
}

/// The lab of the last visit.
pub fn remembered() -> Option<LinkNotice> {
    let about = browser::recall(MEMORY)?;
    let mut words = about.split(' ');
    let now_ms = words.next()?.parse().ok()?;
    let actions = words.next()?.parse().ok()?;
    let link = words.next()?.to_owned();
    Some(LinkNotice::Remembered { link, about: (now_ms, actions) })
}

/// Forgets it.
pub fn forget() {
    browser::remember(MEMORY, "");
}
