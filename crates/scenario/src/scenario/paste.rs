//! A scenario out of what real nodes answered to CLUSTER NODES, their disagreement included.
//!
//! nodes.conf has the form of CLUSTER NODES, so each pasted answer becomes the nodes.conf of the node
//! that gave it, and all start from what they believed. Who was not asked starts from the belief of
//! the one with the greatest epoch. All cables are unplugged at first: with them the nodes would come
//! to agree within a moment. A node that everybody else holds for failed, and that gave no
//! answer, stays dead: its host is there, its server does not run.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::net::Ipv4Addr;

use engine::Compat;
use sim::LinkSettings;

use super::text::default_link;
use super::{Host, NODES_MAX, Scenario};
use crate::script::Step;

/// One node in one answer.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    id: String,
    /// `ip:port@cport` and what follows it.
    address: String,
    flags: Vec<String>,
    master: String,
    epoch: u64,
    /// `connected` and slots.
    rest: String,
}

/// What one node answered.
#[derive(Debug, Clone, Default)]
struct Answer(Vec<Line>);

impl Answer {
    fn myself(&self) -> Option<&Line> {
        self.0.iter().find(|line| line.has("myself"))
    }

    fn epoch(&self) -> u64 {
        self.0.iter().map(|line| line.epoch).max().unwrap_or(0)
    }
}

impl Line {
    fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|it| it == flag)
    }

    fn ip(&self) -> Option<Ipv4Addr> {
        self.address.split(':').next()?.parse().ok()
    }
}

/// Reads the answers of one or of several nodes, in any order; lines between them that are no answers
/// (prompts, comments) are skipped.
///
/// # Errors
/// A sentence that names the line that can not be read, or says what is missing.
pub fn from_nodes(text: &str, compat: Compat, node_timeout: u64) -> Result<Scenario, String> {
    let answers = answers(text)?;
    let views: BTreeMap<&str, &Answer> =
        answers.iter().filter_map(|it| Some((it.myself()?.id.as_str(), it))).collect();
    let newest = views.values().max_by_key(|it| it.epoch());
    let newest = *newest.ok_or("no line has the flag myself: paste a whole CLUSTER NODES")?;
    let nodes = everybody(&answers);
    if nodes.len() > NODES_MAX {
        return Err(format!("{} nodes are too many: a lab holds {NODES_MAX}", nodes.len()));
    }
    let addresses = addresses(&nodes);
    let mut hosts = Vec::new();
    let mut opening = Vec::new();
    for line in &nodes {
        let id = line.id.as_str();
        let view = views.get(id).copied();
        let ip = addresses[id];
        let conf = nodes_conf(view.unwrap_or(newest), line, &addresses);
        hosts.push(Host { ip, zone: None, files: vec![("nodes.conf".into(), conf)] });
        let dead = view.is_none() && views.values().all(|it| marked_failed(it, id));
        if !dead {
            opening.push(Step::Host(ip));
            opening.push(Step::Line("redis-server redis.conf".into()));
        }
    }
    let config = format!(
        "port 6379\ncluster-enabled yes\ncluster-config-file nodes.conf\n\
         cluster-node-timeout {node_timeout}\nsave \"\"\nrepl-diskless-sync-delay 0\n"
    );
    // By then all servers are up.
    opening.push(Step::Line("sleep 0.15".into()));
    Ok(Scenario {
        name: "pasted".into(),
        compat,
        clock: 1_765_369_000,
        seed: 1,
        link: LinkSettings { blocked: true, ..default_link() },
        between: Vec::new(),
        env: Vec::new(),
        files: vec![("redis.conf".into(), config)],
        hosts,
        opening,
    })
}

