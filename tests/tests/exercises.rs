//! The exercises of the catalogue hold, and what they are judged by is true: the same whatever the
//! windows are, and what the nodes themselves would say.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use engine::event::Role as EngineRole;
use engine::time::Span;
use engine::{Rng, Time};
use lab::check::{Proven, find, load, prove};
use scenario::{Action, Inline, Lab, Past, Scenario, chaos, workload};
use workshop::condition::{Health, Role, Server};
use workshop::fact::{Fact, Seen};
use workshop::{Judge, Simulated};

/// Seeds here; `cargo lab check` takes twenty.
const SEEDS: std::ops::Range<u64> = 1..3;

fn catalogue() -> Vec<Proven> {
    let (folders, catalogue) = find(&[]).expect("the catalogue");
    let load = |folder: &std::path::PathBuf| {
        load(folder, &catalogue).unwrap_or_else(|faults| {
            let faults: Vec<_> = faults.iter().map(ToString::to_string).collect();
            panic!("{}", faults.join("\n"))
        })
    };
    folders.iter().map(load).collect()
}

#[test]
fn every_exercise_stays_unsolved_untouched_and_is_solved_by_its_solution() {
    let mut broken = String::new();
    for proven in catalogue() {
        let id = &proven.exercise.head.id;
        assert_eq!(proven.languages, [("en".into(), false), ("ko".into(), false)], "{id}");
        for (seed, why) in prove(&proven, SEEDS).wrong {
            broken += &format!("{id}, seed {seed}: {why}\n");
        }
    }
    assert!(broken.is_empty(), "{broken}");
}

fn manual_failover() -> Proven {
    let (folders, catalogue) = find(&["manual-failover".into()]).expect("the exercise");
    load(&folders[0], &catalogue).expect("it is whole")
}

#[test]
fn a_solution_that_leaves_something_out_is_found_out_with_step_and_check() {
    let whole = manual_failover();
    let solution = whole.solution.replace("CLUSTER FAILOVER", "PING").replace("> OK", "> PONG");
    let without = Proven { solution, ..whole };
    let wrong = prove(&without, 1..2).wrong;
    assert!(!wrong.is_empty());
    for (_, why) in wrong {
        assert!(why.starts_with("step 2 \"promote\": check \"promoted\" is open ("), "{why}");
        assert!(why.contains("; solution.session:"), "{why}");
    }
}

#[test]
fn an_exercise_that_solves_itself_is_found_out() {
    let mut proven = manual_failover();
    proven.exercise.steps.iter_mut().for_each(|step| step.checks.clear());
    let wrong = prove(&proven, 1..2).wrong;
    assert!(wrong.iter().all(|(_, why)| why == "it solves itself within 0 s"), "{wrong:?}");
    assert!(!wrong.is_empty());
}

/// A session with faults and clients.
fn session(seed: u64) -> (Scenario, chaos::Outcome) {
    let scenario = Scenario::built_in("walkthrough").expect("it is built in");
    let mut outcome = chaos::run(&scenario, seed, 8);
    let clients = Action::Workload(Some(workload::Settings::default()));
    outcome.actions.insert(0, (outcome.opened, clients));
    (scenario, outcome)
}

/// Lives the session, in windows of at most `slice`; tells what was seen.
fn live(
    scenario: &Scenario,
    (seed, actions): (u64, &[(Time, Action)]),
    (end, slice): (Time, impl FnMut() -> Span),
    mut look: impl FnMut(&Lab, &Inline, &[Fact]),
) -> Vec<Fact> {
    let mut lab = Lab::open(scenario, seed);
    let mut simulated = Simulated::new(&mut lab);
    let mut nodes = Inline::default();
    let mut slice = slice;
    let mut all = Vec::new();
    let mut see = |lab: &mut Lab, nodes: &Inline| {
        let (records, printed) = (lab.world.take_records(), lab.take_printed());
        let facts = simulated.see(lab, &records, &printed);
        look(lab, nodes, &facts);
        all.extend(facts);
    };
    let mut actions = actions.iter().peekable();
    while lab.world.now() < end {
        let next = actions.peek().map_or(end, |(at, _)| *at);
        while lab.world.now() < next {
            let limit = next.min(lab.world.now() + slice());
            nodes.step(&mut lab, limit);
            see(&mut lab, &nodes);
        }
        while let Some((_, action)) = actions.next_if(|(at, _)| *at <= lab.world.now()) {
            lab.act(action.clone());
            for pid in lab.take_ended() {
                nodes.nodes.remove(&pid);
            }
            see(&mut lab, &nodes);
        }
    }
    all
}

#[test]
fn facts_are_the_same_whatever_the_windows_are() {
    for seed in 1..=4 {
        let (scenario, outcome) = session(seed);
        let done = (seed, outcome.actions.as_slice());
        let far = || Span::from_secs(3600);
        let whole = live(&scenario, done, (outcome.end, far), |_, _, _| {});
        let mut rng = Rng::new(seed);
        let cut = || Span(1 + rng.below(300));
        let cut = live(&scenario, done, (outcome.end, cut), |_, _, _| {});
        let first = whole.iter().zip(&cut).position(|(a, b)| a != b);
        if let Some(at) = first {
            panic!("seed {seed}: {:#?}\nbut {:#?}", &whole[at..at + 2], &cut[at..at + 2]);
        }
        assert_eq!(whole.len(), cut.len(), "seed {seed}");
        assert!(whole.is_sorted_by_key(|fact| fact.at), "seed {seed}");
        assert!(whole.iter().any(|it| matches!(it.what, Seen::Clients(_))), "seed {seed}");
    }
}

