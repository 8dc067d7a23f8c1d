//! What real servers say of their cluster, and how their processes are.

use std::fs;
use std::net::Ipv4Addr;

use workshop::condition::Server;

use super::ask::Line;
use super::real::Seat;

/// A line of CLUSTER NODES.
pub struct Node<'a> {
    /// Its name.
    pub id: &'a str,
    /// Its address, on this machine.
    pub ip: Ipv4Addr,
    flags: &'a str,
    /// The name of its master, or `-`.
    pub master: &'a str,
    /// Its config epoch; for a replica that of its master.
    pub epoch: u64,
    /// Its slots: ranges, ends included.
    pub slots: Vec<(u16, u16)>,
}

impl<'a> Node<'a> {
    /// Reads one.
    #[must_use]
    pub fn read(line: &'a str) -> Option<Self> {
        let mut fields = line.split(' ');
        let [id, address, flags, master] = [(); 4].map(|()| fields.next());
        let ip = address?.split(':').next()?.parse().ok()?;
        let epoch = fields.nth(2)?.parse().ok()?;
        let slots = fields.skip(1).filter_map(|range| {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            Some((first.parse().ok()?, last.parse().ok()?))
        });
        let slots = slots.collect();
        Some(Self { id: id?, ip, flags: flags?, master: master?, epoch, slots })
    }

    /// Whether it has this flag.
    #[must_use]
    pub fn has(&self, flag: &str) -> bool {
        self.flags.split(',').any(|it| it == flag)
    }
}

/// The process of a host's last server, and its state.
#[must_use]
pub fn process(seat: &Seat) -> (Option<u32>, Server) {
    let pids = fs::read_to_string(&seat.pids).unwrap_or_default();
    let last = pids.split_whitespace().next_back().and_then(|pid| pid.parse().ok());
    let Some(pid) = last else { return (None, Server::Stopped) };
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let state = status.lines().find_map(|line| line.strip_prefix("State:"));
    let server = match state.and_then(|it| it.trim_start().chars().next()) {
        None | Some('Z' | 'X') => Server::Stopped,
        Some('T') => Server::Frozen,
        Some(_) => Server::Running,
    };
    (Some(pid), server)
}

/// The state of a host's last server.
#[must_use]
pub fn state(seat: &Seat) -> Server {
    process(seat).1
}

/// What a server says of itself.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Its host.
    pub seat: Seat,
    /// Whether it is a master.
    pub master: bool,
    /// Its config epoch.
    pub epoch: u64,
    /// The slots that it claims.
    pub slots: Vec<(u16, u16)>,
}

/// What each server that answers says of itself.
#[must_use]
pub fn claims(seats: &[Seat], password: Option<&str>) -> Vec<Claim> {
    let running = seats.iter().filter(|seat| state(seat) == Server::Running);
    let claim = |seat: &Seat| {
        let questions: [&[&str]; 1] = [&["CLUSTER", "NODES"]];
        let [text] = Line::dial(seat.server, password).ok()?.ask(questions).ok()?;
        let node = text.lines().filter_map(Node::read).find(|node| node.has("myself"))?;
        let master = node.has("master");
        Some(Claim { seat: seat.clone(), master, epoch: node.epoch, slots: node.slots })
    };
    running.filter_map(claim).collect()
}

/// Whose a slot is: of those who claim it the one with the greatest epoch.
#[must_use]
pub fn owner(claims: &[Claim], slot: u16) -> Option<&Claim> {
    let has = |it: &&Claim| it.slots.iter().any(|&(first, last)| (first..=last).contains(&slot));
    claims.iter().filter(|it| it.master).filter(has).max_by_key(|it| it.epoch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_cluster_nodes_is_read() {
        let text = "07c37df 127.26.0.4:6379@16379 myself,slave,fail? e7d1eec 0 142 4 connected 1 3-5 \
                    [93-<-29]";
        let node = Node::read(text).unwrap();
        assert_eq!((node.id, node.ip), ("07c37df", Ipv4Addr::new(127, 26, 0, 4)));
        assert!(node.has("slave") && node.has("fail?") && !node.has("fail"));
        assert_eq!((node.master, node.epoch), ("e7d1eec", 4));
        assert_eq!(node.slots, [(1, 1), (3, 5)]);
        assert!(Node::read("").is_none());
    }
}
