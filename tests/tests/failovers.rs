//! Failovers put together from what the nodes told, phase by phase.

use engine::Time;
use engine::time::Span;
use failover_tests::cluster::Cluster;
use failover_tests::resp::Reply;
use scenario::failovers::{Bar, Chronicle, End, Failover, Outcome, Phase};

const MASTER: usize = 0;
const REPLICA: usize = 3;

fn note(cluster: &mut Cluster, chronicle: &mut Chronicle) {
    cluster.lab.world.take_records().iter().for_each(|it| chronicle.take(it));
}

/// Passes time and returns the failovers up to then.
fn pass(cluster: &mut Cluster, chronicle: &mut Chronicle, secs: u64) -> Vec<Failover> {
    cluster.pass(Span::from_secs(secs));
    note(cluster, chronicle);
    chronicle.failovers(cluster.lab.world.now())
}

fn length(bar: &Bar) -> Option<u64> {
    Some(bar.to?.since(bar.from).as_millis())
}

fn lengths(bars: &[Bar], phase: Phase) -> Vec<Option<u64>> {
    bars.iter().filter(|it| it.phase == phase).map(length).collect()
}

/// Phases that follow one another leave no gap and do not overlap.
fn assert_chain(bars: &[Bar]) {
    let aside = [Phase::Slots, Phase::StateOk, Phase::WritesHeld];
    let chain: Vec<_> = bars.iter().filter(|it| !aside.contains(&it.phase)).collect();
    for pair in chain.windows(2) {
        assert_eq!(pair[0].to, Some(pair[1].from), "{pair:?}");
    }
}

fn killed() -> (Cluster, Chronicle, Time, Failover) {
    let mut cluster = Cluster::recorded_topology();
    let mut chronicle = Chronicle::default();
    note(&mut cluster, &mut chronicle);
    let at = cluster.lab.world.now();
    cluster.kill(MASTER);
    let mut failovers = pass(&mut cluster, &mut chronicle, 40);
    assert_eq!(failovers.len(), 1);
    let failover = failovers.remove(0);
    (cluster, chronicle, at, failover)
}

#[test]
fn an_automatic_failover_is_told_from_the_last_pong_to_the_last_node() {
    let (cluster, _, killed_at, failover) = killed();
    assert_eq!(failover.outcome, Outcome::Promoted);
    assert!(failover.is_over());
    assert_eq!(failover.master_host, Some(cluster.host(MASTER)));
    assert_eq!(failover.down, Some(killed_at));
    let bars = failover.bars();
    assert_chain(&bars);
    let phases: Vec<_> = bars.iter().map(|it| it.phase).collect();
    let wanted = [
        Phase::NodeTimeout,
        Phase::Cron,
        Phase::Reports,
        Phase::Cron,
        Phase::FixedDelay,
        Phase::RandomDelay,
        Phase::Cron,
        Phase::Votes,
        Phase::Promotion,
        Phase::Slots,
        Phase::StateOk,
    ];
    // These two depend on who counted the majority, and on when the last PING was.
    let optional = [Phase::NextPing, Phase::FailSpreads];
    let phases: Vec<_> = phases.into_iter().filter(|it| !optional.contains(it)).collect();
    assert_eq!(phases, wanted);
    assert_eq!(lengths(&bars, Phase::NodeTimeout), [Some(15_000)]);
    assert_eq!(lengths(&bars, Phase::FixedDelay), [Some(500)]);
    let random = lengths(&bars, Phase::RandomDelay)[0].expect("it is over");
    assert!(random < 500, "{random}");
    assert!(
        lengths(&bars, Phase::Cron).iter().all(|it| it.is_some_and(|ms| ms <= 101)),
        "{bars:?}"
    );
    assert_eq!(lengths(&bars, Phase::RankDelay), [], "it has no sibling");
    let attempt = &failover.attempts[0];
    assert_eq!(attempt.votes.iter().filter(|it| it.needed > 0).count(), 2, "{attempt:?}");
    assert_eq!(attempt.ended.map(|(_, end)| end), Some(End::Won));
    assert_eq!(failover.moved.len(), 5, "every node that lives has seen it");
    assert!(failover.reports.iter().any(|it| it.reports >= it.needed));
}

#[test]
fn a_manual_failover_is_told_from_the_request_to_the_last_node() {
    let mut cluster = Cluster::recorded_topology();
    let mut chronicle = Chronicle::default();
    note(&mut cluster, &mut chronicle);
    assert_eq!(cluster.ask(REPLICA, "CLUSTER FAILOVER"), Reply::ok());
    let failovers = pass(&mut cluster, &mut chronicle, 5);
    let [failover] = failovers.as_slice() else { panic!("{failovers:?}") };
    assert_eq!(failover.outcome, Outcome::Promoted);
    assert!(failover.is_over() && failover.suspicions.is_empty());
    let bars = failover.bars();
    assert_chain(&bars);
    let phases: Vec<_> = bars.iter().map(|it| it.phase).collect();
    let wanted = [
        Phase::MfStart,
        Phase::WritesHeld,
        Phase::Offset,
        Phase::CatchUp,
        Phase::Votes,
        Phase::Promotion,
        Phase::Slots,
    ];
    assert_eq!(phases, wanted);
    assert!(bars.iter().all(|it| length(it).is_some_and(|ms| ms < 1000)), "{bars:?}");
    assert_eq!(failover.attempts[0].delay_ms, 0);
    assert_eq!(failover.moved.len(), 6);
}