/// What was last seen of a host.
#[derive(Debug, Default)]
struct Sight {
    server: Option<Server>,
    role: Option<(Role, Option<Ipv4Addr>)>,
    link: bool,
    ok: bool,
    epoch: u64,
    slots: Vec<(u16, u16)>,
    health: BTreeMap<Ipv4Addr, Health>,
}

impl Sight {
    fn take(&mut self, what: &Seen) {
        match what {
            Seen::Server(Server::Stopped) => *self = Self::default(),
            Seen::Server(server) => self.server = Some(*server),
            Seen::Role(role, master) => {
                self.link &= self.role == Some((*role, *master));
                self.role = Some((*role, *master));
            }
            Seen::Link(up) => self.link = *up,
            Seen::State(ok) => self.ok = *ok,
            Seen::Epoch(epoch) => self.epoch = *epoch,
            Seen::Slots(slots) => self.slots.clone_from(slots),
            Seen::Health(other, health) => drop(self.health.insert(*other, *health)),
            _ => {}
        }
    }
}

/// Holds what was seen against what the nodes say.
fn compare(lab: &Lab, nodes: &Inline, seen: &BTreeMap<Ipv4Addr, Sight>) -> usize {
    let mut views = BTreeMap::new();
    for (host, ip) in lab.world.hosts() {
        let view = lab.server(host).and_then(|(pid, _)| nodes.nodes.get(&pid)).map(|it| it.view());
        views.insert(ip, view);
    }
    let ip_of = |id| {
        let found = views.iter().find(|(_, view)| view.as_ref().is_some_and(|it| it.id == id));
        found.map(|(ip, _)| *ip)
    };
    let mut compared = 0;
    for (ip, view) in &views {
        let (Some(view), Some(seen)) = (view, seen.get(ip)) else { continue };
        // One that has not come up says nothing.
        let Some((role, master)) = seen.role else { continue };
        let at = format!("{ip} at {:?}", lab.world.now());
        assert_eq!(role == Role::Master, view.role == EngineRole::Master, "{at}");
        let its_master = view.master.filter(|_| role == Role::Replica);
        // A master that is gone has no view to be found by.
        if let Some(its_master) = its_master.and_then(ip_of) {
            assert_eq!(master, Some(its_master), "{at}");
        }
        let up = view.master_link.as_ref().is_some_and(|link| link.state == "connected");
        assert_eq!(seen.link && role == Role::Replica, up, "{at}: link");
        assert_eq!((seen.ok, &seen.slots), (view.state_ok, &view.slots), "{at}");
        let mut epoch = view.config_epoch;
        for peer in &view.peers {
            epoch = if Some(peer.id) == its_master { peer.config_epoch } else { epoch };
            let Some(other) = ip_of(peer.id) else { continue };
            let flag = |word| engine::view::flag_names(peer.flags).any(|it| it == word);
            let health = match () {
                () if flag("fail") => Health::Fail,
                () if flag("fail?") => Health::Pfail,
                () => Health::Ok,
            };
            let told = seen.health.get(&other).copied().unwrap_or(Health::Ok);
            assert_eq!(told, health, "{at} about {other}");
            compared += 1;
        }
        assert_eq!(seen.epoch, epoch, "{at}: epoch");
    }
    compared
}

#[test]
fn what_is_seen_is_what_the_nodes_say_at_every_moment() {
    let mut compared = 0;
    for seed in 1..=6 {
        let (scenario, outcome) = session(seed);
        let mut seen: BTreeMap<Ipv4Addr, Sight> = BTreeMap::new();
        let mut rng = Rng::new(seed);
        let slice = || Span::from_millis(50);
        live(&scenario, (seed, &outcome.actions), (outcome.end, slice), |lab, nodes, facts| {
            for fact in facts {
                if let Some(ip) = fact.host {
                    seen.entry(ip).or_default().take(&fact.what);
                }
            }
            if rng.below(50) == 0 {
                compared += compare(lab, nodes, &seen);
            }
        });
    }
    assert!(compared > 10_000, "{compared} beliefs compared");
}

/// The page visits the past by running a part of it again, and forks it there.
#[test]
fn a_judge_knows_what_it_is_told_again_and_can_be_taken_back() {
    let proven = manual_failover();
    let (scenario, outcome) = session(3);
    let mut judge = Judge::new(&proven.exercise.task());
    let mut lab = Lab::open(&scenario, 3);
    let mut simulated = Simulated::new(&mut lab);
    let mut nodes = Inline::default();
    let mut past = Past::default();
    let mut due = Time::ZERO;
    let mut see = |lab: &mut Lab, judge: &mut Judge| {
        let (records, printed) = (lab.world.take_records(), lab.take_printed());
        for fact in simulated.see(lab, &records, &printed) {
            judge.take(fact);
        }
        judge.pass(lab.world.now());
    };
    for second in 0..outcome.end.0 / 1_000_000 {
        let at = Time(second * 1_000_000);
        nodes.repeat(&mut lab, &outcome.actions, at);
        see(&mut lab, &mut judge);
        if judge.progress().steps.is_empty() && at >= outcome.opened {
            judge.begin(at);
        }
        if at >= due {
            past.keep(std::rc::Rc::new(scenario::Checkpoint::inline(&lab, &nodes)));
            due = at + Span::from_secs(7);
        }
    }
    let before = judge.clone();
    let visited = Time(outcome.end.0 * 2 / 3);
    let (mut again, mut its_nodes) =
        past.visit(lab.history(), visited).expect("there is a checkpoint");
    see(&mut again, &mut judge);
    assert_eq!(judge.progress(), before.progress());
    // There, somebody does something else.
    judge.cut(visited);
    assert_eq!(judge.progress(), before.progress_at(visited));
    its_nodes.run_until(&mut again, outcome.end);
    see(&mut again, &mut judge);
    assert_eq!(judge.progress_at(visited), before.progress_at(visited));
}
