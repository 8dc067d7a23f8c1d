//! Hosts that come and go while a cluster runs.

use engine::time::Span;
use failover_tests::console::Consoles;
use scenario::{Action, Checkpoint, Inline, Lab, Link, Scenario, take_away};
use sim::HostId;

const FIRST: &str = "192.168.0.161";
const MASTER: &str = "192.168.0.132";
const NEW: &str = "192.168.0.183";

fn walkthrough() -> Consoles {
    let scenario = Scenario::built_in("walkthrough").expect("it is built in");
    let (mut lab, _) = Consoles::open(&scenario, 1);
    // Until every replica has its master's data.
    lab.pass(Span::from_secs(15));
    lab
}

fn nodes(lab: &mut Consoles) -> String {
    lab.type_line(FIRST, "redis-cli cluster nodes")
}

/// Adds a host, starts its server and makes it a member.
fn grow(lab: &mut Consoles) {
    let said = lab.type_line(FIRST, "host add");
    assert_eq!(said, format!("{NEW} is there. On it, redis-server redis.conf starts a server.\n"));
    lab.pass(Span::from_millis(10));
    assert_eq!(lab.type_line(NEW, "ls"), "redis.conf\n", "it knows nothing of the cluster");
    lab.type_line(NEW, "redis-server redis.conf; sleep 1");
    let joined =
        lab.type_line(FIRST, &format!("redis-cli --cluster add-node {NEW}:6379 {FIRST}:6379"));
    assert!(joined.contains("[OK] New node added correctly."), "{joined}");
    lab.pass(Span::from_secs(3));
}

/// Lives a history once more, inline, up to a moment.
fn again(history: &Lab) -> Lab {
    let mut lab = Lab::open(history.scenario(), 1);
    Inline::default().repeat(&mut lab, history.history(), history.world.now());
    lab
}

#[test]
fn a_host_that_is_added_becomes_a_member_by_what_is_typed() {
    let mut lab = walkthrough();
    assert_eq!(lab.lab.hosts().len(), 6);
    grow(&mut lab);
    let table = nodes(&mut lab);
    let line = table.lines().find(|it| it.contains(&format!("{NEW}:6379"))).expect("a member");
    assert!(line.contains(" master - ") && line.contains(" connected"), "{table}");
    for ip in [MASTER, NEW] {
        let info = lab.type_line(ip, "redis-cli cluster info");
        assert!(
            info.contains("cluster_known_nodes:7") && info.contains("cluster_state:ok"),
            "{info}"
        );
    }
    // It can take data like any other.
    let id = line.split(' ').next().expect("an id").to_owned();
    let moved = lab.type_line(
        FIRST,
        &format!("redis-cli --cluster reshard {FIRST}:6379 --cluster-from all --cluster-to {id} --cluster-slots 100 --cluster-yes"),
    );
    assert!(moved.contains("Moving slot"), "{moved}");
    assert!(nodes(&mut lab).lines().any(|it| it.starts_with(&id) && it.contains("connected ")));
}

#[test]
fn a_host_that_is_removed_is_heard_of_no_more_and_marked_fail() {
    let mut lab = walkthrough();
    let said = lab.type_line(FIRST, "host remove .132");
    assert_eq!(said, format!("Connection closed by remote host.\n{MASTER} is gone.\n"));
    let host = lab.host(MASTER);
    assert!(lab.server(MASTER).is_none() && lab.lab.prompt(host).is_none());
    // Nothing reaches it, whatever is done to its links, and nobody types there.
    let usual = lab.lab.world.usual_link(HostId(0), host);
    lab.lab.act(Action::Link { from: HostId(0), to: host, settings: usual });
    lab.lab.act(Action::Type { host, line: "redis-server redis.conf".into() });
    assert!(lab.lab.world.link(HostId(0), host).blocked);
    lab.pass(Span::from_secs(40));
    assert!(lab.server(MASTER).is_none());
    let table = nodes(&mut lab);
    let line = table.lines().find(|it| it.contains(&format!("{MASTER}:6379"))).expect("known");
    assert!(line.contains("master,fail "), "{table}");
    let info = lab.type_line(FIRST, "redis-cli cluster info");
    assert!(info.contains("cluster_state:ok"), "its replica took over: {info}");
    let list = lab.type_line(FIRST, "host");
    assert!(list.contains(&format!("{MASTER}   removed\n")), "{list}");
    assert!(lab.type_line(FIRST, "host remove .132").contains("removed already"));
    assert_eq!(lab.type_line(FIRST, "fault show"), "", "a host that is gone is no fault");
    // Its address is not given to another one.
    lab.type_line(FIRST, "host remove .182");
    assert!(lab.lab.prompt(lab.host("192.168.0.182")).is_none());
    assert!(lab.type_line(FIRST, "host add").starts_with(NEW));
}

