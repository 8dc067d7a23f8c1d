//! `load` in a console: what a person types, and what it prints.

use engine::time::Span;
use failover_tests::console::Consoles;
use scenario::scenario::Plain;
use scenario::{Action, Inline, Lab, Scenario};

fn cluster() -> Consoles {
    let plain = Plain { node_timeout: 3000, ..Plain::default() }.scenario();
    Consoles::open(&plain, 5).0
}

fn number(text: &str, name: &str) -> u64 {
    let line = text.lines().find_map(|line| line.trim().strip_prefix(&format!("{name}: ")));
    line.and_then(|it| it.parse().ok()).unwrap_or_else(|| panic!("no {name} in {text}"))
}

#[test]
fn a_run_of_some_seconds_prints_a_line_a_second_and_its_numbers() {
    let mut consoles = cluster();
    let printed = consoles.type_line("10.0.0.1", "load -t 5 --writes 200 --reads 100");
    let seconds = printed.lines().filter(|line| line.contains(" written ")).count();
    assert!((4..=5).contains(&seconds), "{printed}");
    let acknowledged = number(&printed, "acknowledged");
    assert!((900..=1000).contains(&acknowledged), "{printed}");
    assert!((450..=500).contains(&number(&printed, "reads")), "{printed}");
    assert_eq!(number(&printed, "lost") + number(&printed, "rolled back"), 0);
    assert!(printed.contains("slots 0-5460, now at 10.0.0.1: "), "{printed}");
    assert!(!consoles.type_line("10.0.0.2", "load status").contains("running"));
}

#[test]
fn ctrl_c_stops_it() {
    let mut consoles = cluster();
    let host = consoles.host("10.0.0.1");
    consoles.lab.act(Action::Type { host, line: "load".into() });
    consoles.pass(Span::from_millis(2500));
    assert!(consoles.lab.workload().settings().is_some());
    let busy = consoles.type_line("10.0.0.2", "load start");
    assert!(busy.contains("load: a workload is running; 'load change' changes it"), "{busy}");
    assert!(consoles.interrupt("10.0.0.1").contains("^C"));
    assert!(consoles.lab.workload().settings().is_none());
    let before = number(&consoles.type_line("10.0.0.1", "load status"), "acknowledged");
    assert!(before > 100);
    consoles.pass(Span::from_secs(5));
    assert_eq!(number(&consoles.type_line("10.0.0.1", "load status"), "acknowledged"), before);
}

#[test]
fn what_is_wrong_is_said_in_one_line() {
    let mut consoles = cluster();
    for (line, complaint) in [
        ("load --fast", "load: there is no option '--fast'"),
        ("load begin", "load: there is no 'load begin'; 'load help' tells what there is"),
        ("load -t soon", "load: -t takes a number of seconds, not 'soon'"),
        ("load change -w 5", "load: no workload is running; 'load start' starts one"),
        ("load stop", "load: no workload is running"),
        ("load start -h 10.9.9.9", "load: there is no host 10.9.9.9"),
        (
            "load ledger all",
            "load: 'load ledger' knows gone, lost, rolled-back, open and -n NUMBER, not 'all'",
        ),
    ] {
        assert_eq!(consoles.type_line("10.0.0.1", line), format!("{complaint}\n"));
        assert_eq!(consoles.type_line("10.0.0.1", "echo $?"), "1\n");
    }
    assert!(consoles.type_line("10.0.0.1", "load help").contains("--wait N"));
    assert_eq!(consoles.type_line("10.0.0.1", "load status"), "no workload was started yet\n");
}