/// The lines, cut into answers: a new one begins where an id comes again or a line is no node's.
fn answers(text: &str) -> Result<Vec<Answer>, String> {
    let mut answers = vec![Answer::default()];
    for (at, text) in text.lines().enumerate() {
        let words: Vec<&str> = text.split_whitespace().collect();
        let is_id = words.first().is_some_and(|it| {
            it.len() == 40
                && it.bytes().all(|it| it.is_ascii_digit() || (b'a'..=b'f').contains(&it))
        });
        let last = answers.last_mut().expect("there is one");
        if !is_id {
            if !last.0.is_empty() {
                answers.push(Answer::default());
            }
            continue;
        }
        let line = line(&words).map_err(|why| format!("line {}: {why}", at + 1))?;
        if last.0.iter().any(|it| it.id == line.id) {
            answers.push(Answer(vec![line]));
        } else {
            last.0.push(line);
        }
    }
    answers.retain(|answer| !answer.0.is_empty());
    Ok(answers)
}

fn line(words: &[&str]) -> Result<Line, String> {
    let [id, address, flags, master, _ping, _pong, epoch, _link, slots @ ..] = words else {
        return Err("a line of CLUSTER NODES has eight words or more".into());
    };
    if !address.contains(':') {
        return Err(format!("'{address}' is no address like 10.0.0.1:6379@16379"));
    }
    let epoch = epoch.parse().map_err(|_| format!("'{epoch}' is no config epoch"))?;
    for slots in slots {
        let number = |it: &str| it.parse::<u16>().is_ok_and(|slot| slot < 16384);
        let plain = slots.split('-').all(number);
        let open = slots.starts_with('[') && slots.ends_with(']');
        if !plain && !open {
            return Err(format!("'{slots}' are no slots"));
        }
    }
    Ok(Line {
        id: (*id).into(),
        address: (*address).into(),
        flags: flags.split(',').map(str::to_owned).collect(),
        master: (*master).into(),
        epoch,
        rest: slots.join(" "),
    })
}

/// Every node that can be a host, in the order in which the answers name them.
fn everybody(answers: &[Answer]) -> Vec<&Line> {
    let mut nodes: Vec<&Line> = Vec::new();
    for line in answers.iter().flat_map(|it| &it.0) {
        let unknown = line.has("handshake") || line.has("noaddr");
        if !unknown && !nodes.iter().any(|it| it.id == line.id) {
            nodes.push(line);
        }
    }
    nodes
}

/// Where each node lives: at its own address if no other one has it and it is a machine's own.
fn addresses<'a>(nodes: &[&'a Line]) -> BTreeMap<&'a str, Ipv4Addr> {
    let known: Vec<_> = nodes.iter().map(|it| it.ip()).collect();
    let own = |at: usize| {
        let ip = known[at].filter(|ip| !ip.is_loopback() && !ip.is_unspecified())?;
        (known.iter().filter(|&&it| it == Some(ip)).count() == 1).then_some(ip)
    };
    let all_own = (0..nodes.len()).all(|at| own(at).is_some());
    let pairs = nodes.iter().enumerate().map(|(at, line)| {
        let made = Ipv4Addr::new(10, 0, 0, at as u8 + 1);
        (line.id.as_str(), own(at).filter(|_| all_own).unwrap_or(made))
    });
    pairs.collect()
}

fn marked_failed(answer: &Answer, id: &str) -> bool {
    answer.0.iter().any(|line| line.id == id && line.has("fail"))
}

