//! The simulated network, as processes see it: tiny programs whose sockets are all there is.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddrV4};

use engine::time::Span;
use engine::{ConnId, ConnectError, Input, Output, Rng, Time};
use sim::{Direction, Done, HostId, LinkSettings, Pid, Work, World};

const A: HostId = HostId(0);
const B: HostId = HostId(1);
const DIALLED: ConnId = ConnId(1);
const MS: u64 = 1000;
const S: u64 = 1_000_000;

/// A program that does what it was told to do at given times, and perhaps echoes.
#[derive(Default)]
struct Program {
    plan: BTreeMap<Time, Vec<Output>>,
    echoes: bool,
    gone: BTreeSet<ConnId>,
}

impl Program {
    fn run(&mut self, work: Work, heard: &mut Vec<(Time, Pid, Input)>) -> Done {
        let mut outputs = Vec::new();
        for (at, input) in work.inputs {
            self.act(work.from, at, &mut outputs);
            if let Input::Received { conn, .. } | Input::Closed { conn } = &input
                && self.gone.contains(conn)
            {
                continue;
            }
            if let (true, Input::Received { conn, bytes }) = (self.echoes, &input) {
                outputs.push((at, Output::Send { conn: *conn, bytes: bytes.clone() }));
            }
            heard.push((at, work.pid, input));
        }
        self.act(work.from, Time(work.until.0 - 1), &mut outputs);
        let deadline = self.plan.keys().next().copied();
        Done { pid: work.pid, outputs, deadline }
    }

    fn act(&mut self, from: Time, until: Time, outputs: &mut Vec<(Time, Output)>) {
        while let Some(due) = self.plan.first_entry().filter(|due| *due.key() <= until) {
            let at = (*due.key()).max(from);
            for output in due.remove() {
                if let Output::Close { conn } = output {
                    self.gone.insert(conn);
                }
                outputs.push((at, output));
            }
        }
    }
}

/// Two hosts, `10.0.0.1` and `10.0.0.2`, one millisecond apart and without jitter.
struct Lan {
    world: World,
    programs: BTreeMap<Pid, Program>,
    heard: Vec<(Time, Pid, Input)>,
    /// Decides where windows end and in which order work is done: neither may matter.
    whim: Rng,
    longest_window: Span,
}

impl Lan {
    fn new() -> Self {
        let mut world = World::new(7, 0);
        world.add_host(Ipv4Addr::new(10, 0, 0, 1));
        world.add_host(Ipv4Addr::new(10, 0, 0, 2));
        let mut lan = Self {
            world,
            programs: BTreeMap::new(),
            heard: Vec::new(),
            whim: Rng::new(1),
            longest_window: Span(u64::MAX >> 1),
        };
        lan.link(|link| LinkSettings { latency: Span(MS), jitter: Span(0), ..link });
        lan
    }

    fn link(&mut self, change: impl Fn(LinkSettings) -> LinkSettings) {
        for (from, to) in [(A, B), (B, A)] {
            let settings = change(self.world.link(from, to));
            self.world.set_link(from, to, settings);
        }
    }

    fn program(&mut self, host: HostId, plan: &[(u64, Output)]) -> Pid {
        let pid = self.world.spawn_program(host);
        let program = self.programs.entry(pid).or_default();
        for (at, output) in plan {
            program.plan.entry(Time(*at)).or_default().push(output.clone());
        }
        pid
    }

    /// A program on the second host that listens on port 7 and echoes.
    fn echo(&mut self) -> Pid {
        let pid = self.program(B, &[(0, Output::Listen { port: 7 })]);
        self.programs.get_mut(&pid).expect("it is there").echoes = true;
        pid
    }

    fn run_until(&mut self, end: u64) {
        while self.world.now() < Time(end) {
            let cut = self.whim.below(self.longest_window.0) + 1;
            let limit = Time(end.min(self.world.now().0 + cut));
            while let Some(mut window) = self.world.next_window(limit) {
                let mut done = Vec::new();
                while !window.work.is_empty() {
                    let pick = self.whim.below(window.work.len() as u64) as usize;
                    let work = window.work.remove(pick);
                    let program = self.programs.get_mut(&work.pid).expect("it was spawned here");
                    done.push(program.run(work, &mut self.heard));
                }
                self.world.finish(window, done);
            }
        }
    }

    fn heard_by(&self, pid: Pid) -> Vec<(u64, Input)> {
        let of_it = self.heard.iter().filter(|(_, its, _)| *its == pid);
        of_it.map(|(at, _, input)| (at.0, input.clone())).collect()
    }

