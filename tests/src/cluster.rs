//! A plain cluster with a connection to each node, asked one command at a time.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::net::SocketAddrV4;
use std::rc::Rc;

use engine::Compat;
use engine::time::Span;
use scenario::inline::Inline;
use scenario::lab::Lab;
use scenario::program::{Closed, Io};
use scenario::scenario::Plain;
use sim::HostId;

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
    names: Names,
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
        match io.receive_until(conn, Some(soon)).await {
            Ok(bytes) => mailbox.borrow_mut().heard.extend(bytes),
            Err(Closed::TimedOut) => {}
            Err(Closed::Eof) => return,
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
        let config = "repl-diskless-sync-delay 5\n".into();
        let scenario = Plain { compat: Compat::V7_0, config, ..Plain::default() }.scenario();
        let mut lab = Lab::open(&scenario, 1);
        let mut nodes = Inline::default();
        let open = nodes.run_opening(&mut lab, Span::from_secs(119));
        assert!(open, "the opening does not end");
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
        let mut cluster = Self { lab, nodes, mailboxes, names: Names::default() };
        cluster.learn_names();
        cluster
    }

    /// The host of a node.
    #[must_use]
    pub fn host(&self, node: usize) -> HostId {
        self.lab.world.hosts().nth(ORDER[node]).expect("six hosts").0
    }

    /// The log of a node so far.
    #[must_use]
    pub fn log(&self, node: usize) -> &[u8] {
        &self.lab.world.disk(self.host(node))["redis.log"]
    }

    /// Lets time pass.
    pub fn pass(&mut self, span: Span) {
        let until = self.lab.world.now() + span;
        self.nodes.run_until(&mut self.lab, until);
    }

    /// SIGKILL.
    ///
    /// # Panics
    /// When the node is down already.
    pub fn kill(&mut self, node: usize) {
        let pid = self.lab.world.listener(self.host(node), 6379).expect("the node runs");
        self.lab.world.kill(pid);
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

    /// What came on the standing connection of a node without being asked for, the oldest first.
    pub fn heard(&mut self, node: usize) -> Option<Reply> {
        let mut mailbox = self.mailboxes[node].borrow_mut();
        let (reply, used) = parse(&mailbox.heard)?;
        mailbox.heard.drain(..used);
        Some(reply)
    }

    /// Sends a line of words parted by single spaces, as [`Cluster::call`] does.
    pub fn ask(&mut self, node: usize, line: &str) -> Reply {
        let words: Vec<_> = line.split(' ').map(str::to_owned).collect();
        self.call(node, &words)
    }

    /// Passes time in steps of 10 ms until `done`; returns how long it took.
    ///
    /// # Panics
    /// When it takes longer than `limit`.
    pub fn until(&mut self, limit: Span, mut done: impl FnMut(&mut Self) -> bool) -> Span {
        let start = self.lab.world.now();
        while !done(self) {
            self.pass(Span::from_millis(10));
            assert!(self.lab.world.now().since(start) < limit, "not within {limit:?}");
        }
        self.lab.world.now().since(start)
    }

    /// How this cluster calls its nodes, numbered as the recordings number theirs: three masters,
    /// then the replica of each.
    #[must_use]
    pub fn names(&self) -> Names {
        self.names.clone()
    }

    fn learn_names(&mut self) {
        let hosts: Vec<_> = self.lab.world.hosts().collect();
        for (index, &at) in ORDER.iter().enumerate() {
            let ip = hosts[at].1.to_string();
            let reply = self.call(index, &["CLUSTER".to_owned(), "MYID".to_owned()]);
            let Reply::Bulk(Some(id)) = reply else { panic!("MYID is a text: {reply:?}") };
            self.names.add(index, &id, &ip, 6379, 16379);
        }
    }
}
