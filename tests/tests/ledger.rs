//! The ledger of acknowledged writes says what reading the keys back says.

use std::collections::BTreeMap;

use engine::time::Span;
use failover_tests::console::Consoles;
use scenario::scenario::Plain;
use scenario::workload::{End, Outcome, Rerun, Rule, Settings, Sums, Variant, key_name, value_of};
use scenario::{Action, Scenario};
use sim::LinkSettings;

/// Every write has a key of its own, so that each can be read back.
fn settings(flags: &str) -> Settings {
    let own_keys = Settings { keys: 1_000_000, sequential: true, reads: 0, ..Settings::default() };
    own_keys.read(&flags.split_whitespace().collect::<Vec<_>>()).expect("flags")
}

fn cluster(config: &str) -> Consoles {
    let config = config.to_owned();
    let plain: Scenario = Plain { node_timeout: 3000, config, ..Plain::default() }.scenario();
    Consoles::open(&plain, 5).0
}

fn start(consoles: &mut Consoles, flags: &str) {
    consoles.lab.act(Action::Workload(Some(settings(flags))));
}

fn stop(consoles: &mut Consoles) -> Sums {
    consoles.lab.act(Action::Workload(None));
    consoles.pass(Span::from_secs(20));
    consoles.lab.settled_workload().ledger.sums
}

/// Reads every acknowledged write back through redis-cli and compares it with the ledger.
fn agree(consoles: &mut Consoles, at: &str) -> usize {
    let ledger = &consoles.lab.workload().ledger;
    let mut expected = BTreeMap::new();
    for entry in ledger.kept() {
        expected.insert(entry.key, Some(value_of(entry.number)));
    }
    for (_, entry) in ledger.gone() {
        assert!(expected.insert(entry.key, None).is_none(), "{} is both", entry.key);
    }
    assert_eq!(ledger.open().count(), 0, "all is decided");
    assert_eq!(expected.len() as u64, ledger.sums.acknowledged);
    let host = consoles.host(at);
    let lines: String = expected.keys().map(|&key| format!("GET {}\n", key_name(key))).collect();
    consoles.lab.world.write_file(host, "keys", lines.into_bytes());
    let printed = consoles.type_line(at, "cat keys | redis-cli -c");
    let found: Vec<_> = printed.lines().filter(|line| !line.starts_with("->")).collect();
    assert_eq!(found.len(), expected.len());
    for ((key, expected), found) in expected.iter().zip(found) {
        let expected = expected.as_ref().map_or("(nil)".into(), |it| format!("\"{it}\""));
        assert_eq!(found, expected, "key:{key}");
    }
    expected.values().filter(|it| it.is_none()).count()
}

fn set_link(consoles: &mut Consoles, from: &str, to: &str, change: impl Fn(&mut LinkSettings)) {
    let (from, to) = (consoles.host(from), consoles.host(to));
    let mut settings = consoles.lab.world.link(from, to);
    change(&mut settings);
    consoles.lab.act(Action::Link { from, to, settings });
}

fn cut(consoles: &mut Consoles, a: &str, b: &str, blocked: bool) {
    set_link(consoles, a, b, |link| link.blocked = blocked);
    set_link(consoles, b, a, |link| link.blocked = blocked);
}

/// The replica of the master at 10.0.0.1.
const REPLICA: &str = "10.0.0.5";

#[test]
fn a_manual_failover_loses_nothing_that_was_acknowledged() {
    let mut consoles = cluster("");
    start(&mut consoles, "--writes 300");
    consoles.pass(Span::from_secs(3));
    let answer = consoles.type_line(REPLICA, "redis-cli CLUSTER FAILOVER");
    assert!(answer.contains("OK"), "{answer}");
    consoles.pass(Span::from_secs(5));
    assert!(consoles.type_line(REPLICA, "redis-cli ROLE").contains("master"));
    let sums = stop(&mut consoles);
    assert!(sums.acknowledged > 2000, "{sums:?}");
    assert_eq!((sums.lost, sums.rolled_back, sums.open()), (0, 0, 0));
    assert_eq!(agree(&mut consoles, "10.0.0.2"), 0);
}