    /// When a program heard that a connection was closed.
    fn closed_at(&self, pid: Pid) -> Option<u64> {
        let closed = |(at, input)| matches!(input, Input::Closed { .. }).then_some(at);
        self.heard_by(pid).into_iter().find_map(closed)
    }

    /// All bytes that a program received, and when the last of them came.
    fn received(&self, pid: Pid) -> (Vec<u8>, u64) {
        let mut all = (Vec::new(), 0);
        for (at, input) in self.heard_by(pid) {
            if let Input::Received { bytes, .. } = input {
                all.0.extend(bytes);
                all.1 = at;
            }
        }
        all
    }
}

fn dial(host: u8, port: u16) -> Output {
    let to = SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, host), port);
    Output::Connect { conn: DIALLED, to, nodelay: true }
}

fn say(text: &str) -> Output {
    Output::Send { conn: DIALLED, bytes: text.into() }
}

/// As [`dial`], with Nagle's algorithm left on.
fn dial_with_nagle(host: u8, port: u16) -> Output {
    let to = SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, host), port);
    Output::Connect { conn: DIALLED, to, nodelay: false }
}

fn hang_up() -> Output {
    Output::Close { conn: DIALLED }
}

fn failed(why: ConnectError) -> Input {
    Input::ConnectFailed { conn: DIALLED, why }
}

#[test]
fn dialling_takes_one_round_trip_and_accepting_half_of_one_more() {
    let mut lan = Lan::new();
    let server = lan.echo();
    let client = lan.program(A, &[(10 * MS, dial(2, 7)), (20 * MS, say("hello"))]);
    lan.run_until(S);
    let local = SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, 1), 32768);
    let remote = SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, 2), 7);
    let said = |conn| Input::Received { conn, bytes: "hello".into() };
    assert_eq!(
        lan.heard_by(client),
        [(12 * MS, Input::Connected { conn: DIALLED, local }), (22 * MS, said(DIALLED))]
    );
    let conn = ConnId(2);
    assert_eq!(
        lan.heard_by(server),
        [(13 * MS, Input::Accepted { conn, local: remote, peer: local }), (21 * MS, said(conn))]
    );
}

#[test]
fn a_host_reaches_itself_by_both_of_its_names() {
    for (ip, local) in [([127, 0, 0, 1], [127, 0, 0, 1]), ([10, 0, 0, 2], [10, 0, 0, 2])] {
        let mut lan = Lan::new();
        let server = lan.echo();
        let to = SocketAddrV4::new(ip.into(), 7);
        let client = lan.program(B, &[(MS, Output::Connect { conn: DIALLED, to, nodelay: true })]);
        lan.run_until(S);
        let local = SocketAddrV4::new(local.into(), 32768);
        let connected = Input::Connected { conn: DIALLED, local };
        let latency = LinkSettings::LOOPBACK.latency.0;
        assert_eq!(lan.heard_by(client), [(MS + 2 * latency, connected)]);
        let accepted = Input::Accepted { conn: ConnId(2), local: to, peer: local };
        assert_eq!(lan.heard_by(server), [(MS + 3 * latency, accepted)]);
    }
}

#[test]
fn a_port_without_a_listener_refuses_after_one_round_trip() {
    let mut lan = Lan::new();
    lan.echo();
    let client = lan.program(A, &[(0, dial(2, 8))]);
    lan.run_until(200 * S);
    assert_eq!(lan.heard_by(client), [(2 * MS, failed(ConnectError::Refused))]);
}

#[test]
fn an_address_without_a_host_is_unreachable() {
    let mut lan = Lan::new();
    let client = lan.program(A, &[(0, dial(9, 7))]);
    lan.run_until(200 * S);
    assert_eq!(lan.heard_by(client), [(3 * S, failed(ConnectError::Unreachable))]);
}

#[test]
fn silence_ends_an_attempt_after_127_seconds_whichever_way_is_cut() {
    for (from, to) in [(A, B), (B, A)] {
        let mut lan = Lan::new();
        let server = lan.echo();
        lan.world.cut(from, to, Direction::OneWay);
        let client = lan.program(A, &[(0, dial(2, 7))]);
        lan.run_until(1000 * S);
        assert_eq!(lan.heard_by(client), [(127 * S, failed(ConnectError::TimedOut))]);
        assert_eq!(lan.heard_by(server), []);
    }
}

