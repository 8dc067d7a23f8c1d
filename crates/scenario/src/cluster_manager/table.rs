//! What `CLUSTER NODES` says, read.

use bus::SlotSet;

/// The number of hash slots.
pub(super) const SLOTS: usize = 16384;

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) id: String,
    pub(super) ip: String,
    pub(super) port: u16,
    pub(super) flags: Vec<String>,
    /// The id of the master that it replicates.
    pub(super) replicates: Option<String>,
    pub(super) slots: SlotSet,
    /// Slots that it gives away, and the ids of who gets them: only known of `myself`.
    pub(super) migrating: Vec<(u16, String)>,
    /// Slots that it takes over: only known of `myself`.
    pub(super) importing: Vec<u16>,
    /// The words that name its slots, as they stand there.
    pub(super) slot_words: Vec<String>,
}

impl Line {
    pub(super) fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|it| it == flag)
    }
}

/// Reads the table; lines that are no lines of it are left out.
pub(super) fn lines(text: &str) -> Vec<Line> {
    text.lines().filter_map(line).collect()
}

fn line(text: &str) -> Option<Line> {
    let mut words = text.split_whitespace();
    let id = words.next()?.to_owned();
    let address = words.next()?.split([',', '@']).next()?;
    let (ip, port) = address.rsplit_once(':')?;
    let flags = words.next()?.split(',').map(str::to_owned).collect();
    let master = words.next()?;
    let mut line = Line {
        id,
        ip: ip.into(),
        port: port.parse().ok()?,
        flags,
        replicates: (master != "-").then(|| master.into()),
        slots: SlotSet::EMPTY,
        migrating: Vec::new(),
        importing: Vec::new(),
        slot_words: Vec::new(),
    };
    for word in words.skip(4) {
        line.take_slots(word);
    }
    Some(line)
}

impl Line {
    /// Takes `5461-10922`, `866`, `[866->-id]` or `[866-<-id]` in.
    fn take_slots(&mut self, word: &str) {
        if let Some(open) = word.strip_prefix('[') {
            if let Some((slot, id)) = open.trim_end_matches(']').split_once("->-") {
                self.migrating.extend(slot.parse::<u16>().ok().map(|slot| (slot, id.into())));
            } else if let Some((slot, _)) = open.split_once("-<-") {
                self.importing.extend(slot.parse::<u16>().ok());
            }
            return;
        }
        let (from, to) = word.split_once('-').unwrap_or((word, word));
        if let (Ok(from), Ok(to)) = (from.parse::<u16>(), to.parse::<u16>()) {
            for slot in from..=to.min(SLOTS as u16 - 1) {
                self.slots.insert(slot);
            }
            self.slot_words.push(word.into());
        }
    }
}

/// What two nodes must agree on: who has which slots.
pub(super) fn signature(text: &str) -> Vec<String> {
    let owners = lines(text).into_iter().filter(|line| !line.slot_words.is_empty());
    let mut owners: Vec<_> = owners
        .map(|mut line| {
            line.slot_words.sort();
            format!("{}:{}", line.id, line.slot_words.join(","))
        })
        .collect();
    owners.sort();
    owners
}

/// Slots as ranges: `[0-865],[867-5460]`.
pub(super) fn ranges(slots: &SlotSet) -> String {
    let texts = slots.ranges().map(|(from, to)| match from == to {
        true => format!("[{from}]"),
        false => format!("[{from}-{to}]"),
    });
    texts.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
e7008901 127.0.0.1:21000@21050,host myself,master - 0 1795408812000 45 connected 0-2 5 [7->-2f3e]
2f3e1f0c 127.0.0.1:21004@21054 slave e7008901 0 1795408812000 39 connected
";

    #[test]
    fn a_line_tells_address_role_and_slots() {
        let lines = lines(TABLE);
        assert_eq!((lines[0].ip.as_str(), lines[0].port), ("127.0.0.1", 21000));
        assert!(lines[0].has("myself") && !lines[1].has("myself"));
        assert_eq!(ranges(&lines[0].slots), "[0-2],[5]");
        assert_eq!(lines[0].migrating, [(7, "2f3e".to_owned())]);
        assert_eq!(lines[1].replicates.as_deref(), Some("e7008901"));
        assert_eq!(signature(TABLE), ["e7008901:0-2,5"]);
    }
}