#[test]
fn a_kill_behind_a_slow_link_loses_nothing_since_the_kernel_delivers_what_was_sent() {
    let mut consoles = cluster("");
    start(&mut consoles, "--writes 300");
    consoles.pass(Span::from_secs(3));
    set_link(&mut consoles, "10.0.0.1", REPLICA, |link| link.latency = Span::from_millis(400));
    consoles.pass(Span::from_millis(1500));
    consoles.type_line("10.0.0.1", "kill -9 $(pidof redis-server)");
    consoles.pass(Span::from_secs(12));
    let sums = stop(&mut consoles);
    assert_eq!((sums.lost, sums.rolled_back, sums.open()), (0, 0, 0), "{sums:?}");
    assert_eq!(agree(&mut consoles, "10.0.0.2"), 0);
}

#[test]
fn a_kill_with_replication_held_back_loses_exactly_what_the_ledger_says() {
    let mut consoles = cluster("");
    start(&mut consoles, "--writes 300");
    consoles.pass(Span::from_secs(3));
    cut(&mut consoles, "10.0.0.1", REPLICA, true);
    consoles.pass(Span::from_millis(1500));
    let (killed, victim) = (consoles.now(), consoles.host("10.0.0.1"));
    consoles.type_line("10.0.0.1", "kill -9 $(pidof redis-server)");
    consoles.pass(Span::from_secs(12));
    let sums = stop(&mut consoles);
    assert!(sums.lost > 10 && sums.rolled_back == 0 && sums.open() == 0, "{sums:?}");
    for (outcome, entry) in consoles.lab.workload().ledger.gone() {
        assert_eq!((*outcome, entry.host), (Outcome::Lost, victim));
        let ending = entry.ending.as_ref().expect("an ending");
        assert_eq!((ending.how, ending.host), (End::Process, victim));
        assert!(ending.at >= killed && ending.at <= killed + Span::from_millis(1));
        let ruling = entry.ruling.as_ref().expect("a ruling");
        assert_eq!(ruling.host, consoles.host(REPLICA));
        let Rule::Promotion { offset, .. } = ruling.how else { panic!("{ruling:?}") };
        assert!(entry.offset > offset, "{entry:?}");
    }
    assert_eq!(agree(&mut consoles, "10.0.0.2") as u64, sums.lost);
}

#[test]
fn what_a_minority_master_accepted_is_rolled_back_when_it_rejoins() {
    let mut consoles = cluster("");
    start(&mut consoles, "--writes 300");
    consoles.pass(Span::from_secs(3));
    for other in ["10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6"] {
        cut(&mut consoles, "10.0.0.1", other, true);
    }
    consoles.pass(Span::from_secs(15));
    let before = consoles.lab.settled_workload().ledger.sums;
    assert_eq!((before.lost, before.rolled_back), (0, 0));
    assert!(before.open() > 20, "{before:?}");
    for other in ["10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6"] {
        cut(&mut consoles, "10.0.0.1", other, false);
    }
    consoles.pass(Span::from_secs(10));
    let sums = stop(&mut consoles);
    assert!(sums.rolled_back > 20 && sums.lost == 0 && sums.open() == 0, "{sums:?}");
    let old = consoles.host("10.0.0.1");
    for (outcome, entry) in consoles.lab.workload().ledger.gone() {
        assert_eq!((*outcome, entry.host), (Outcome::RolledBack, old));
        let ending = entry.ending.as_ref().expect("an ending");
        assert_eq!((ending.how, ending.host), (End::Synchronisation, old));
        assert_eq!(entry.ruling.as_ref().map(|it| it.host), Some(consoles.host(REPLICA)));
    }
    assert_eq!(agree(&mut consoles, "10.0.0.2") as u64, sums.rolled_back);
}

/// Runs the kill of the second test with other settings; returns what became of the writes.
fn kill_under(config: &str, flags: &str) -> (Consoles, Sums) {
    let mut consoles = cluster(config);
    start(&mut consoles, flags);
    consoles.pass(Span::from_secs(3));
    cut(&mut consoles, "10.0.0.1", REPLICA, true);
    consoles.pass(Span::from_millis(2500));
    consoles.type_line("10.0.0.1", "kill -9 $(pidof redis-server)");
    consoles.pass(Span::from_secs(15));
    let sums = stop(&mut consoles);
    assert_eq!(sums.open(), 0);
    (consoles, sums)
}

#[test]
fn under_wait_a_write_is_kept_or_not_acknowledged() {
    let (mut consoles, plain) = kill_under("", "--writes 300");
    assert!(plain.lost > 100, "{plain:?}");
    assert_eq!(agree(&mut consoles, "10.0.0.2") as u64, plain.lost);
    let (mut consoles, careful) = kill_under("", "--writes 300 --wait 1 --wait-timeout 200");
    assert_eq!((careful.lost, careful.rolled_back), (0, 0));
    assert!(careful.acknowledged > 1000, "{careful:?}");
    assert!(consoles.lab.workload().numbers.total.short > 0);
    assert_eq!(agree(&mut consoles, "10.0.0.2"), 0);
}

