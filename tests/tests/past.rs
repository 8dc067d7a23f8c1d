//! Visits to the past, forks, and what they cost.

use std::rc::Rc;
use std::time::Instant;

use engine::time::Span;
use engine::{Rng, Time};
use scenario::{Action, Checkpoint, Inline, Lab, Past, Scenario, chaos};
use sim::HostId;

/// Random sessions, and how often each is visited forward and back.
const SESSIONS: std::ops::RangeInclusive<u64> = 1..=50;
const VISITS: usize = 20;
const STEPS: u32 = 10;

fn walkthrough() -> Scenario {
    Scenario::built_in("walkthrough").expect("it is built in")
}

/// A session as somebody lived it: what its hash was at some moments, and its checkpoints.
struct Lived {
    history: Vec<(Time, Action)>,
    moments: Vec<(Time, u64)>,
    past: Past,
    end: Time,
}

/// Lives a session once more, looks at it at some moments, and keeps a checkpoint every `gap`.
fn live(scenario: &Scenario, seed: u64, outcome: &chaos::Outcome, gap: Span) -> Lived {
    let mut rng = Rng::new(seed ^ 0x5eed);
    let mut times: Vec<_> = (0..VISITS).map(|_| Time(rng.below(outcome.end.0))).collect();
    times.push(outcome.end);
    times.sort_unstable();
    let mut lab = Lab::open(scenario, seed);
    let mut nodes = Inline::default();
    let mut past = Past::default();
    let mut moments = Vec::new();
    let mut due = Time::ZERO;
    for at in times {
        while due <= at {
            nodes.repeat(&mut lab, &outcome.actions, due);
            past.keep(Rc::new(Checkpoint::inline(&lab, &nodes)));
            due = due + gap;
        }
        nodes.repeat(&mut lab, &outcome.actions, at);
        moments.push((at, lab.world.trace_hash()));
    }
    Lived { history: lab.history().to_vec(), moments, past, end: outcome.end }
}

#[test]
fn every_visit_of_the_past_has_the_hash_of_the_first_pass_and_a_fork_never_changes_its_parent() {
    let scenario = walkthrough();
    let mut visits = 0;
    for seed in SESSIONS {
        let outcome = chaos::run(&scenario, seed, STEPS);
        let lived = live(&scenario, seed, &outcome, Span::from_millis(3_700));
        assert_eq!(lived.moments.last().map(|it| it.1), Some(outcome.hash), "seed {seed}");
        let mut rng = Rng::new(seed);
        // There and back, and in no order.
        let mut order: Vec<_> = lived.moments.iter().chain(lived.moments.iter().rev()).collect();
        for _ in 0..VISITS {
            order.push(&lived.moments[rng.below(lived.moments.len() as u64) as usize]);
        }
        for (at, hash) in order {
            let (lab, _) = lived.past.visit(&lived.history, *at).expect("there is a checkpoint");
            assert_eq!(lab.world.trace_hash(), *hash, "seed {seed}, {at:?}");
            visits += 1;
        }
        // A fork in the middle lives another future, with what was shared.
        let (at, _) = lived.moments[VISITS / 2];
        let (mut fork, mut nodes) = lived.past.visit(&lived.history, at).expect("a checkpoint");
        let host = HostId(rng.below(6) as u16);
        fork.act(Action::Type { host, line: "redis-cli debug sleep 1".into() });
        nodes.run_until(&mut fork, lived.end);
        for (at, hash) in &lived.moments {
            let (lab, _) = lived.past.visit(&lived.history, *at).expect("there is a checkpoint");
            assert_eq!(lab.world.trace_hash(), *hash, "seed {seed}: the fork changed {at:?}");
        }
    }
    println!("{visits} visits of {} sessions", SESSIONS.count());
}

/// What is under way in consoles is under way in a visit, too.
#[test]
fn programs_that_run_are_brought_back_in_the_middle_of_what_they_do() {
    let scenario = walkthrough();
    let mut lab = Lab::open(&scenario, 7);
    let mut nodes = Inline::default();
    assert!(nodes.run_opening(&mut lab, Span::from_secs(600)));
    let lines = [
        (0, "tail -f redis.log"),
        (1, "redis-cli -c"),
        (1, "set a 1"),
        (1, "get a"),
        (2, "redis-cli subscribe news"),
        (3, "export NAME=value; echo $NAME; sleep 30; echo $NAME"),
        (4, "redis-cli monitor"),
        (5, "redis-cli -r 50 -i 1 ping | grep -c PONG; ps; redis-server --port 7000; ps | wc -l"),
        (1, "multi"),
        (1, "set b 2"),
        (1, "publish news hello"),
        (1, "exec"),
        (0, "^C"),
        (0, "echo $?"),
    ];
    let mut past = Past::default();
    let mut printed = Vec::new();
    let mut moments = Vec::new();
    for (host, line) in lines {
        let host = HostId(host);
        lab.act(match line {
            "^C" => Action::Interrupt { host },
            _ => Action::Type { host, line: line.into() },
        });
        for _ in 0..8 {
            let next = lab.world.now() + Span(613_411);
            nodes.run_until(&mut lab, next);
            printed.extend(lab.take_printed());
            past.keep(Rc::new(Checkpoint::inline(&lab, &nodes)));
            moments.push((lab.world.now(), lab.world.trace_hash(), printed.len()));
        }
    }
    let end = lab.world.now() + Span::from_secs(35);
    nodes.run_until(&mut lab, end);
    printed.extend(lab.take_printed());
    for (at, hash, seen) in moments.into_iter().step_by(3) {
        let checkpoint = past.before(at).expect("a checkpoint");
        assert_eq!(checkpoint.now(), at);
        let (mut again, mut its) = checkpoint.restore();
        assert_eq!(again.world.trace_hash(), hash);
        its.repeat(&mut again, lab.history(), end);
        assert_eq!(again.world.trace_hash(), lab.world.trace_hash(), "from {at:?}");
        assert_eq!(again.take_printed(), printed[seen..], "from {at:?}");
        for host in lab.world.hosts().map(|it| it.0) {
            assert_eq!(again.prompt(host), lab.prompt(host), "from {at:?}");
        }
    }
}

#[test]
fn an_hour_of_history_is_near_and_small() {
    let scenario = walkthrough();
    let mut lab = Lab::open(&scenario, 1);
    let mut nodes = Inline::default();
    let mut past = Past::default();
    let hour = Span::from_secs(3600);
    let began = Instant::now();
    let mut works = 0;
    while lab.world.now() < Time(hour.0) {
        if past.is_due(lab.world.now()) {
            past.keep(Rc::new(Checkpoint::inline(&lab, &nodes)));
        }
        let Some(window) = lab.next_window(Time(hour.0)) else { break };
        works += window.work.len();
        past.worked(window.work.len());
        nodes.do_window(&mut lab, window);
    }
    let (count, size) = past.cost();
    println!(
        "an hour took {:?}, {works} works; {count} checkpoints, {size} bytes",
        began.elapsed()
    );
    let mut rng = Rng::new(1);
    let mut longest = std::time::Duration::ZERO;
    for _ in 0..20 {
        let began = Instant::now();
        let visited = past.visit(lab.history(), Time(rng.below(hour.0)));
        assert!(visited.is_some());
        longest = longest.max(began.elapsed());
    }
    let per_minute = size as f64 / 60.0 / 1e6;
    println!("the longest of 20 jumps took {longest:?}; {per_minute:.3} MB a virtual minute");
    assert!(longest.as_millis() < 200 && per_minute < 1.0);
}