#[test]
fn a_connection_stands_with_the_first_attempt_after_healing() {
    let mut lan = Lan::new();
    lan.echo();
    lan.world.isolate(B);
    let client = lan.program(A, &[(0, dial(2, 7))]);
    lan.run_until(8 * S);
    lan.world.rejoin(B);
    lan.run_until(60 * S);
    assert_eq!(lan.heard_by(client)[0].0, 15 * S + 2 * MS);
}

#[test]
fn jitter_never_reorders() {
    let mut lan = Lan::new();
    let server = lan.echo();
    lan.link(|link| LinkSettings { jitter: Span(50 * MS), ..link });
    let words: Vec<_> = (0..500).map(|n| format!("{n} ")).collect();
    let plan = words.iter().zip(0..).map(|(word, n)| (S + n * MS, say(word)));
    let plan: Vec<_> = [(0, dial(2, 7))].into_iter().chain(plan).collect();
    let client = lan.program(A, &plan);
    lan.run_until(10 * S);
    let said = words.concat().into_bytes();
    assert_eq!(lan.received(server).0, said);
    assert_eq!(lan.received(client).0, said);
}

#[test]
fn loss_shows_as_delay_and_never_as_missing_bytes() {
    let mut lan = Lan::new();
    let server = lan.echo();
    let words: Vec<_> = (0..2000).map(|n| format!("{n} ")).collect();
    let plan = words.iter().zip(0..).map(|(word, n)| (S + n * 10 * MS, say(word)));
    let client = lan.program(A, &[(0, dial(2, 7))]);
    lan.run_until(500 * MS);
    lan.link(|link| LinkSettings { loss_ppm: 100_000, ..link });
    let program = lan.programs.get_mut(&client).expect("it is there");
    program.plan = plan.map(|(at, output)| (Time(at), vec![output])).collect();
    lan.world.wake(client);
    lan.run_until(60 * S);
    let said = words.concat().into_bytes();
    assert_eq!(lan.received(client).0, said);
    let times: Vec<u64> = lan.heard_by(server).into_iter().map(|(at, _)| at).collect();
    let longest_gap = times.windows(2).skip(1).map(|pair| pair[1] - pair[0]).max();
    assert!(longest_gap > Some(150 * MS), "{longest_gap:?}");
}

#[test]
fn bytes_into_a_cut_arrive_with_the_first_repetition_after_healing() {
    let mut lan = Lan::new();
    let server = lan.echo();
    let client = lan.program(A, &[(0, dial(2, 7)), (S, say("one ")), (2 * S, say("two"))]);
    lan.run_until(S);
    lan.world.cut(A, B, Direction::OneWay);
    lan.run_until(5 * S);
    assert_eq!(lan.received(server).0, b"");
    lan.world.heal(A, B, Direction::OneWay);
    lan.run_until(60 * S);
    // Repeated 0.2, 0.6, 1.4, 3 and 6.2 s after it was sent, each pause longer by a round trip.
    let repeated = S + 31 * (200 + 2) * MS;
    assert_eq!(lan.received(server), (b"one two".to_vec(), repeated + MS));
    assert_eq!(lan.received(client).0, b"one two");
}

#[test]
fn a_one_way_cut_leaves_the_other_way_open() {
    let mut lan = Lan::new();
    let server = lan.echo();
    let client = lan.program(A, &[(0, dial(2, 7)), (S, say("hello"))]);
    lan.run_until(500 * MS);
    lan.world.cut(B, A, Direction::OneWay);
    lan.run_until(30 * S);
    assert_eq!(lan.received(server).0, b"hello");
    assert_eq!(lan.received(client).0, b"");
}

#[test]
fn a_sender_gives_up_after_a_quarter_of_an_hour() {
    let mut lan = Lan::new();
    let server = lan.echo();
    let client = lan.program(A, &[(0, dial(2, 7)), (S, say("hello")), (2000 * S, say("late"))]);
    lan.run_until(500 * MS);
    lan.world.isolate(B);
    lan.run_until(1500 * S);
    let gave_up = lan.closed_at(client).expect("it gave up") / S;
    assert!((925..=940).contains(&gave_up), "{gave_up}");
    assert_eq!(lan.closed_at(server), None);
    // The server's end does not know. What it sends is answered with a reset.
    lan.world.rejoin(B);
    let program = lan.programs.get_mut(&server).expect("it is there");
    let late = Output::Send { conn: ConnId(2), bytes: "anybody?".into() };
    program.plan.insert(Time(1600 * S), vec![late]);
    lan.world.wake(server);
    lan.run_until(1700 * S);
    assert_eq!(lan.closed_at(server), Some(1600 * S + 2 * MS));
}

