//! Why a failover does not get on: clusters that really are in that state, and what their nodes'
//! own verdicts are.

use engine::event::Refusal;
use engine::time::Span;
use engine::{Event, Output, Suspicion, Time, Verdict, View};
use failover_tests::cluster::Cluster;
use failover_tests::resp::Reply;
use scenario::failovers::Chronicle;
use sim::{LinkSettings, What};

/// A master, and its replica.
const MASTER: usize = 0;
const REPLICA: usize = 3;
/// The other masters.
const OTHERS: [usize; 2] = [1, 2];

fn view(cluster: &Cluster, node: usize) -> View {
    let (pid, _) = cluster.lab.server(cluster.host(node)).expect("its server runs");
    cluster.nodes.nodes[&pid].view()
}

fn verdict(cluster: &Cluster) -> Verdict {
    view(cluster, REPLICA).verdict.expect("it is a replica")
}

/// What one node lacks to mark the master FAIL.
fn suspicion(cluster: &Cluster, by: usize, about: usize) -> Option<Suspicion> {
    let id = view(cluster, about).id;
    view(cluster, by).peers.iter().find(|it| it.id == id).expect("they know each other").suspicion
}

fn stop(cluster: &mut Cluster, node: usize, stopped: bool) {
    let (pid, _) = cluster.lab.server(cluster.host(node)).expect("its server runs");
    if stopped { cluster.lab.world.stop(pid) } else { cluster.lab.world.cont(pid) }
}

fn link(cluster: &mut Cluster, from: usize, to: usize, change: impl Fn(&mut LinkSettings)) {
    let (from, to) = (cluster.host(from), cluster.host(to));
    let mut settings = cluster.lab.world.link(from, to);
    change(&mut settings);
    cluster.lab.world.set_link(from, to, settings);
}

fn until_verdict(cluster: &mut Cluster, within: u64, wanted: impl Fn(Verdict) -> bool) -> Verdict {
    cluster.until(Span::from_secs(within), |it| wanted(verdict(it)));
    verdict(cluster)
}

fn is_master(cluster: &Cluster, node: usize) -> bool {
    view(cluster, node).verdict.is_none()
}

#[test]
fn a_replica_of_a_healthy_master_has_no_reason_to_stand() {
    let cluster = Cluster::recorded_topology();
    assert_eq!(verdict(&cluster), Verdict::MasterUp);
    assert_eq!(view(&cluster, MASTER).verdict, None);
}

#[test]
fn one_doubter_waits_for_the_reports_of_others() {
    let mut cluster = Cluster::recorded_topology();
    let id = view(&cluster, MASTER).id;
    cluster.kill(MASTER);
    let doubt = |it: &Cluster| {
        let views = OTHERS.map(|node| view(it, node));
        let peers = views.iter().flat_map(|view| &view.peers).filter(|peer| peer.id == id);
        peers.filter_map(|peer| peer.suspicion).find(|it| it.reports == 1)
    };
    cluster.until(Span::from_secs(30), |it| doubt(it).is_some());
    let lacking = Suspicion { reports: 1, needed: 2, own: true, able: 2 };
    assert_eq!(doubt(&cluster), Some(lacking));
    assert_eq!(verdict(&cluster), Verdict::MasterUp, "PFAIL is no reason to stand");
    let waits = |it| matches!(it, Verdict::Waits { rank: 0, .. });
    let Verdict::Waits { starts, .. } = until_verdict(&mut cluster, 30, waits) else {
        unreachable!("it waits")
    };
    let asked = |it: &Cluster| matches!(verdict(it), Verdict::WaitsForVotes { .. });
    cluster.until(Span::from_secs(3), |it| is_master(it, REPLICA) || asked(it));
    let late = cluster.lab.world.now().since(starts).as_millis();
    assert!(late <= 110, "it stood {late} ms after the verdict's time, a cron's turn at most");
    cluster.until(Span::from_secs(1), |it| is_master(it, REPLICA));
}