#[test]
fn the_same_is_done_in_a_visit_in_a_link_and_from_a_checkpoint() {
    let mut lab = walkthrough();
    grow(&mut lab);
    lab.type_line(NEW, "redis-cli set a 1; sleep 1; host remove .6");
    let checkpoint = Checkpoint::inline(&lab.lab, &lab.nodes);
    let middle = lab.now();
    lab.type_line(FIRST, "host add");
    lab.pass(Span::from_secs(20));
    let hash = lab.lab.world.trace_hash();
    assert_eq!(again(&lab.lab).world.trace_hash(), hash, "from the seed");

    let (mut there, mut nodes) = checkpoint.restore();
    assert_eq!((there.world.now(), there.hosts().len()), (middle, 7));
    nodes.repeat(&mut there, lab.lab.history(), lab.now());
    assert_eq!(there.world.trace_hash(), hash, "from a checkpoint");
    assert_eq!(there.hosts(), lab.lab.hosts());

    let link = Link::to(&lab.lab, 1);
    let (read, _) = Link::decode(&link.encode()).expect("it types on a host that was added");
    assert_eq!(read, link);
}

#[test]
fn a_new_host_is_as_far_away_as_its_zone() {
    let design = "design masters=3 replicas=1 zones=a,b between=20ms node-timeout=2000";
    let (mut lab, _) = Consoles::open(&Scenario::open(design).expect("a design"), 1);
    lab.type_line("10.1.0.2", "fault link between .1.0.1 and .2.0.1 latency 90ms");
    let said = lab.type_line("10.2.0.1", "host add");
    assert!(said.starts_with("10.2.0.4 is there."), "{said}");
    let (new, near, far) = (lab.host("10.2.0.4"), lab.host("10.2.0.1"), lab.host("10.1.0.1"));
    let world = &lab.lab.world;
    for (from, to, us) in
        [(new, near, 200), (near, new, 200), (new, far, 20_000), (far, new, 20_000)]
    {
        assert_eq!(world.link(from, to).latency, Span(us));
        assert_eq!(world.usual_link(from, to).latency, Span(us));
    }
    assert_eq!(world.usual_link(far, near).latency, Span(20_000), "a fault stays a fault");
    assert_eq!(world.link(far, near).latency, Span(90_000));
}

#[test]
fn whoever_is_cut_off_is_cut_off_from_a_new_host_too() {
    let mut lab = walkthrough();
    let cut = lab.host(MASTER);
    lab.lab.world.isolate(cut);
    lab.type_line(FIRST, "host add");
    let new = lab.host(NEW);
    assert!(lab.lab.world.is_isolated(cut) && !lab.lab.world.is_isolated(new));
    lab.lab.world.rejoin(cut);
    assert!(!lab.lab.world.link(new, cut).blocked);
}

#[test]
fn a_folder_to_take_away_has_the_hosts_that_were_added() {
    let mut lab = walkthrough();
    grow(&mut lab);
    let files = take_away::folder(&lab.lab);
    let text = |path: &str| files.iter().find(|it| it.path == path).map(|it| it.text.as_str());
    assert!(text(&format!("hosts/{NEW}/redis.conf")).is_some_and(|it| it.contains("masterauth")));
    let commands = text("commands.sh").expect("what was typed");
    assert!(commands.contains("not on real servers: host add"), "{commands}");
    assert!(commands.contains(&format!("on {NEW}\n")), "{commands}");
}

/// A console that goes away in the middle of what it does takes nothing along but itself.
#[test]
fn a_host_that_removes_itself_ends_its_own_console() {
    let mut lab = walkthrough();
    let host = lab.host(MASTER);
    lab.lab.act(Action::Type { host, line: "host remove .132; echo never".into() });
    lab.pass(Span::from_secs(1));
    let printed = lab.printed();
    assert_eq!(printed, "Connection closed by remote host.\n");
    assert!(lab.type_line(FIRST, "host add; host add").contains("192.168.0.184"));
}
