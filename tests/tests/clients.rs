//! What clients feel while a master changes: who is held, who is redirected, what is lost.

use std::cell::RefCell;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::rc::Rc;

use engine::time::Span;
use engine::{ConnId, Time};
use failover_tests::console::Consoles;
use failover_tests::resp::{Reply, parse, request};
use scenario::program::Io;
use scenario::scenario::Plain;
use scenario::{Action, Lab};
use sim::{HostId, LinkSettings};

const MASTER: &str = "10.0.0.1";
const REPLICA: &str = "10.0.0.5";
const OTHER: &str = "10.0.0.2";
/// All keys of the writer are in this slot, which the first master has.
const TAG: &str = "{hello}";

/// How one attempt to write ended.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    Acknowledged,
    Moved,
    Refused(String),
    /// The connection broke, could not be opened, or stayed silent.
    Lost,
}

#[derive(Debug, Clone)]
struct Attempt {
    number: u32,
    sent: Time,
    ended: Time,
    outcome: Outcome,
}

type Log = Rc<RefCell<Vec<Attempt>>>;

/// A connection that speaks RESP and gives up after a second of silence.
struct Client<'a> {
    io: &'a Io,
    conn: Option<ConnId>,
    bytes: Vec<u8>,
}

impl Client<'_> {
    async fn connect(&mut self, to: SocketAddrV4) {
        self.close();
        self.conn = self.io.connect(to).await.ok();
    }

    fn close(&mut self) {
        self.bytes.clear();
        if let Some(conn) = self.conn.take() {
            self.io.close(conn);
        }
    }

    async fn ask(&mut self, words: &[&str]) -> Option<Reply> {
        let conn = self.conn?;
        self.io.send(conn, request(words));
        let patience = self.io.now() + Span::from_secs(6);
        loop {
            if let Some((reply, used)) = parse(&self.bytes) {
                self.bytes.drain(..used);
                return Some(reply);
            }
            match self.io.receive_until(conn, Some(patience)).await {
                Ok(bytes) => self.bytes.extend(bytes),
                Err(_) => {
                    self.close();
                    return None;
                }
            }
        }
    }
}

fn address(ip: &str) -> SocketAddrV4 {
    SocketAddrV4::new(ip.parse::<Ipv4Addr>().expect("an address"), 6379)
}

/// Writes one key after the other, `pause` apart, until `end`. After MOVED it turns to the node named
/// there, after anything else to the next of `nodes`.
async fn write(io: Io, nodes: Vec<SocketAddrV4>, pause: Span, end: Time, log: Log) {
    let mut client = Client { io: &io, conn: None, bytes: Vec::new() };
    let mut next = 0;
    client.connect(nodes[0]).await;
    for number in 0.. {
        if io.now() >= end {
            return;
        }
        let sent = io.now();
        let value = number.to_string();
        let reply = client.ask(&["SET", &format!("{TAG}{number}"), &value]).await;
        let mut turn_to = None;
        let outcome = match reply {
            Some(Reply::Simple(_)) => Outcome::Acknowledged,
            Some(Reply::Error(text)) if text.starts_with("MOVED ") => {
                turn_to = text.split(' ').nth(2).and_then(|it| it.parse().ok());
                Outcome::Moved
            }
            Some(Reply::Error(text)) => Outcome::Refused(text),
            _ => Outcome::Lost,
        };
        if matches!(outcome, Outcome::Refused(_) | Outcome::Lost) {
            next += 1;
            turn_to = Some(nodes[next % nodes.len()]);
        }
        log.borrow_mut().push(Attempt { number, sent, ended: io.now(), outcome });
        if let Some(node) = turn_to {
            client.connect(node).await;
        }
        io.sleep(pause).await;
    }
}

/// The acknowledged writes that `node` does not have.
fn missing(consoles: &mut Consoles, node: &str, acknowledged: &[u32]) -> Vec<u32> {
    let found = Rc::new(RefCell::new(None));
    let (answer, numbers, node) = (Rc::clone(&found), acknowledged.to_vec(), address(node));
    let host = consoles.host(OTHER);
    consoles.lab.spawn(host, |io| async move {
        let mut client = Client { io: &io, conn: None, bytes: Vec::new() };
        client.connect(node).await;
        let mut missing = Vec::new();
        for number in numbers {
            let value = client.ask(&["GET", &format!("{TAG}{number}")]).await;
            if value != Some(Reply::Bulk(Some(number.to_string()))) {
                missing.push(number);
            }
        }
        *answer.borrow_mut() = Some(missing);
    });
    while found.borrow().is_none() {
        consoles.pass(Span::from_secs(1));
    }
    found.take().expect("it was waited for")
}

/// A 3+3 cluster at some distance from each other, so that being held takes visible time.
fn cluster(seed: u64) -> Consoles {
    let link = LinkSettings {
        latency: Span::from_millis(5),
        jitter: Span(0),
        loss_ppm: 0,
        blocked: false,
    };
    let plain = Plain { node_timeout: 5000, link, ..Plain::default() };
    let mut consoles = Consoles::open(&plain.scenario(), seed).0;
    consoles.pass(Span::from_secs(10));
    consoles
}

fn start_writer(consoles: &mut Consoles, on: &str, nodes: &[&str], seconds: u64) -> Log {
    let log = Log::default();
    let end = consoles.now() + Span::from_secs(seconds);
    let nodes: Vec<_> = nodes.iter().map(|ip| address(ip)).collect();
    let (host, its) = (consoles.host(on), Rc::clone(&log));
    consoles.lab.spawn(host, |io| write(io, nodes, Span::from_millis(1), end, its));
    log
}