#[test]
fn min_replicas_to_write_bounds_the_loss() {
    let (_, plain) = kill_under("", "--writes 300");
    let bound = "min-replicas-to-write 1\nmin-replicas-max-lag 1\n";
    let (mut consoles, bounded) = kill_under(bound, "--writes 300");
    assert!(bounded.lost > 0 && bounded.lost < plain.lost, "{bounded:?} {plain:?}");
    let refusals = &consoles.lab.workload().numbers.refusals;
    assert!(refusals.get("NOREPLICAS").is_some_and(|&it| it > 0), "{refusals:?}");
    assert_eq!(agree(&mut consoles, "10.0.0.2") as u64, bounded.lost);
}

#[test]
fn a_master_that_comes_back_empty_before_anybody_was_promoted_loses_all_of_its_writes() {
    let mut consoles = cluster("");
    start(&mut consoles, "--writes 300");
    consoles.pass(Span::from_secs(5));
    let kept = consoles.lab.settled_workload().ledger.sums.kept;
    assert!(kept > 500);
    consoles.type_line("10.0.0.1", "kill -9 $(pidof redis-server)");
    consoles.type_line("10.0.0.1", "redis-server redis.conf");
    consoles.pass(Span::from_secs(10));
    let sums = stop(&mut consoles);
    assert!(sums.lost + sums.rolled_back > 300, "{sums:?}");
    let gone = consoles.lab.workload().ledger.gone();
    assert!(
        gone.iter().all(|(_, it)| it.ruling.as_ref().is_some_and(|it| it.how == Rule::Restart))
    );
    assert!(agree(&mut consoles, "10.0.0.2") > 300);
}

#[test]
fn writes_move_with_their_slots() {
    let mut consoles = cluster("");
    start(&mut consoles, "--writes 300");
    consoles.pass(Span::from_secs(3));
    let id = consoles.type_line("10.0.0.2", "redis-cli CLUSTER MYID").trim().to_owned();
    let from = consoles.type_line("10.0.0.1", "redis-cli CLUSTER MYID").trim().to_owned();
    let line = format!(
        "redis-cli --cluster reshard 10.0.0.1:6379 --cluster-from {from} --cluster-to {id} \
         --cluster-slots 200 --cluster-yes"
    );
    consoles.type_line("10.0.0.3", &line);
    consoles.pass(Span::from_secs(2));
    let sums = stop(&mut consoles);
    assert_eq!((sums.lost, sums.rolled_back, sums.open()), (0, 0, 0));
    assert_eq!(agree(&mut consoles, "10.0.0.2"), 0);
}

/// The live run, then the same again under WAIT and under min-replicas-to-write.
#[test]
fn the_same_seed_again_under_wait_or_min_replicas_loses_less() {
    let mut consoles = cluster("");
    start(&mut consoles, "--writes 300");
    consoles.pass(Span::from_secs(3));
    cut(&mut consoles, "10.0.0.1", REPLICA, true);
    consoles.pass(Span::from_millis(2500));
    consoles.type_line("10.0.0.1", "kill -9 $(pidof redis-server)");
    consoles.pass(Span::from_secs(15));
    let plain = stop(&mut consoles);
    let again = |variant: &Variant| {
        let mut rerun = Rerun::of(&consoles.lab, 5, variant);
        while rerun.step() {}
        assert_eq!(rerun.lab().world.now(), consoles.lab.world.now());
        (rerun.lab().world.trace_hash(), rerun.workload().ledger.sums)
    };
    let (hash, same) = again(&Variant::default());
    assert_eq!((hash, same), (consoles.lab.world.trace_hash(), plain));
    let flags = ["--wait", "1", "--wait-timeout", "200"].map(String::from).to_vec();
    let (_, careful) = again(&Variant { flags, config: String::new() });
    assert!(plain.lost > 100 && careful.lost == 0 && careful.kept > 1000, "{plain:?} {careful:?}");
    let config = "min-replicas-to-write 1\nmin-replicas-max-lag 1\n".to_owned();
    let (_, bounded) = again(&Variant { flags: Vec::new(), config });
    assert!(bounded.lost > 0 && bounded.lost < plain.lost, "{plain:?} {bounded:?}");
}
