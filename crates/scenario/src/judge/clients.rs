//! Clients that write, wait for acknowledgements and read while things go wrong, and note what the
//! promises have to know of it.
//!
//! Every client has keys of its own, and writes each with ever greater numbers, so that a value tells
//! which write it stems from. Requests go out in pipelines, each with a token that its reply must
//! bring back; what comes as another one's reply is noted.

mod fits;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddrV4;
use std::rc::Rc;

use bus::slot_of;
use engine::time::Span;
use engine::{ConnId, Rng, Time};

use crate::lab::Lab;
use crate::program::Io;
use crate::redis_cli::reply::{Parser, Reply, request};
use fits::fits;

/// How many keys each client has.
const KEYS: usize = 6;
/// The keys lie among so many slots at the start of a master's share: where a reshard begins.
const SLOTS_IN_USE: u16 = 48;
/// The longest pause between two rounds.
const PAUSE: Span = Span::from_millis(1500);
/// How long replies are waited for.
const PATIENCE: Span = Span::from_secs(4);
/// How long WAIT waits, milliseconds.
const WAIT_MS: &str = "1000";
/// How often a redirect is followed.
const REDIRECTS: usize = 4;

/// A command as it is sent.
type Command = Vec<Vec<u8>>;

/// What clients did.
#[derive(Debug, Default)]
pub(super) struct Journal {
    /// All keys.
    pub(super) keys: Vec<Vec<u8>>,
    /// The number of the last write to each.
    pub(super) issued: Vec<u64>,
    /// By key: writes that nobody knows the fate of, since no reply came. They may arrive late.
    pub(super) adrift: Vec<BTreeSet<u64>>,
    /// By a client's address: its writes that it waits for, in order.
    pub(super) waits: BTreeMap<SocketAddrV4, VecDeque<Write>>,
    /// Replies that cannot be those to what was asked.
    pub(super) misdelivered: Vec<String>,
}

/// A write that was accepted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Write {
    /// Which key.
    pub(super) key: usize,
    /// The how-manieth write to it.
    pub(super) number: u64,
    /// When it was sent.
    pub(super) sent: Time,
}

/// The journal in the hands of clients and promises.
pub(super) type Shared = Rc<RefCell<Journal>>;

/// The value of a write.
pub(super) fn value(key: &[u8], number: u64) -> Vec<u8> {
    [key, b"#", number.to_string().as_bytes()].concat()
}

