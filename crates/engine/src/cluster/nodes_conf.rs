//! nodes.conf: the lines of CLUSTER NODES, read back at the next start.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use bus::{IpText, NodeFlags, NodeId, Slot};

use super::node_table::{Ix, ME, Peer};
use super::random_id;
use crate::config::Compat;
use crate::event::Event;
use crate::io::Output;
use crate::log::Level;
use crate::node::Node;
use crate::view::{FLAG_WORDS, flag_names};

/// For whom a line is written: only the file has the fields that 7.2 added to the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    Client,
    Disk,
}

/// A line that can not be read.
struct Corrupted;

impl Node {
    /// One line, without its end.
    pub(super) fn describe(&self, ix: Ix, reader: Reader) -> String {
        let peer = &self.cluster.nodes[ix];
        let mut line = format!("{} {}:{}@{}", peer.id, peer.ip, peer.port, peer.cport);
        if !peer.hostname.is_empty() {
            line += &format!(",{}", peer.hostname);
        }
        if reader == Reader::Disk && self.compat == Compat::V8_2 {
            line += &auxiliary_fields(peer);
        }
        let master = peer.master.map(|master| &self.cluster.nodes[master]);
        let master_id = master.map_or("-".into(), |master| master.id.to_string());
        let epoch = master.filter(|_| peer.is_replica()).unwrap_or(peer).config_epoch;
        let connected = if peer.link.is_some() || ix == ME { "connected" } else { "disconnected" };
        line += &format!(
            " {} {master_id} {} {} {epoch} {connected}",
            flag_words(peer.flags),
            peer.ping_sent,
            peer.pong_received
        );
        for (first, last) in peer.slots().ranges() {
            line += &if first == last { format!(" {first}") } else { format!(" {first}-{last}") };
        }
        if ix == ME {
            line += &self.open_slots();
        }
        line
    }

    fn open_slots(&self) -> String {
        let id = |ix: &Ix| self.cluster.nodes[*ix].id;
        let leaving = self.cluster.migrating.iter().map(|(slot, to)| (*slot, "->-", id(to)));
        let coming = self.cluster.importing.iter().map(|(slot, from)| (*slot, "-<-", id(from)));
        let mut open: Vec<(Slot, &str, NodeId)> = leaving.chain(coming).collect();
        open.sort_unstable();
        open.iter().map(|(slot, arrow, node)| format!(" [{slot}{arrow}{node}]")).collect()
    }

    /// Lines for all nodes, by id; the file leaves out those in handshake.
    pub(super) fn describe_all(&self, reader: Reader) -> String {
        let mut text = String::new();
        for (ix, peer) in self.cluster.nodes.iter() {
            if reader == Reader::Client || !peer.in_handshake() {
                text += &self.describe(ix, reader);
                text.push('\n');
            }
        }
        text
    }

    /// Writes nodes.conf.
    pub(super) fn save_config(&mut self) {
        if self.machine.disk_full {
            return self.die_of_full_disk();
        }
        let mut text = self.describe_all(Reader::Disk);
        text += &format!(
            "vars currentEpoch {} lastVoteEpoch {}\n",
            self.cluster.current_epoch, self.cluster.last_vote_epoch
        );
        let name = self.config.cluster_config_file.clone();
        self.emit(Output::WriteFile { name, bytes: text.into_bytes() });
        self.tell_config();
    }

    /// Tells observers what the file says of this node.
    fn tell_config(&mut self) {
        let nodes = &self.cluster.nodes;
        let me = self.cluster.me();
        let master = me.master.filter(|_| me.is_replica()).map(|ix| &nodes[ix]);
        let failing = nodes.iter().filter(|(_, peer)| peer.failed() || peer.possibly_failed());
        let event = Event::Configured {
            master: master.map(|it| it.id),
            epoch: master.unwrap_or(me).config_epoch,
            slots: me.slots().ranges().collect(),
            failing: failing.map(|(_, peer)| (peer.id, peer.failed())).collect(),
        };
        self.event(event);
    }

    /// Reads nodes.conf, or makes a new identity and saves it; opens the bus port.
    ///
    /// # Errors
    /// What redis-server logs before it exits with 1.
    pub(crate) fn cluster_boot(&mut self, nodes_conf: Option<&[u8]>) -> Result<(), String> {
        let now = self.ms();
        self.cluster.me_mut().created = now;
        match nodes_conf.filter(|bytes| !bytes.is_empty()) {
            Some(bytes) => {
                let corrupted = |_| self.corruption_complaint();
                let text = core::str::from_utf8(bytes).map_err(corrupted)?;
                self.load_config(text).map_err(|_| self.corruption_complaint())?;
                let id = self.cluster.me().id;
                self.log(Level::Notice, format!("Node configuration loaded, I'm {id}"));
                self.tell_config();
            }
            None => {
                let id = self.cluster.me().id;
                self.log(Level::Notice, format!("No cluster configuration found, I'm {id}"));
                self.save_config();
            }
        }
        let (port, cport) = self.config.announced_ports();
        let announced = IpText::new(&self.config.cluster_announce_ip);
        let hostname = self.config.cluster_announce_hostname.clone();
        let human = self.config.cluster_announce_human_nodename.clone();
        let me = self.cluster.me_mut();
        (me.port, me.cport, me.pport) = (port, cport, 0);
        (me.hostname, me.human) = (hostname, human);
        if !announced.is_empty() {
            me.ip = announced;
        }
        let bus_port = self.config.bus_port();
        self.emit(Output::Listen { port: bus_port });
        Ok(())
    }