/// When a listener hears each of two messages that were sent a millisecond apart.
fn two_in_a_row(dialling: Output, echoes: bool) -> Vec<u64> {
    let mut lan = Lan::new();
    let server = lan.echo();
    lan.programs.get_mut(&server).expect("it is there").echoes = echoes;
    lan.program(A, &[(0, dialling), (S, say("one")), (S + 500, say("two"))]);
    lan.run_until(2 * S);
    let heard = lan.heard_by(server).into_iter();
    heard.skip(1).map(|(at, _)| at - S).collect()
}

#[test]
fn without_nodelay_a_second_message_waits_for_the_answer_to_the_first() {
    assert_eq!(two_in_a_row(dial(2, 7), true), [MS, MS + 500]);
    assert_eq!(two_in_a_row(dial_with_nagle(2, 7), true), [MS, 3 * MS]);
}

#[test]
fn without_nodelay_a_second_message_waits_40_ms_for_a_listener_that_does_not_answer() {
    assert_eq!(two_in_a_row(dial(2, 7), false), [MS, MS + 500]);
    assert_eq!(two_in_a_row(dial_with_nagle(2, 7), false), [MS, 43 * MS]);
}

#[test]
fn what_waits_for_an_acknowledgement_leaves_with_the_end_of_the_stream() {
    let mut lan = Lan::new();
    let server = lan.echo();
    lan.programs.get_mut(&server).expect("it is there").echoes = false;
    let plan = [(0, dial_with_nagle(2, 7)), (S, say("last ")), (S, say("words")), (S, hang_up())];
    lan.program(A, &plan);
    lan.run_until(2 * S);
    assert_eq!(lan.received(server), (b"last words".to_vec(), S + MS));
    assert_eq!(lan.closed_at(server), Some(S + MS));
}

#[test]
fn closing_delivers_what_was_sent_and_then_the_end() {
    let mut lan = Lan::new();
    let server = lan.echo();
    lan.program(A, &[(0, dial(2, 7)), (S, say("last words")), (S, hang_up())]);
    lan.run_until(10 * S);
    let conn = ConnId(2);
    let heard = lan.heard_by(server);
    assert_eq!(
        heard[1..],
        [
            (S + MS, Input::Received { conn, bytes: "last words".into() }),
            (S + MS, Input::Closed { conn })
        ]
    );
}

#[test]
fn killing_a_process_ends_its_connections_and_frees_its_port() {
    let mut lan = Lan::new();
    let server = lan.echo();
    let client = lan.program(A, &[(0, dial(2, 7))]);
    lan.run_until(S);
    lan.world.kill(server);
    assert_eq!(lan.world.take_ended(), [(server, None)]);
    lan.run_until(2 * S);
    assert_eq!(lan.closed_at(client), Some(S + MS));
    let late = lan.program(A, &[(3 * S, dial(2, 7))]);
    lan.run_until(4 * S);
    assert_eq!(lan.heard_by(late), [(3 * S + 2 * MS, failed(ConnectError::Refused))]);
}

#[test]
fn death_behind_a_cut_is_learnt_from_the_answer_to_the_next_bytes() {
    let mut lan = Lan::new();
    let server = lan.echo();
    let client = lan.program(A, &[(0, dial(2, 7)), (1000 * S, say("anybody?"))]);
    lan.run_until(S);
    lan.world.isolate(B);
    lan.world.kill(server);
    // The dead process's kernel repeats the end of the stream for some 100 s.
    lan.run_until(500 * S);
    lan.world.rejoin(B);
    lan.run_until(2000 * S);
    assert_eq!(lan.closed_at(client), Some(1000 * S + 2 * MS));
}

#[test]
fn a_frozen_process_hears_everything_in_order_when_it_goes_on() {
    let mut lan = Lan::new();
    let server = lan.echo();
    lan.run_until(MS);
    lan.world.stop(server);
    let plan = [(S, dial(2, 7)), (2 * S, say("one ")), (3 * S, say("two")), (4 * S, hang_up())];
    let client = lan.program(A, &plan);
    lan.run_until(10 * S);
    assert_eq!(lan.heard_by(server), []);
    assert!(matches!(lan.heard_by(client)[..], [(_, Input::Connected { .. })]));
    lan.world.cont(server);
    lan.run_until(11 * S);
    let conn = ConnId(2);
    let heard = lan.heard_by(server);
    assert!(heard.iter().all(|&(at, _)| at == 10 * S));
    assert_eq!(
        heard.into_iter().skip(1).map(|(_, input)| input).collect::<Vec<_>>(),
        [
            Input::Received { conn, bytes: "one ".into() },
            Input::Received { conn, bytes: "two".into() },
            Input::Closed { conn }
        ]
    );
}