#[test]
fn a_failover_shows_in_status_and_ledger() {
    let mut consoles = cluster();
    consoles.type_line("10.0.0.2", "load start --writes 300 --reads 0");
    consoles.pass(Span::from_secs(3));
    for (from, to) in [("10.0.0.1", "10.0.0.5"), ("10.0.0.5", "10.0.0.1")] {
        let (from, to) = (consoles.host(from), consoles.host(to));
        let settings = sim::LinkSettings { blocked: true, ..consoles.lab.world.link(from, to) };
        consoles.lab.act(Action::Link { from, to, settings });
    }
    consoles.pass(Span::from_secs(1));
    consoles.type_line("10.0.0.1", "kill -9 $(pidof redis-server)");
    consoles.pass(Span::from_secs(10));
    let status = consoles.type_line("10.0.0.2", "load status");
    assert!(number(&status, "lost") > 50 && number(&status, "refused") > 300, "{status}");
    let shard = status.lines().find(|it| it.contains("slots 0-5460")).expect("the shard");
    assert!(shard.contains("now at 10.0.0.5"), "{shard}");
    let gap = shard.split("unavailable ").nth(1).and_then(|it| it.split(' ').next());
    let gap: f64 = gap.and_then(|it| it.parse().ok()).expect("a gap");
    assert!((3.0..8.0).contains(&gap), "{shard}");
    let ledger = consoles.type_line("10.0.0.2", "load ledger lost -n 3");
    assert_eq!(ledger.lines().count(), 3, "{ledger}");
    for line in ledger.lines() {
        assert!(line.starts_with("lost: key:"), "{line}");
        assert!(line.contains("; 10.0.0.5 was promoted at "), "{line}");
        assert!(line.contains("; the last copy went with the process on 10.0.0.1 at "), "{line}");
    }
    let changed = consoles.type_line("10.0.0.3", "load change --wait 1");
    assert!(changed.starts_with("running: -c 6 --writes 300 --reads 0"), "{changed}");
    assert!(changed.contains("--wait 1"), "{changed}");
}

/// The same seed and actions give the same bytes, wherever windows end.
#[test]
fn a_history_with_a_workload_is_the_same_however_time_passes() {
    let scenario: Scenario = Plain { node_timeout: 1000, ..Plain::default() }.scenario();
    let run = |step: Span| {
        let (mut lab, mut nodes) = (Lab::open(&scenario, 9), Inline::default());
        assert!(nodes.run_opening(&mut lab, Span::from_secs(60)));
        let start = engine::Time(30_000_000);
        nodes.run_until(&mut lab, start);
        lab.act(Action::Workload(Some(Default::default())));
        for second in 1..=10 {
            let until = start + Span::from_secs(second);
            while lab.world.now() < until {
                let next = (lab.world.now() + step).min(until);
                nodes.run_until(&mut lab, next);
            }
            if second == 3 {
                let pid = lab.server(sim::HostId(0)).expect("a server").0;
                lab.act(Action::Crashed { pid });
                for pid in lab.take_ended() {
                    nodes.nodes.remove(&pid);
                }
            }
        }
        let sums = lab.settled_workload().ledger.sums;
        (lab.world.trace_hash(), sums, lab.workload().numbers.total)
    };
    let whole = run(Span::from_secs(1));
    assert!(whole.1.acknowledged > 300, "{whole:?}");
    assert_eq!(run(Span(777)), whole);
}

/// The kept figure: an hour of the default workload.
#[test]
fn an_hour_of_load_does_not_grow_without_end() {
    let mut consoles = cluster();
    consoles.type_line("10.0.0.1", "load start");
    let mut weights = Vec::new();
    for _ in 0..6 {
        consoles.pass(Span::from_secs(600));
        weights.push(consoles.lab.settled_workload().ledger.weight());
        consoles.lab.world.take_records();
    }
    let acknowledged = consoles.lab.workload().ledger.sums.acknowledged;
    println!("ledger after each ten minutes: {weights:?} bytes, {acknowledged} writes");
    assert!(acknowledged > 200_000);
    assert!(weights.iter().all(|&it| it < 400_000), "{weights:?}");
    assert!(weights[5] <= weights[0] + 20_000, "{weights:?}");
}

#[test]
fn clients_have_the_password_of_the_shells() {
    let walkthrough = Scenario::built_in("walkthrough").expect("it is built in");
    let (mut consoles, _) = Consoles::open(&walkthrough, 3);
    consoles.pass(Span::from_secs(10));
    let printed = consoles.type_line("192.168.0.161", "load -t 5 --writes 100 --reads 0");
    assert!(number(&printed, "acknowledged") > 450, "{printed}");
    assert_eq!(number(&printed, "refused"), 0, "{printed}");
}