#[test]
fn without_a_majority_of_masters_nobody_can_mark_fail_or_win() {
    let mut cluster = Cluster::recorded_topology();
    for other in OTHERS {
        stop(&mut cluster, other, true);
    }
    let lacks = |it: &Cluster| OTHERS.map(|other| suspicion(it, MASTER, other));
    cluster.until(Span::from_secs(30), |it| lacks(it).iter().all(Option::is_some));
    cluster.pass(Span::from_secs(60));
    for lacking in lacks(&cluster) {
        assert_eq!(lacking, Some(Suspicion { reports: 1, needed: 2, own: true, able: 1 }));
    }
    // To a replica its own doubt does not even count.
    let seen = suspicion(&cluster, REPLICA, OTHERS[0]);
    assert_eq!(seen, Some(Suspicion { reports: 1, needed: 2, own: false, able: 1 }));

    assert_eq!(cluster.ask(REPLICA, "CLUSTER FAILOVER FORCE"), Reply::ok());
    let votes = |it| matches!(it, Verdict::WaitsForVotes { votes: 1, .. });
    let told = until_verdict(&mut cluster, 4, votes);
    assert!(matches!(told, Verdict::WaitsForVotes { needed: 2, reachable: 1, .. }), "{told:?}");
    assert_eq!(until_verdict(&mut cluster, 6, |it| it == Verdict::MasterUp), Verdict::MasterUp);
}

#[test]
fn an_election_without_voters_expires_and_is_tried_again() {
    let mut cluster = Cluster::recorded_topology();
    cluster.kill(MASTER);
    until_verdict(&mut cluster, 40, |it| matches!(it, Verdict::Waits { .. }));
    for other in OTHERS {
        stop(&mut cluster, other, true);
    }
    let told = until_verdict(&mut cluster, 3, |it| matches!(it, Verdict::WaitsForVotes { .. }));
    assert!(matches!(told, Verdict::WaitsForVotes { votes: 0, needed: 2, .. }), "{told:?}");
    let told = until_verdict(&mut cluster, 40, |it| matches!(it, Verdict::Expired { .. }));
    let Verdict::Expired { retry } = told else { unreachable!("it expired") };
    let left = retry.since(cluster.lab.world.now()).as_millis();
    assert!((29_800..=30_000).contains(&left), "two node timeouts are left: {left} ms");
    until_verdict(&mut cluster, 40, |it| matches!(it, Verdict::Waits { .. }));
    assert!(cluster.lab.world.now() > retry);
    for other in OTHERS {
        stop(&mut cluster, other, false);
    }
    cluster.until(Span::from_secs(10), |it| is_master(it, REPLICA));
}

#[test]
fn a_setting_forbids_it() {
    let mut cluster = Cluster::recorded_topology();
    let set = |value| format!("CONFIG SET cluster-replica-no-failover {value}");
    assert_eq!(cluster.ask(REPLICA, &set("yes")), Reply::ok());
    assert_eq!(verdict(&cluster), Verdict::MasterUp);
    cluster.kill(MASTER);
    until_verdict(&mut cluster, 40, |it| it == Verdict::NoFailover);
    cluster.pass(Span::from_secs(20));
    assert_eq!(verdict(&cluster), Verdict::NoFailover);
    assert_eq!(cluster.ask(REPLICA, &set("no")), Reply::ok());
    cluster.until(Span::from_secs(5), |it| is_master(it, REPLICA));
}

#[test]
fn data_that_is_too_old_forbids_it_until_the_setting_allows_it() {
    let mut cluster = Cluster::recorded_topology();
    let set = |value| format!("CONFIG SET cluster-replica-validity-factor {value}");
    assert_eq!(cluster.ask(REPLICA, &set("1")), Reply::ok());
    for other in OTHERS {
        stop(&mut cluster, other, true);
    }
    cluster.kill(MASTER);
    cluster.pass(Span::from_secs(60));
    for other in OTHERS {
        stop(&mut cluster, other, false);
    }
    let told = until_verdict(&mut cluster, 60, |it| matches!(it, Verdict::DataTooOld { .. }));
    let Verdict::DataTooOld { age_ms, limit_ms } = told else { unreachable!("it is too old") };
    assert_eq!(limit_ms, 10_000 + 15_000, "repl-ping-replica-period and one node timeout");
    assert!(age_ms > limit_ms, "{age_ms}");
    assert_eq!(cluster.ask(REPLICA, &set("0")), Reply::ok());
    cluster.until(Span::from_secs(10), |it| is_master(it, REPLICA));
}