#[test]
fn a_signal_to_a_server_that_is_starting_is_heard_once_it_runs() {
    let mut world = sim::World::new(1, 0);
    let host = world.add_host(std::net::Ipv4Addr::new(10, 0, 0, 1));
    let server = world.spawn_server(host, String::new(), None, engine::Compat::V7_0);
    world.signal(server, engine::Signal::Term);
    let mut window = world.next_window(Time(S)).expect("a server starts");
    let work = window.work.remove(0);
    let started = work.start.as_ref().expect("it starts before it hears anything").0;
    assert_eq!(work.inputs, [(started, Input::Signal(engine::Signal::Term))]);
}

#[test]
fn a_frozen_process_does_late_what_it_slept_through() {
    let mut lan = Lan::new();
    let server = lan.echo();
    let client = lan.program(A, &[(0, dial(2, 7)), (2 * S, say("late"))]);
    lan.run_until(S);
    lan.world.stop(client);
    lan.run_until(5 * S);
    lan.world.cont(client);
    lan.run_until(6 * S);
    assert_eq!(lan.received(server), (b"late".to_vec(), 5 * S + MS));
}

#[test]
fn what_is_on_the_wire_is_seen_from_its_departure_to_its_arrival() {
    let mut lan = Lan::new();
    lan.echo();
    lan.program(A, &[(0, dial(2, 7)), (S, say("hello"))]);
    lan.run_until(S);
    assert_eq!(lan.world.flights().count(), 0);
    lan.run_until(S + 400);
    let seen = |lan: &Lan| -> Vec<_> {
        let flights = lan.world.flights();
        flights.map(|it| (it.id, it.sent.0, it.due.0, it.service, it.bytes.to_vec())).collect()
    };
    let there = seen(&lan);
    assert_eq!(there.len(), 1);
    assert_eq!((there[0].1, there[0].2, there[0].3), (S, S + MS, 7));
    assert_eq!(there[0].4, b"hello");
    lan.run_until(S + 900);
    assert_eq!(seen(&lan), there);
    lan.run_until(S + MS + 10);
    assert_ne!(seen(&lan)[0].0, there[0].0);
    lan.run_until(2 * S);
    assert_eq!(lan.world.flights().count(), 0);
}

/// Some programs that dial, talk and hang up over bad links, while links and processes fail.
fn rough_history(whim: u64, longest_window: u64) -> (u64, Vec<(Time, Pid, Input)>) {
    let mut lan = Lan::new();
    lan.whim = Rng::new(whim);
    lan.longest_window = Span(longest_window);
    lan.link(|link| LinkSettings { jitter: Span(3 * MS), loss_ppm: 50_000, ..link });
    let server = lan.echo();
    let mut fate = Rng::new(99);
    for n in 0..40 {
        let start = fate.below(20 * S);
        let dialling = if n % 2 == 0 { dial } else { dial_with_nagle };
        let mut plan = vec![(start, dialling(2, 7 + (n % 5 == 4) as u16))];
        for word in 0..fate.below(30) {
            plan.push((start + fate.below(10 * S), say(&format!("{n}:{word} "))));
        }
        plan.push((start + fate.below(15 * S), hang_up()));
        lan.program(if n % 3 == 0 { B } else { A }, &plan);
    }
    let mut at = 0;
    for n in 0..30 {
        at += fate.below(S);
        lan.run_until(at);
        match n % 6 {
            0 => lan.world.cut(A, B, Direction::OneWay),
            1 => lan.world.stop(server),
            2 => lan.world.heal(A, B, Direction::OneWay),
            3 => lan.world.cont(server),
            4 => lan.world.isolate(A),
            _ => lan.world.rejoin(A),
        }
    }
    lan.run_until(40 * S);
    lan.heard.sort_by_key(|&(at, pid, _)| (at, pid));
    (lan.world.trace_hash(), lan.heard)
}

#[test]
fn neither_the_order_of_work_nor_the_cut_of_windows_shows_in_the_history() {
    let (hash, heard) = rough_history(1, u64::MAX >> 1);
    assert!(heard.len() > 200, "{}", heard.len());
    for (whim, longest_window) in [(2, u64::MAX >> 1), (3, S), (4, 1500), (5, 300)] {
        let (other_hash, other) = rough_history(whim, longest_window);
        let difference = heard.iter().zip(&other).find(|(one, other)| one != other);
        assert_eq!(difference, None, "windows of at most {longest_window} µs");
        assert_eq!(hash, other_hash);
    }
}