    fn corruption_complaint(&self) -> String {
        match self.compat {
            Compat::V7_0 => "Unrecoverable error: corrupted cluster config file.".into(),
            Compat::V8_2 => format!(
                "Unrecoverable error: corrupted cluster config file \"{}\".",
                self.config.cluster_config_file
            ),
        }
    }

    fn load_config(&mut self, text: &str) -> Result<(), Corrupted> {
        let lines: Vec<Vec<&str>> = text
            .lines()
            .map(|line| line.split_ascii_whitespace().collect::<Vec<_>>())
            .filter(|words| !words.is_empty())
            .collect();
        let (vars, nodes): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line[0] == "vars");
        // Our own name first, so that lines of others can refer to it.
        let myself = nodes.iter().find(|line| line.get(2).is_some_and(|it| it.contains("myself")));
        let id = myself.ok_or(Corrupted)?[0].parse().map_err(|_| Corrupted)?;
        self.cluster.nodes.rename(ME, id);
        for line in nodes {
            self.load_node(line)?;
        }
        for line in vars {
            self.load_vars(&line[1..])?;
        }
        self.cluster.current_epoch = self.greatest_epoch();
        Ok(())
    }

    fn load_vars(&mut self, words: &[&str]) -> Result<(), Corrupted> {
        for pair in words.chunks(2) {
            let value = pair.get(1).and_then(|it| it.parse().ok()).ok_or(Corrupted)?;
            match pair[0] {
                "currentEpoch" => self.cluster.current_epoch = value,
                "lastVoteEpoch" => self.cluster.last_vote_epoch = value,
                _ => {}
            }
        }
        Ok(())
    }

    fn load_node(&mut self, words: &[&str]) -> Result<(), Corrupted> {
        let [id, address, flags, master, ping, pong, epoch, _link, slots @ ..] = words else {
            return Err(Corrupted);
        };
        let ix = self.find_or_add(id)?;
        self.load_address(ix, address)?;
        let now = self.ms();
        let peer = &mut self.cluster.nodes[ix];
        peer.flags = NodeFlags::default();
        for word in flags.split(',').filter(|word| *word != "noflags") {
            let known = FLAG_WORDS.iter().find(|(_, name)| name == &word).ok_or(Corrupted)?;
            peer.flags.set(known.0);
        }
        if peer.failed() {
            peer.fail_time = now;
        }
        // Times of another life are "just now".
        peer.ping_sent = if *ping == "0" { 0 } else { now };
        peer.pong_received = if *pong == "0" { 0 } else { now };
        if !peer.is_replica() {
            peer.config_epoch = epoch.parse().map_err(|_| Corrupted)?;
        }
        if *master != "-" {
            let master = self.find_or_add(master)?;
            self.cluster.nodes.set_master(ix, Some(master));
            if self.compat == Compat::V8_2 {
                self.cluster.nodes[ix].shard = self.cluster.nodes[master].shard;
            }
        }
        slots.iter().try_for_each(|word| self.load_slots(ix, word))
    }

    fn find_or_add(&mut self, id: &str) -> Result<Ix, Corrupted> {
        let id: NodeId = id.parse().map_err(|_| Corrupted)?;
        if let Some(ix) = self.cluster.nodes.find(&id) {
            return Ok(ix);
        }
        let shard = random_id(&mut self.rng);
        let peer = Peer::new(id, shard, NodeFlags::default(), self.ms());
        Ok(self.cluster.nodes.insert(peer))
    }

    /// `ip:port[@cport][,hostname][,name=value ...]`
    fn load_address(&mut self, ix: Ix, address: &str) -> Result<(), Corrupted> {
        let mut fields = address.split(',');
        let (ip, ports) = fields.next().and_then(|it| it.rsplit_once(':')).ok_or(Corrupted)?;
        let (port, cport) = ports.split_once('@').unwrap_or((ports, "0"));
        let peer = &mut self.cluster.nodes[ix];
        peer.ip = IpText::new(ip);
        peer.port = port.parse().map_err(|_| Corrupted)?;
        peer.cport = cport.parse().map_err(|_| Corrupted)?;
        if peer.cport == 0 {
            peer.cport = peer.port.wrapping_add(10000);
        }
        peer.hostname = fields.next().unwrap_or("").into();
        for field in fields {
            match field.split_once('=') {
                Some(("shard-id", id)) => peer.shard = id.parse().map_err(|_| Corrupted)?,
                Some(("nodename", name)) => peer.human = name.into(),
                _ => {}
            }
        }
        Ok(())
    }

    /// `7`, `7-9`, `[7->-id]` or `[7-<-id]`
    fn load_slots(&mut self, ix: Ix, word: &str) -> Result<(), Corrupted> {
        let slot = |text: &str| text.parse::<Slot>().ok().filter(|&it| it < bus::SLOTS as Slot);
        if let Some(open) = word.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            let (number, leaving, id) = if let Some((number, id)) = open.split_once("->-") {
                (number, true, id)
            } else {
                let (number, id) = open.split_once("-<-").ok_or(Corrupted)?;
                (number, false, id)
            };
            let (number, other) = (slot(number).ok_or(Corrupted)?, self.find_or_add(id)?);
            let cluster = &mut self.cluster;
            let open = if leaving { &mut cluster.migrating } else { &mut cluster.importing };
            open.insert(number, other);
            return Ok(());
        }
        let (first, last) = word.split_once('-').unwrap_or((word, word));
        let range = slot(first).zip(slot(last)).ok_or(Corrupted)?;
        for slot in range.0..=range.1 {
            self.cluster.nodes.release(slot);
            self.cluster.nodes.assign(slot, ix);
        }
        Ok(())
    }
}