#[test]
fn a_master_without_slots_leaves_nothing_to_take_over() {
    let mut cluster = Cluster::recorded_topology();
    cluster.kill(MASTER);
    // While nobody tells it otherwise, the replica holds the slots for unassigned.
    assert_eq!(cluster.ask(REPLICA, "CLUSTER DELSLOTSRANGE 0 5460"), Reply::ok());
    until_verdict(&mut cluster, 60, |it| it == Verdict::MasterWithoutSlots);
}

#[test]
fn a_manual_failover_waits_for_the_masters_offset_and_is_given_up() {
    let mut cluster = Cluster::recorded_topology();
    link(&mut cluster, MASTER, REPLICA, |it| it.blocked = true);
    assert_eq!(cluster.ask(REPLICA, "CLUSTER FAILOVER"), Reply::ok());
    cluster.pass(Span::from_secs(3));
    assert_eq!(verdict(&cluster), Verdict::ManualOffset { linked: true });
    let took = cluster.until(Span::from_secs(4), |it| verdict(it) == Verdict::MasterUp);
    assert!((1_800..2_300).contains(&took.as_millis()), "given up after five seconds: {took:?}");
}

/// Bus and replication are two streams: a lossy link may hold back one of them. Whether it does is a
/// matter of luck, so it is tried until it does.
#[test]
fn a_manual_failover_waits_for_the_rest_of_the_stream() {
    let mut cluster = Cluster::recorded_topology();
    for _ in 0..30 {
        link(&mut cluster, MASTER, REPLICA, |it| it.loss_ppm = 600_000);
        cluster.ask(MASTER, "SET hello v");
        cluster.ask(REPLICA, "CLUSTER FAILOVER");
        for _ in 0..300 {
            if let Some(Verdict::ManualStream { applied, wanted }) = view(&cluster, REPLICA).verdict
            {
                assert!(applied < wanted, "{applied} of {wanted}");
                return;
            }
            cluster.pass(Span::from_millis(20));
        }
        link(&mut cluster, MASTER, REPLICA, |it| it.loss_ppm = 0);
        if is_master(&cluster, REPLICA) {
            cluster.pass(Span::from_secs(10));
            cluster.ask(MASTER, "CLUSTER FAILOVER");
        }
        cluster.pass(Span::from_secs(10));
    }
    panic!("the stream was never behind the master's word");
}

/// The first candidate dies while its votes are on their way, and the second asks the same masters.
#[test]
fn a_second_candidate_is_refused_by_who_has_just_voted_about_its_master() {
    let mut run = two_replicas::Run::new();
    let refusals = run.second_candidate();
    assert_eq!(refusals.len(), 2, "{refusals:?}");
    for why in refusals {
        assert!(matches!(why, Refusal::VotedRecently { wait_ms: 1..=30_000 }), "{why:?}");
    }
}

mod two_replicas {
    use scenario::inline::Inline;
    use scenario::lab::{Action, Lab};
    use scenario::scenario::Plain;
    use sim::HostId;

    use super::*;

    /// Three masters with two replicas each; only what the nodes told and think is looked at.
    pub(super) struct Run {
        lab: Lab,
        nodes: Inline,
        chronicle: Chronicle,
    }

    impl Run {
        pub(super) fn new() -> Self {
            let scenario = Plain { replicas: 2, ..Plain::default() }.scenario();
            let mut lab = Lab::open(&scenario, 1);
            let mut nodes = Inline::default();
            assert!(nodes.run_opening(&mut lab, Span::from_secs(119)));
            let mut run = Self { lab, nodes, chronicle: Chronicle::default() };
            run.pass(Span::from_secs(60));
            run
        }