#[test]
fn a_takeover_is_a_promotion_without_an_election() {
    let mut cluster = Cluster::recorded_topology();
    let mut chronicle = Chronicle::default();
    note(&mut cluster, &mut chronicle);
    assert_eq!(cluster.ask(REPLICA, "CLUSTER FAILOVER TAKEOVER"), Reply::ok());
    let failovers = pass(&mut cluster, &mut chronicle, 20);
    let [failover] = failovers.as_slice() else { panic!("{failovers:?}") };
    let phases: Vec<_> = failover.bars().iter().map(|it| it.phase).collect();
    assert_eq!(phases, [Phase::Promotion, Phase::Slots]);
    assert!(failover.attempts.is_empty() && failover.is_over());
}

#[test]
fn a_manual_failover_that_times_out_says_where_it_stood() {
    let mut cluster = Cluster::recorded_topology();
    let mut chronicle = Chronicle::default();
    note(&mut cluster, &mut chronicle);
    let (from, to) = (cluster.host(MASTER), cluster.host(REPLICA));
    let mut settings = cluster.lab.world.link(from, to);
    settings.blocked = true;
    cluster.lab.world.set_link(from, to, settings);
    assert_eq!(cluster.ask(REPLICA, "CLUSTER FAILOVER"), Reply::ok());
    let failovers = pass(&mut cluster, &mut chronicle, 7);
    let [failover] = failovers.as_slice() else { panic!("{failovers:?}") };
    assert!(matches!(failover.outcome, Outcome::TimedOut(_)), "{failover:?}");
    let bars = failover.bars();
    // The request itself waits, by Nagle's algorithm, for an acknowledgement that can not come.
    let stood = lengths(&bars, Phase::MfStart)[0].expect("it is over");
    assert!((4_990..5_200).contains(&stood) && bars.len() == 1, "{bars:?}");
    assert!(failover.is_over() && failover.promoted.is_none());
}

#[test]
fn a_master_that_answers_again_ends_the_doubt() {
    let mut cluster = Cluster::recorded_topology();
    let mut chronicle = Chronicle::default();
    note(&mut cluster, &mut chronicle);
    let (pid, _) = cluster.lab.server(cluster.host(MASTER)).expect("it runs");
    for node in [1, 2] {
        let (pid, _) = cluster.lab.server(cluster.host(node)).expect("it runs");
        cluster.lab.world.stop(pid);
    }
    cluster.lab.world.stop(pid);
    let failovers = pass(&mut cluster, &mut chronicle, 40);
    assert!(failovers.iter().all(|it| it.outcome == Outcome::Open && it.failed.is_empty()));
    for node in [0, 1, 2] {
        let (pid, _) = cluster.lab.server(cluster.host(node)).expect("it is frozen");
        cluster.lab.world.cont(pid);
    }
    let failovers = pass(&mut cluster, &mut chronicle, 40);
    assert!(!failovers.is_empty());
    for failover in failovers {
        assert!(matches!(failover.outcome, Outcome::Answered(_)), "{failover:?}");
        assert!(failover.bars().iter().all(|it| it.to.is_some()), "{:?}", failover.bars());
    }
}

/// Whoever goes back sees what was known then, and whoever goes on from there tells another story.
#[test]
fn the_past_is_told_as_it_was() {
    let (cluster, mut chronicle, _, failover) = killed();
    let planned = failover.attempts[0].planned;
    let then = chronicle.failovers(planned);
    assert_eq!(then[0].outcome, Outcome::Open);
    assert_eq!(then[0].attempts[0].requested, None);
    assert_eq!(then[0].bars().last().map(|it| it.phase), Some(Phase::RandomDelay));
    let now = cluster.lab.world.now();
    assert_eq!(chronicle.failovers(now), [failover]);
    chronicle.cut(planned);
    assert_eq!(chronicle.failovers(now), then);
}

#[test]
fn two_failovers_of_one_shard_are_told_apart() {
    let mut cluster = Cluster::recorded_topology();
    let mut chronicle = Chronicle::default();
    note(&mut cluster, &mut chronicle);
    for candidate in [REPLICA, MASTER] {
        assert_eq!(cluster.ask(candidate, "CLUSTER FAILOVER"), Reply::ok());
        pass(&mut cluster, &mut chronicle, 20);
    }
    let failovers = chronicle.failovers(cluster.lab.world.now());
    let promoted: Vec<_> = failovers.iter().map(|it| it.promoted.map(|(_, host)| host)).collect();
    assert_eq!(promoted, [REPLICA, MASTER].map(|node| Some(cluster.host(node))));
    assert!(failovers.iter().all(Failover::is_over), "{failovers:?}");
}