fn acknowledged(log: &[Attempt]) -> Vec<u32> {
    let acknowledged = log.iter().filter(|it| it.outcome == Outcome::Acknowledged);
    acknowledged.map(|it| it.number).collect()
}

/// The longest time in which nothing was acknowledged.
fn longest_gap(log: &[Attempt]) -> Span {
    let ends: Vec<_> =
        log.iter().filter(|it| it.outcome == Outcome::Acknowledged).map(|it| it.ended).collect();
    ends.windows(2).map(|pair| pair[1].since(pair[0])).max().expect("several writes")
}

#[test]
fn manual_failover_holds_a_writer_then_redirects_it_and_loses_nothing() {
    let mut consoles = cluster(1);
    // On the master's own host, so that writes arrive at every moment of the failover.
    let log = start_writer(&mut consoles, MASTER, &[MASTER], 4);
    consoles.pass(Span::from_secs(1));
    assert_eq!(consoles.type_line(REPLICA, "redis-cli CLUSTER FAILOVER"), "OK\n");
    consoles.pass(Span::from_secs(5));
    let log = log.take();
    let moved: Vec<_> = log.iter().filter(|it| it.outcome == Outcome::Moved).collect();
    assert_eq!(moved.len(), 1, "redirected once");
    let others = log.iter().filter(|it| it.outcome != Outcome::Moved);
    assert!(others.clone().all(|it| it.outcome == Outcome::Acknowledged), "nothing was refused");
    let usual = others.map(|it| it.ended.since(it.sent)).max().expect("writes");
    let held = moved[0].ended.since(moved[0].sent);
    println!("held for {} ms, usually {} ms", held.as_millis(), usual.as_millis());
    assert!(held.0 > usual.0 + 10_000, "held {held:?}, usually {usual:?}");
    let acknowledged = acknowledged(&log);
    assert!(acknowledged.len() > 300, "{}", acknowledged.len());
    assert!(missing(&mut consoles, REPLICA, &acknowledged).is_empty());
    let role = consoles.type_line(MASTER, "redis-cli info replication | grep role");
    assert_eq!(role, "role:slave\n");
}

#[test]
fn automatic_failover_tells_what_it_lost_and_how_long_slots_were_down() {
    let mut consoles = cluster(2);
    let log = start_writer(&mut consoles, OTHER, &[MASTER, OTHER], 30);
    consoles.pass(Span::from_secs(1));
    consoles.type_line(MASTER, "kill -9 $(pidof redis-server)");
    consoles.pass(Span::from_secs(35));
    let log = log.take();
    let acknowledged = acknowledged(&log);
    let lost = missing(&mut consoles, REPLICA, &acknowledged);
    let down = longest_gap(&log);
    println!(
        "master killed: {} of {} acknowledged writes lost, slots down for {} ms",
        lost.len(),
        acknowledged.len(),
        down.as_millis()
    );
    // FAIL comes a node timeout after the ping that is not answered, the election half a second to
    // a second and a bit later.
    assert!(down > Span::from_millis(5000) && down < Span::from_millis(10_000), "{down:?}");
    assert!(log.last().is_some_and(|it| it.outcome == Outcome::Acknowledged), "service is back");
    let refused = log.iter().filter(|it| matches!(&it.outcome, Outcome::Refused(_)));
    for attempt in refused {
        let down = Outcome::Refused("CLUSTERDOWN The cluster is down".into());
        assert_eq!(attempt.outcome, down, "{attempt:?}");
    }
}

/// Blocks or heals the links between `apart` and everybody else.
fn cut(lab: &mut Lab, apart: HostId, blocked: bool) {
    let hosts: Vec<_> = lab.world.hosts().map(|(host, _)| host).collect();
    for other in hosts.into_iter().filter(|&it| it != apart) {
        for (from, to) in [(apart, other), (other, apart)] {
            let settings = LinkSettings { blocked, ..lab.world.link(from, to) };
            lab.act(Action::Link { from, to, settings });
        }
    }
}

#[test]
fn a_master_cut_off_with_its_writer_loses_what_it_acknowledged_alone() {
    let mut consoles = cluster(3);
    let log = start_writer(&mut consoles, MASTER, &[MASTER], 20);
    consoles.pass(Span::from_secs(1));
    let host = consoles.host(MASTER);
    cut(&mut consoles.lab, host, true);
    let cut_at = consoles.now();
    consoles.pass(Span::from_secs(25));
    cut(&mut consoles.lab, host, false);
    consoles.pass(Span::from_secs(30));
    let log = log.take();
    let acknowledged = acknowledged(&log);
    let lost = missing(&mut consoles, REPLICA, &acknowledged);
    let alone = log.iter().filter(|it| it.outcome == Outcome::Acknowledged && it.ended > cut_at);
    let alone: Vec<_> = alone.map(|it| (it.number, it.ended)).collect();
    let last = alone.last().expect("a minority's master goes on for a while").1;
    println!(
        "master cut off: {} of {} acknowledged writes lost, {} of them acknowledged after the cut",
        lost.len(),
        acknowledged.len(),
        alone.len()
    );
    assert!(last.since(cut_at) < Span::from_millis(10_500), "it stops when it sees no majority");
    let lost_alone = alone.iter().filter(|(number, _)| lost.contains(number)).count();
    assert_eq!(lost_alone, alone.len(), "whatever it acknowledged alone is gone");
    // What was on its way to the replica when the link broke is the rest.
    assert!(lost.len() - lost_alone <= 20, "{} more", lost.len() - lost_alone);
}
