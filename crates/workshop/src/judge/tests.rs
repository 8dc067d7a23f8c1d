//! How checks are judged.

use std::net::Ipv4Addr;

use engine::time::Span;
use scenario::workload::Figures;

use super::*;
use crate::condition::{Health, Role, Server};
use crate::exercise::Exercise;
use crate::progress::Mark;
use crate::read::{Texts, read};

const A: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);
const B: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 4);

/// An exercise with these steps: the lines of a check each, but for its id, text and hint.
fn exercise(steps: &[&[&str]]) -> Exercise {
    let mut text = "+++\ntitle = \"t\"\nsummary = \"s\"\nlevel = \"basic\"\nminutes = 1\n\
                    lab = \"design\"\n+++\n"
        .to_owned();
    for (step, checks) in steps.iter().enumerate() {
        text += &format!("\n## Step\n\n```step\nid = \"s{step}\"\n```\n");
        for (check, lines) in checks.iter().enumerate() {
            text += &format!(
                "\n```check\nid = \"c{check}\"\ntext = \"t\"\nhint = \"h\"\n{lines}\n```\n"
            );
        }
    }
    let texts = Texts { id: "t", english: &text, translation: None, catalogue: &[] };
    read(&texts).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

/// A judge that is begun at 0 s, with all servers up.
fn begun(steps: &[&[&str]]) -> Judge {
    let mut judge = Judge::new(&exercise(steps).task());
    for last in 1..=6 {
        see(&mut judge, 0, Ipv4Addr::new(10, 0, 0, last), Seen::Server(Server::Running));
    }
    judge.begin(Time::ZERO);
    judge
}

fn ms(ms: u64) -> Time {
    Time(ms * 1000)
}

fn see(judge: &mut Judge, at: u64, host: Ipv4Addr, what: Seen) {
    judge.take(Fact { at: ms(at), host: Some(host), what });
}

fn role(judge: &mut Judge, at: u64, host: Ipv4Addr, role: Role) {
    see(judge, at, host, Seen::Role(role, None));
}

fn typed(judge: &mut Judge, at: u64, host: Ipv4Addr, line: &str) {
    let prompt = format!("redis@{host}:~$ ");
    see(judge, at, host, Seen::Typed { prompt, line: line.into() });
}

fn marks(judge: &Judge) -> Vec<Mark> {
    judge.progress().steps.last().map(|step| step.checks.clone()).unwrap_or_default()
}

#[test]
fn what_came_true_once_is_ticked_off_and_what_must_still_hold_is_looked_at_in_the_end() {
    let steps: [&[&str]; 1] = [&[
        "when = 'role 10.0.0.4 is master'",
        "when = 'typed \"done\"'",
        "still = 'state 10.0.0.1 is ok'",
    ]];
    let mut judge = begun(&steps);
    role(&mut judge, 1000, B, Role::Master);
    role(&mut judge, 2000, B, Role::Replica);
    see(&mut judge, 3000, A, Seen::State(true));
    see(&mut judge, 4000, A, Seen::State(false));
    typed(&mut judge, 5000, A, "done");
    assert_eq!(marks(&judge), [Mark::Met(ms(1000)), Mark::Met(ms(5000)), Mark::Open]);
    assert_eq!(judge.progress().solved, None);
    see(&mut judge, 6000, A, Seen::State(true));
    assert_eq!(judge.progress().solved, Some(ms(6000)));
    assert_eq!(judge.progress().step, 1);
}

#[test]
fn what_must_never_be_loses_the_step_and_a_wrong_turn_does_not() {
    let steps: [&[&str]; 1] = [&[
        "when = 'typed \"done\"'",
        "never = 'command \"cluster failover TAKEOVER\"'",
        "wrong = 'role 10.0.0.4 is master'",
    ]];
    let mut judge = begun(&steps);
    role(&mut judge, 100, B, Role::Master);
    assert_eq!(marks(&judge), [Mark::Open, Mark::Open, Mark::Missed(ms(100))]);
    role(&mut judge, 200, B, Role::Replica);
    assert_eq!(marks(&judge)[2], Mark::Open);
    let mut lost = judge.clone();
    typed(&mut lost, 300, A, "redis-cli -h 10.0.0.4 CLUSTER FAILOVER takeover");
    typed(&mut lost, 400, A, "done");
    assert_eq!(marks(&lost), [Mark::Met(ms(400)), Mark::Missed(ms(300)), Mark::Open]);
    assert_eq!(lost.progress().solved, None);
    typed(&mut judge, 400, A, "done");
    assert_eq!(judge.progress().solved, Some(ms(400)));
    assert_eq!(marks(&judge)[1], Mark::Met(ms(400)));
}

#[test]
fn a_limit_is_kept_by_virtual_time_even_when_nothing_happens() {
    let within: [&[&str]; 1] = [&["when = 'role 10.0.0.4 is master'\nwithin = '2s'"]];
    for (at, mark) in [(2000, Mark::Met(ms(2000))), (2001, Mark::Missed(ms(2000)))] {
        let mut judge = begun(&within);
        role(&mut judge, at, B, Role::Master);
        let progress = judge.progress();
        assert_eq!(progress.steps[0].checks, [mark]);
    }
    let mut judge = begun(&within);
    judge.pass(ms(2000));
    assert_eq!(marks(&judge), [Mark::Open]);
    judge.pass(ms(9000));
    assert_eq!(marks(&judge), [Mark::Missed(ms(2000))]);
    assert_eq!(judge.progress_at(ms(1999)).steps[0].checks, [Mark::Open]);
    role(&mut judge, 9500, B, Role::Master);
    assert_eq!(judge.progress().solved, None);
}

#[test]
fn the_time_is_counted_from_what_since_names() {
    let lines = "when = 'role 10.0.0.4 is master'\nwithin = '1s'\nsince = 'typed \"go\"'";
    let mut judge = begun(&[&[lines]]);
    judge.pass(ms(60_000));
    typed(&mut judge, 60_000, B, "go");
    role(&mut judge, 60_900, B, Role::Master);
    assert_eq!(judge.progress().solved, Some(ms(60_900)));
    // What was so before is so at its beginning.
    let mut judge = begun(&[&[lines]]);
    role(&mut judge, 10, B, Role::Master);
    typed(&mut judge, 5000, B, "go");
    assert_eq!(judge.progress().solved, Some(ms(5000)));
}

#[test]
fn what_must_last_starts_anew_after_a_break() {
    let mut judge = begun(&[&["when = 'state 10.0.0.1 is ok'\nlasting = '5s'\nwithin = '8s'"]]);
    see(&mut judge, 1000, A, Seen::State(true));
    see(&mut judge, 5999, A, Seen::State(false));
    see(&mut judge, 7000, A, Seen::State(true));
    // It began in time, and lasts until after the limit.
    judge.pass(ms(11_999));
    assert_eq!(judge.progress().solved, None);
    judge.pass(ms(30_000));
    assert_eq!(judge.progress().solved, Some(ms(12_000)));
}

#[test]
fn what_happened_before_the_step_does_not_count_in_it() {
    let mut judge = begun(&[
        &["when = 'typed \"next\"'"],
        &["when = ['log any \"Hello*\"', 'reply \"b*\" to \"look\" at 10.0.0.1']"],
    ]);
    see(&mut judge, 100, A, Seen::Log("Hello you".into()));
    typed(&mut judge, 200, A, "look");
    see(&mut judge, 201, A, Seen::Printed("a\nbc\n".into()));
    typed(&mut judge, 300, A, "next");
    see(&mut judge, 400, B, Seen::Log("Hello you".into()));
    assert_eq!(judge.progress().solved, None);
    typed(&mut judge, 500, A, "look");
    see(&mut judge, 501, A, Seen::Printed("a\nb".into()));
    see(&mut judge, 502, B, Seen::Printed("bd\n".into()));
    assert_eq!(judge.progress().solved, None);
    see(&mut judge, 503, A, Seen::Printed("e\n".into()));
    assert_eq!(judge.progress().solved, Some(ms(503)));
}

#[test]
fn a_reply_belongs_to_the_command_whatever_its_form() {
    for (prompt, line) in [
        ("redis@10.0.0.1:~$ ", "redis-cli -a x cluster info | head"),
        ("127.0.0.1:6379> ", "Cluster Info"),
    ] {
        let mut judge =
            begun(&[&["when = 'reply \"cluster_state:ok\" to \"CLUSTER INFO\" at 10.0.0.1'"]]);
        see(&mut judge, 1, A, Seen::Typed { prompt: prompt.into(), line: line.into() });
        see(&mut judge, 2, A, Seen::Printed("cluster_state:ok\r\n".into()));
        assert_eq!(judge.progress().solved, Some(ms(2)), "{line}");
    }
}

#[test]
fn any_is_one_and_all_are_those_whose_server_runs() {
    let solved = |condition: &str, facts: &[(Ipv4Addr, Seen)]| {
        let line = format!("still = '{condition}'");
        let mut judge = begun(&[&["when = 'typed \"look\"'", &line]]);
        for (host, what) in facts {
            see(&mut judge, 10, *host, what.clone());
        }
        typed(&mut judge, 11, A, "look");
        judge.progress().solved.is_some()
    };
    let all = |what: Seen| -> Vec<(Ipv4Addr, Seen)> {
        (1..=6).map(|last| (Ipv4Addr::new(10, 0, 0, last), what.clone())).collect()
    };
    let with = |mut facts: Vec<(Ipv4Addr, Seen)>, host, what| {
        facts.push((host, what));
        facts
    };
    assert!(solved("state any is ok", &[(A, Seen::State(true))]));
    assert!(!solved("state all is ok", &[(A, Seen::State(true))]));
    assert!(solved("state all is ok", &all(Seen::State(true))));
    // One that is stopped does not count, neither for all nor as a replica or master.
    let stopped = with(all(Seen::State(true)), B, Seen::Server(Server::Stopped));
    assert!(solved("state all is ok", &stopped) && !solved("state 10.0.0.4 is ok", &stopped));
    assert!(solved("server 10.0.0.4 is stopped", &stopped));
    assert!(!solved("server all is running", &stopped));
    let frozen = with(all(Seen::State(false)), B, Seen::Server(Server::Frozen));
    assert!(solved("server any is frozen", &frozen) && solved("state all is fail", &frozen));
    // Links are replicas' affair.
    let linked = [(B, Seen::Role(Role::Replica, Some(A))), (B, Seen::Link(true))];
    assert!(solved("link all is up", &linked) && !solved("link 10.0.0.1 is up", &linked));
    assert!(solved("10.0.0.4 replicates 10.0.0.1", &linked));
    // Nobody is asked about itself.
    let seen = with(all(Seen::Health(B, Health::Fail)), B, Seen::Health(B, Health::Ok));
    assert!(solved("all sees 10.0.0.4 as fail", &seen));
    assert!(solved("10.0.0.1 sees 10.0.0.2 as ok", &[]));
}

#[test]
fn numbers_are_compared() {
    let solved = |condition: &str| {
        let line = format!("still = '{condition}'");
        let mut judge = begun(&[&["when = 'typed \"look\"'", &line]]);
        see(&mut judge, 1, A, Seen::Slots(vec![(0, 99), (200, 200)]));
        see(&mut judge, 1, A, Seen::Epoch(7));
        let clients =
            Figures { running: true, lost: 3, unavailable: Span(2_500_000), ..Figures::default() };
        judge.take(Fact { at: ms(2), host: None, what: Seen::Clients(clients) });
        typed(&mut judge, 11, A, "look");
        judge.progress().solved.is_some()
    };
    for (condition, holds) in [
        ("slots 10.0.0.1 is 101", true),
        ("slots 10.0.0.1 at most 100", false),
        ("slot 200 at 10.0.0.1", true),
        ("slot 150 at 10.0.0.1", false),
        ("epoch 10.0.0.1 at least 7", true),
        ("epoch 10.0.0.1 is 6", false),
        ("clients are running", true),
        ("clients lost at least 3", true),
        ("clients acknowledged at least 1", false),
        ("clients unavailable at least 2500ms", true),
        ("clients unavailable at most 2s", false),
        ("not clients unavailable at most 2s", true),
        ("epoch 10.0.0.1 is 6 or slot 5 at 10.0.0.1", true),
    ] {
        assert_eq!(solved(condition), holds, "{condition}");
    }
}

#[test]
fn a_step_that_asks_for_nothing_waits_for_the_reader() {
    let mut judge = begun(&[&[], &["when = 'typed \"a\"'"]]);
    typed(&mut judge, 100, A, "a");
    assert!(judge.is_reading());
    judge.go_on(ms(200));
    assert!(!judge.is_reading());
    assert_eq!((judge.progress().step, judge.progress().steps[0].done), (1, Some(ms(200))));
    typed(&mut judge, 300, A, "a");
    assert_eq!(judge.progress().solved, Some(ms(300)));
}

#[test]
fn a_reader_goes_on_by_plan_as_before() {
    let steps: [&[&str]; 3] = [&[], &["when = 'typed \"a\"'"], &[]];
    let mut judge = begun(&steps);
    judge.go_on(ms(200));
    typed(&mut judge, 300, A, "a");
    judge.go_on(ms(400));
    assert_eq!(judge.progress().solved, Some(ms(400)));
    let mut again = begun(&steps);
    again.go_on_at(judge.went_on().collect::<Vec<_>>());
    // No look between the first page and what follows it.
    typed(&mut again, 300, A, "a");
    again.pass(ms(350));
    assert_eq!(again.progress().solved, None);
    again.pass(ms(500));
    assert_eq!(again.progress(), judge.progress());
    for at in (0..50).map(|it| ms(it * 10)) {
        assert_eq!(again.progress_at(at), judge.progress_at(at), "{at:?}");
    }
}

/// A history with all that a judge keeps.
fn history() -> Vec<Fact> {
    let mut facts = Vec::new();
    for round in 0..1500_u64 {
        let at = ms(1000 + round * 10);
        facts.push(Fact { at, host: Some(A), what: Seen::State(round % 7 > 2) });
        if round % 300 == 200 {
            let (prompt, line) = ("redis@10.0.0.1:~$ ".into(), "next".into());
            facts.push(Fact { at, host: Some(A), what: Seen::Typed { prompt, line } });
        }
    }
    facts
}

const LONG: [&[&str]; 3] = [
    &["when = 'typed \"next\"'", "still = 'state 10.0.0.1 is ok'"],
    &["when = 'typed \"next\"'", "when = 'state 10.0.0.1 is ok'\nlasting = '35ms'"],
    &["when = 'typed \"next\"'\nwithin = '1s'"],
];

#[test]
fn how_it_stood_earlier_can_be_asked_for_and_gone_back_to() {
    let facts = history();
    let mut whole = begun(&LONG);
    facts.iter().for_each(|fact| whole.take(fact.clone()));
    let last = whole.progress().clone();
    assert!(matches!(last.steps[2].checks[..], [Mark::Missed(_)]), "{last:?}");
    for at in [0, 1000, 2995, 3000, 3100, 8005, 9999, 12_340, 15_990] {
        let mut fresh = begun(&LONG);
        facts.iter().filter(|it| it.at <= ms(at)).for_each(|fact| fresh.take(fact.clone()));
        fresh.pass(ms(at));
        assert_eq!(whole.progress_at(ms(at)), fresh.progress(), "{at} ms");
        let mut cut = whole.clone();
        cut.cut(ms(at));
        assert_eq!(cut.progress(), fresh.progress(), "{at} ms");
        // What is told again is known, and what follows leads to the same.
        facts.iter().for_each(|fact| cut.take(fact.clone()));
        assert_eq!(*cut.progress(), last, "{at} ms");
        assert_eq!(cut.changes, whole.changes, "{at} ms");
    }
}

#[test]
fn it_does_not_matter_how_often_somebody_looks() {
    let facts = history();
    let mut whole = begun(&LONG);
    let mut looked = whole.clone();
    for fact in facts {
        while looked.course.now + Span(3333) < fact.at {
            looked.pass(looked.course.now + Span(3333));
        }
        looked.take(fact.clone());
        whole.take(fact);
    }
    assert_eq!(looked.changes, whole.changes);
}