/// The fields that 7.2 appends to the address, an empty hostname included.
fn auxiliary_fields(peer: &Peer) -> String {
    let mut fields = String::new();
    if peer.hostname.is_empty() {
        fields.push(',');
    }
    fields += ",tls-port=0";
    if !peer.human.is_empty() {
        fields += &format!(",nodename={}", peer.human);
    }
    fields + &format!(",shard-id={}", peer.shard)
}

/// `myself,master`, or `noflags`.
fn flag_words(flags: NodeFlags) -> String {
    let words: Vec<&str> = flag_names(flags).collect();
    if words.is_empty() { "noflags".into() } else { words.join(",") }
}

#[cfg(test)]
mod tests {
    use super::super::testing::lone_node;
    use super::*;

    const SAMPLE: &str = "\
e70089010d65698ae06c0867b7092db11d75344a 127.0.0.1:21000@21050 slave \
d85617dc1debe167e38d91c167a52eeffb1f090d 0 1795409010462 57 connected
2f3e1f0c5140efac06a7bd8fcbbd9304ceba160d 127.0.0.1:21004@21054 myself,master - 0 1795409010000 39 \
connected 5463-10922
d85617dc1debe167e38d91c167a52eeffb1f090d 127.0.0.1:21006@21056 master - 0 1795409010000 57 \
connected 0-5462
vars currentEpoch 57 lastVoteEpoch 56
";

    #[test]
    fn a_file_of_redis_is_read() {
        let mut node = lone_node(Compat::V7_0);
        assert!(node.load_config(SAMPLE).is_ok());
        assert_eq!(node.cluster.me().id.as_str(), "2f3e1f0c5140efac06a7bd8fcbbd9304ceba160d");
        assert_eq!(node.cluster.nodes.len(), 3);
        assert_eq!((node.cluster.current_epoch, node.cluster.last_vote_epoch), (57, 56));
        let master = node.cluster.nodes.owner(0).expect("somebody owns it");
        let replica = node.cluster.nodes.replicas_of(master).next().expect("one");
        assert_eq!(node.cluster.nodes[replica].port, 21000);
        assert_eq!(node.cluster.nodes[replica].config_epoch, 0, "a replica's is its master's");
        assert_eq!(node.cluster.nodes[master].cport, 21056);
    }

    #[test]
    fn what_is_written_is_read_back() {
        for compat in [Compat::V7_0, Compat::V8_2] {
            let mut node = lone_node(compat);
            assert!(node.load_config(SAMPLE).is_ok());
            let text = node.describe_all(Reader::Disk);
            assert_eq!(text.contains(",,tls-port=0,shard-id="), compat == Compat::V8_2);
            let mut other = lone_node(compat);
            assert!(other.load_config(&text).is_ok(), "{text}");
            assert_eq!(other.describe_all(Reader::Disk), text);
        }
    }

    #[test]
    fn a_damaged_file_ends_the_process() {
        for damaged in
            ["nonsense", "e700 127.0.0.1:1@2 myself,master - 0 0 0 connected", "\u{fffd}"]
        {
            let mut node = lone_node(Compat::V7_0);
            assert_eq!(
                node.cluster_boot(Some(damaged.as_bytes())),
                Err("Unrecoverable error: corrupted cluster config file.".into())
            );
        }
    }
}