/// The number of the write that a value of this key stems from.
pub(super) fn number(key: &[u8], value: &[u8]) -> Option<u64> {
    let text = value.strip_prefix(key)?.strip_prefix(b"#")?;
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// Starts so many clients.
pub(super) fn start(lab: &mut Lab, journal: &Shared, count: usize, masters: usize, rng: &mut Rng) {
    {
        let mut journal = journal.borrow_mut();
        journal.keys = (0..count * KEYS).map(|at| key(at, masters)).collect();
        journal.issued = vec![0; count * KEYS];
        journal.adrift = vec![BTreeSet::new(); count * KEYS];
    }
    let hosts: Vec<_> = lab.world.hosts().collect();
    let nodes: Vec<_> = hosts.iter().map(|&(_, ip)| SocketAddrV4::new(ip, 6379)).collect();
    for at in 0..count {
        let (host, _) = hosts[rng.below(hosts.len() as u64) as usize];
        let (journal, nodes, rng) = (Rc::clone(journal), nodes.clone(), Rng::new(rng.next_u64()));
        lab.spawn(host, move |io| async move {
            let (links, owners) = (BTreeMap::new(), BTreeMap::new());
            Client { io, at, nodes, links, owners, rng, tokens: 0, journal }.run().await;
        });
    }
}

/// The key of a number: it lies at the start of some master's share of the slots.
fn key(at: usize, masters: usize) -> Vec<u8> {
    let share = bus::SLOTS / masters;
    let from = (at % masters * share) as u16 + 1;
    let wanted = from..from + SLOTS_IN_USE;
    let names = (0..).map(|tag: u32| format!("key:{at}:{tag}").into_bytes());
    let mut fitting = names.filter(|name| wanted.contains(&slot_of(name)));
    fitting.next().expect("there are names for every slot")
}

/// An open connection.
struct Link {
    conn: ConnId,
    parser: Parser,
}

struct Client {
    io: Io,
    /// Which of the clients this is.
    at: usize,
    nodes: Vec<SocketAddrV4>,
    links: BTreeMap<SocketAddrV4, Link>,
    /// Who is believed to own a slot.
    owners: BTreeMap<u16, SocketAddrV4>,
    rng: Rng,
    tokens: u64,
    journal: Shared,
}

impl Client {
    async fn run(mut self) {
        loop {
            self.io.sleep(Span(self.rng.below(PAUSE.0))).await;
            let at = self.at * KEYS + self.rng.below(KEYS as u64) as usize;
            self.round(at).await;
        }
    }

    /// Writes a key, waits until replicas have it, and asks other things before and after.
    async fn round(&mut self, at: usize) {
        let (key, number) = {
            let mut journal = self.journal.borrow_mut();
            journal.issued[at] += 1;
            (journal.keys[at].clone(), journal.issued[at])
        };
        let slot = slot_of(&key);
        let mut to = self.owners.get(&slot).copied().unwrap_or_else(|| self.any_node());
        let mut asking = false;
        for _ in 0..REDIRECTS {
            let mut commands = vec![self.echo()];
            if asking {
                commands.push(words(&[b"ASKING"]));
            }
            commands.push(words(&[b"SET", &key, &value(&key, number)]));
            let set = commands.len() - 1;
            let sent = self.io.now();
            commands.extend([self.echo(), self.get(), words(&[b"GET", &key]), self.ping()]);
            self.journal.borrow_mut().adrift[at].insert(number);
            let Some(replies) = self.ask(to, &commands).await else {
                self.owners.remove(&slot);
                return;
            };
            self.journal.borrow_mut().adrift[at].remove(&number);
            match redirect(&replies[set]) {
                Some((ask, next)) => {
                    (to, asking) = (next, ask);
                    if !ask {
                        self.owners.insert(slot, next);
                    }
                }
                None if replies[set] == Reply::Status("OK".into()) => {
                    return self.wait(to, Write { key: at, number, sent }).await;
                }
                None => return,
            }
        }
    }

    /// WAIT for the write before it on the same connection.
    async fn wait(&mut self, to: SocketAddrV4, write: Write) {
        let local = self.links.get(&to).and_then(|link| self.io.local(link.conn));
        let Some(local) = local else { return };
        self.journal.borrow_mut().waits.entry(local).or_default().push_back(write);
        let replies = self.ask(to, &[words(&[b"WAIT", b"1", WAIT_MS.as_bytes()])]).await;
        let answered = replies.is_some_and(|it| matches!(it[0], Reply::Integer(_)));
        if !answered {
            // An answer that is still to come must not be taken for that to another WAIT.
            self.hang_up(to);
            self.owners.remove(&slot_of(&self.journal.borrow().keys[write.key]));
        }
    }

    /// Sends commands in one go and takes all replies; none when the connection fails before.
    async fn ask(&mut self, to: SocketAddrV4, commands: &[Command]) -> Option<Vec<Reply>> {
        let limit = self.io.now() + PATIENCE;
        if !self.links.contains_key(&to) {
            let conn = self.io.connect(to).await.ok()?;
            self.links.insert(to, Link { conn, parser: Parser::default() });
        }
        let conn = self.links[&to].conn;
        self.io.send(conn, commands.iter().flat_map(|it| request(it)).collect());
        let mut replies = Vec::new();
        while replies.len() < commands.len() {
            let link = self.links.get_mut(&to)?;
            match link.parser.next() {
                Ok(Some(reply)) => {
                    self.check(to, &commands[replies.len()], &reply);
                    replies.push(reply);
                    continue;
                }
                Ok(None) => {}
                Err(_) => {
                    let complaint = format!("{to} does not speak RESP");
                    self.journal.borrow_mut().misdelivered.push(complaint);
                }
            }
            match self.io.receive_until(conn, Some(limit)).await {
                Ok(bytes) => self.links.get_mut(&to)?.parser.feed(&bytes),
                Err(_) => {
                    self.hang_up(to);
                    return None;
                }
            }
        }
        Some(replies)
    }

    fn check(&self, from: SocketAddrV4, command: &Command, reply: &Reply) {
        let mut journal = self.journal.borrow_mut();
        if !fits(&journal, command, reply) {
            let words: Vec<_> = command.iter().map(|it| String::from_utf8_lossy(it)).collect();
            let what = format!("{from} replied {reply:?} to {}", words.join(" "));
            journal.misdelivered.push(what);
        }
    }

    fn hang_up(&mut self, from: SocketAddrV4) {
        if let Some(link) = self.links.remove(&from) {
            self.io.close(link.conn);
        }
    }

    fn any_node(&mut self) -> SocketAddrV4 {
        self.nodes[self.rng.below(self.nodes.len() as u64) as usize]
    }

    fn token(&mut self) -> Vec<u8> {
        self.tokens += 1;
        format!("client {} token {}", self.at, self.tokens).into_bytes()
    }

    fn echo(&mut self) -> Command {
        vec![b"ECHO".to_vec(), self.token()]
    }

    fn ping(&mut self) -> Command {
        vec![b"PING".to_vec(), self.token()]
    }

    /// Reads a key of anybody's.
    fn get(&mut self) -> Command {
        let journal = self.journal.borrow();
        let at = self.rng.below(journal.keys.len() as u64) as usize;
        words(&[b"GET", &journal.keys[at]])
    }
}

fn words(of: &[&[u8]]) -> Command {
    of.iter().map(|word| word.to_vec()).collect()
}

/// Where a reply sends the client, and whether it has to say ASKING there.
fn redirect(reply: &Reply) -> Option<(bool, SocketAddrV4)> {
    let text = reply.error()?;
    let rest = text.strip_prefix("MOVED ").map(|rest| (false, rest));
    let (ask, rest) = rest.or_else(|| text.strip_prefix("ASK ").map(|rest| (true, rest)))?;
    Some((ask, rest.split(' ').nth(1)?.parse().ok()?))
}