/// An answer as the nodes.conf of one of its nodes.
fn nodes_conf(view: &Answer, me: &Line, addresses: &BTreeMap<&str, Ipv4Addr>) -> String {
    let mut text = String::new();
    let here = view.0.iter().any(|line| line.id == me.id);
    for line in view.0.iter().chain((!here).then_some(me)) {
        let Some(ip) = addresses.get(line.id.as_str()) else { continue };
        let mine = line.id == me.id;
        let doubts = ["fail", "fail?"];
        let flags = line.flags.iter().map(String::as_str).filter(|&flag| {
            flag != "myself" && flag != "noflags" && !(mine && doubts.contains(&flag))
        });
        let flags: Vec<_> = mine.then_some("myself").into_iter().chain(flags).collect();
        let flags = if flags.is_empty() { "noflags".into() } else { flags.join(",") };
        let known = |id: &str| addresses.contains_key(id);
        let master = if known(&line.master) { line.master.as_str() } else { "-" };
        let Line { id, epoch, .. } = line;
        // Only one's own open slots are on one's own line.
        let slots = line.rest.split_whitespace().filter(|it| mine || !it.starts_with('['));
        let slots: String = slots.map(|it| format!(" {it}")).collect();
        let _ =
            writeln!(text, "{id} {ip}:6379@16379 {flags} {master} 0 0 {epoch} connected{slots}");
    }
    let _ = writeln!(text, "vars currentEpoch {} lastVoteEpoch 0", view.epoch());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const B: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
    const C: &str = "cccccccccccccccccccccccccccccccccccccccc";

    fn pasted(text: &str) -> Scenario {
        from_nodes(text, Compat::V7_0, 5000).unwrap()
    }

    fn conf(scenario: &Scenario, at: usize) -> &str {
        &scenario.hosts[at].files[0].1
    }

    #[test]
    fn each_answer_becomes_the_belief_of_who_gave_it() {
        let text = format!(
            "10.0.0.7:6379> cluster nodes\n\
             {A} 10.0.0.7:6379@16379 myself,master - 0 0 1 connected 0-16383\n\
             {B} 10.0.0.8:6379@16379 master - 0 0 2 connected\n\
             10.0.0.8:6379> cluster nodes\n\
             {A} 10.0.0.7:6379@16379 master - 0 0 1 connected\n\
             {B} 10.0.0.8:6379@16379 myself,master - 0 0 2 connected 0-16383 [93->-{A}]\n"
        );
        let scenario = pasted(&text);
        assert_eq!(scenario.hosts[1].ip, Ipv4Addr::new(10, 0, 0, 8), "addresses are kept");
        assert!(conf(&scenario, 0).contains(&format!(
            "{A} 10.0.0.7:6379@16379 myself,master - 0 0 1 connected 0-16383\n"
        )));
        assert!(
            conf(&scenario, 1)
                .contains(&format!("myself,master - 0 0 2 connected 0-16383 [93->-{A}]\n"))
        );
        assert!(conf(&scenario, 1).ends_with("vars currentEpoch 2 lastVoteEpoch 0\n"));
    }

    #[test]
    fn who_was_not_asked_believes_the_newest_and_the_failed_stay_dead() {
        let text = format!(
            "{A} 127.0.0.1:7000@17000 myself,master - 0 0 1 connected 0-8191\n\
             {B} 127.0.0.1:7001@17001 slave {A} 0 0 1 connected\n\
             {C} 127.0.0.1:7002@17002 master,fail - 0 0 2 disconnected 8192-16383\n"
        );
        let scenario = pasted(&text);
        assert_eq!(scenario.hosts[2].ip, Ipv4Addr::new(10, 0, 0, 3), "ports of one machine");
        assert!(conf(&scenario, 1).contains(&format!("myself,slave {A} 0 0 1 connected\n")));
        assert!(conf(&scenario, 2).contains("myself,master - 0 0 2 connected 8192-16383\n"));
        let started = |ip| scenario.opening.contains(&Step::Host(ip));
        assert!(started(scenario.hosts[1].ip) && !started(scenario.hosts[2].ip));
    }

    #[test]
    fn what_is_no_answer_is_told_with_its_line() {
        let why = |text: &str| from_nodes(text, Compat::V7_0, 5000).unwrap_err();
        assert!(why("hello").contains("myself"));
        assert!(why(&format!("x\n{A} 10.0.0.1:6379@16379 master -\n")).starts_with("line 2: "));
        assert!(
            why(&format!("{A} 10.0.0.1:1@2 myself,master - 0 0 1 connected 0-99999\n"))
                .contains("slots")
        );
    }
}
