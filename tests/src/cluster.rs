//! A plain cluster with a connection to each node, asked one command at a time.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::net::SocketAddrV4;
use std::rc::Rc;

use engine::time::Span;
use engine::{Compat, Time};
use scenario::inline::Inline;
use scenario::lab::Lab;
use scenario::program::Io;
use scenario::scenario::Plain;

use crate::normal::Names;
use crate::resp::{Reply, parse, request};

/// Hosts by the recordings' numbers: `--cluster create` gives the fifth host to the first master.
const ORDER: [usize; 6] = [0, 1, 2, 4, 5, 3];

/// What a client still has to send, and what it heard.
#[derive(Default)]
struct Mailbox {
    requests: VecDeque<Vec<u8>>,
    heard: Vec<u8>,
}

/// A lab, run inline, and a client on each host.
pub struct Cluster {
    /// The lab.
    pub lab: Lab,
    /// Its nodes.
    pub nodes: Inline,
    mailboxes: Vec<Rc<RefCell<Mailbox>>>,
}

/// Sends what it finds in its mailbox, and looks again every millisecond.
async fn client(io: Io, to: SocketAddrV4, mailbox: Rc<RefCell<Mailbox>>) {
    let Ok(conn) = io.connect(to).await else { return };
    loop {
        let next = mailbox.borrow_mut().requests.pop_front();
        if let Some(bytes) = next {
            io.send(conn, bytes);
        }
        let soon = io.now() + Span::from_millis(1);
        if let Ok(bytes) = io.receive_until(conn, Some(soon)).await {
            mailbox.borrow_mut().heard.extend(bytes);
        }
    }
}

impl Cluster {
    /// Three masters and three replicas under `compat 7.0` as in the recordings, healthy and idle.
    ///
    /// # Panics
    /// When the cluster does not form.
    #[must_use]
    pub fn recorded_topology() -> Self {
        let scenario = Plain { compat: Compat::V7_0, ..Plain::default() }.scenario();
        let mut lab = Lab::open(&scenario, 1);
        let mut nodes = Inline::default();
        while !lab.is_open() {
            let limit = lab.world.now() + Span::from_secs(1);
            assert!(limit < Time::ZERO + Span::from_secs(120), "the opening does not end");
            nodes.run_until(&mut lab, limit);
        }
        let settled = lab.world.now() + Span::from_secs(90);
        nodes.run_until(&mut lab, settled);
        let hosts: Vec<_> = lab.world.hosts().collect();
        let mailboxes = ORDER
            .iter()
            .map(|&at| {
                let (host, ip) = hosts[at];
                let mailbox = Rc::new(RefCell::new(Mailbox::default()));
                let theirs = Rc::clone(&mailbox);
                let to = SocketAddrV4::new(ip, 6379);
                lab.spawn(host, move |io| client(io, to, theirs));
                mailbox
            })
            .collect();
        Self { lab, nodes, mailboxes }
    }

    /// Sends a command on the standing connection of a node and waits for the reply.
    ///
    /// # Panics
    /// When none comes within ten virtual seconds.
    pub fn call(&mut self, node: usize, words: &[String]) -> Reply {
        self.mailboxes[node].borrow_mut().requests.push_back(request(words));
        let limit = self.lab.world.now() + Span::from_secs(10);
        while self.lab.world.now() < limit {
            let until = self.lab.world.now() + Span::from_millis(1);
            self.nodes.run_until(&mut self.lab, until);
            let mut mailbox = self.mailboxes[node].borrow_mut();
            if let Some((reply, used)) = parse(&mailbox.heard).filter(|_| !mailbox.heard.is_empty())
            {
                mailbox.heard.drain(..used);
                return reply;
            }
        }
        panic!("no reply to {words:?} from node {node}");
    }

    /// How this cluster calls its nodes, numbered as the recordings number theirs: three masters,
    /// then the replica of each.
    ///
    /// # Panics
    /// When a node does not answer as expected.
    pub fn names(&mut self) -> Names {
        let hosts: Vec<_> = self.lab.world.hosts().collect();
        let mut names = Names::default();
        for (index, &at) in ORDER.iter().enumerate() {
            let ip = hosts[at].1;
            let words = ["CLUSTER".to_owned(), "MYID".to_owned()];
            let Reply::Bulk(Some(id)) = self.call(index, &words) else { panic!("MYID is a text") };
            names.add(index, &id, &ip.to_string(), 6379, 16379);
        }
        names
    }
}
