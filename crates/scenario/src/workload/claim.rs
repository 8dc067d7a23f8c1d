//! What a node's nodes.conf says about itself: who it is, whom it follows, which slots it claims.

use std::net::{Ipv4Addr, SocketAddrV4};

/// The line `myself` of a nodes.conf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) node: String,
    pub(super) address: SocketAddrV4,
    /// The master that it follows; none for a master.
    pub(super) master: Option<String>,
    /// `configEpoch`; for a replica that of its master.
    pub(super) epoch: u64,
    /// First and last of each range.
    pub(super) slots: Vec<(u16, u16)>,
}

impl Claim {
    /// Reads one out of a file that a server on `host` wrote; none when it is no nodes.conf.
    pub(super) fn read(bytes: &[u8], host: Ipv4Addr) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let line = text.lines().find(|line| {
            line.split(' ').nth(2).is_some_and(|flags| flags.split(',').any(|it| it == "myself"))
        })?;
        let words: Vec<_> = line.split(' ').collect();
        let [node, address, _, master, _, _, epoch, _, slots @ ..] = words.as_slice() else {
            return None;
        };
        let address = address.split(['@', ',']).next()?;
        let port = address.rsplit_once(':')?.1.parse().ok()?;
        Some(Self {
            node: (*node).to_owned(),
            address: SocketAddrV4::new(host, port),
            master: (*master != "-").then(|| (*master).to_owned()),
            epoch: epoch.parse().ok()?,
            slots: slots.iter().filter_map(|it| range(it)).collect(),
        })
    }

    /// Whether it is a master that claims a slot.
    pub(super) fn is_owner(&self) -> bool {
        self.master.is_none() && !self.slots.is_empty()
    }
}

/// `7` or `0-5460`; open slots (`[7->-...]`) are none.
fn range(text: &str) -> Option<(u16, u16)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    Some((first.parse().ok()?, last.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_about_itself_is_read() {
        let text = "aa 10.0.0.2:6379@16379 master - 0 1 2 connected 5461-10922\n\
                    bb 10.0.0.1:6379@16379,h,shard-id=x myself,master - 0 0 7 connected 0-5460 5462 \
                    [9->-aa]\nvars currentEpoch 7 lastVoteEpoch 0\n";
        let host = Ipv4Addr::new(10, 0, 0, 1);
        let claim = Claim::read(text.as_bytes(), host).expect("a claim");
        assert_eq!((claim.node.as_str(), claim.epoch, claim.is_owner()), ("bb", 7, true));
        assert_eq!(claim.slots, [(0, 5460), (5462, 5462)]);
        assert_eq!(claim.address, SocketAddrV4::new(host, 6379));
        let replica = text.replace("myself,master -", "myself,slave aa");
        let claim = Claim::read(replica.as_bytes(), host).expect("a claim");
        assert_eq!(claim.master.as_deref(), Some("aa"));
        assert_eq!(Claim::read(b"REDIS0009\xfa", host), None);
    }
}