        fn pass(&mut self, span: Span) {
            let until = self.lab.world.now() + span;
            self.nodes.run_until(&mut self.lab, until);
            for record in self.lab.world.take_records() {
                self.chronicle.take(&record);
            }
        }

        fn view(&self, host: HostId) -> Option<View> {
            let (pid, _) = self.lab.server(host)?;
            Some(self.nodes.nodes.get(&pid)?.view())
        }

        fn type_line(&mut self, host: HostId, line: &str) {
            self.lab.act(Action::Type { host, line: line.to_owned() });
        }

        fn verdict(&self, host: HostId) -> Option<Verdict> {
            self.view(host).and_then(|it| it.verdict)
        }

        pub(super) fn second_candidate(&mut self) -> Vec<Refusal> {
            let hosts: Vec<_> = self.lab.world.hosts().map(|(host, _)| host).collect();
            let id = self.view(hosts[0]).expect("it runs").id;
            let replica = |it: &&HostId| self.view(**it).is_some_and(|it| it.master == Some(id));
            let replicas: Vec<_> = hosts.iter().filter(replica).copied().collect();
            let [first, second] = replicas.as_slice() else { panic!("{replicas:?}") };
            self.type_line(*second, "redis-cli config set cluster-replica-no-failover yes");
            self.pass(Span::from_secs(1));
            self.lab.world.kill(self.lab.server(hosts[0]).expect("it runs").0);
            while !matches!(self.verdict(*first), Some(Verdict::Waits { .. })) {
                self.pass(Span::from_millis(10));
            }
            // Votes take a while on their way, long enough for the candidate to die meanwhile.
            for &from in &hosts {
                let mut settings = self.lab.world.link(from, *first);
                settings.latency = Span::from_millis(80);
                self.lab.world.set_link(from, *first, settings);
            }
            let epoch = self.view(hosts[1]).expect("it runs").last_vote_epoch;
            let voted = |run: &Self| {
                hosts[1..3].iter().all(|&it| run.view(it).expect("it runs").last_vote_epoch > epoch)
            };
            while !voted(self) {
                self.pass(Span::from_millis(5));
            }
            let told = self.verdict(*first);
            assert!(matches!(told, Some(Verdict::WaitsForVotes { votes: 0, .. })), "{told:?}");
            self.lab.world.kill(self.lab.server(*first).expect("it runs").0);
            self.pass(Span::from_secs(3));
            self.type_line(*second, "redis-cli cluster failover force");
            self.pass(Span::from_secs(2));
            let failovers = self.chronicle.failovers(self.lab.world.now());
            let attempts = failovers.iter().flat_map(|it| &it.attempts);
            let its = attempts.filter(|it| it.host == *second);
            its.flat_map(|it| &it.refusals).map(|it| it.2).collect()
        }
    }
}

/// The verdict in a view is the one that the cron acts on: whatever it decides next was announced.
#[test]
fn what_the_cron_does_is_what_the_verdict_said() {
    let mut cluster = Cluster::recorded_topology();
    cluster.kill(MASTER);
    drop(cluster.lab.world.take_records());
    let mut before = verdict(&cluster);
    let mut started: Option<Time> = None;
    for _ in 0..6_000 {
        cluster.pass(Span::from_millis(10));
        let records = cluster.lab.world.take_records();
        let own = records.iter().filter(|it| it.host == cluster.host(REPLICA));
        for record in own {
            match &record.what {
                What::Output(Output::Event(Event::ElectionStarted { .. })) => {
                    let Verdict::Waits { starts, .. } = before else { panic!("{before:?}") };
                    assert!(record.at >= starts && record.at.since(starts).as_millis() <= 101);
                    started = Some(record.at);
                }
                What::Output(Output::Event(Event::ElectionWon { .. })) => {
                    assert!(started.is_some(), "won without standing");
                    return;
                }
                _ => {}
            }
        }
        before = view(&cluster, REPLICA).verdict.unwrap_or(Verdict::Wins);
    }
    panic!("nobody won, at last {before:?}");
}
