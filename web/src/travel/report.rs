//! A report of the run as Markdown: what happened when, how long the cluster was down, what was
//! typed.

use std::fmt::Write;

use bridge::{Action as Done, Fact, Rule, SharedMoment};

use crate::format::{elapsed, span};
use crate::hub;
use crate::names::Names;
use crate::state::State;
use crate::state::log::Log;
use crate::state::travel::chronicle::{Chronicle, acted_ms};
use crate::t;
use crate::words;

/// Slots of a cluster.
const SLOTS: u32 = 16_384;

/// A report of what led to the moment that is shown.
pub fn report(state: &State, moment: &SharedMoment) -> String {
    let chronicle = state.past.chronicle.until(moment.now_ms);
    let mut text = format!("# {}\n\n", t!("report-title", scenario = moment.scenario.clone()));
    let facts = [
        (t!("report-seed"), moment.seed.to_string()),
        (t!("report-moment"), elapsed(moment.now_ms)),
        (t!("report-hash"), moment.hash.clone()),
        (t!("report-engine"), moment.engine.clone()),
        (t!("report-link"), hub::address_of(&moment.link)),
    ];
    for (name, value) in facts {
        let _ = writeln!(text, "- {name}: {value}");
    }
    downtime(&mut text, &chronicle, moment.now_ms);
    writes(&mut text, state);
    happened(&mut text, &chronicle, &state.names);
    typed(&mut text, &chronicle, &state.names);
    text
}

/// The spans in which some slots had no reachable master, after the cluster was whole for the first
/// time.
pub fn gaps(chronicle: &Chronicle, now_ms: f64) -> Vec<(f64, f64, u32)> {
    let mut gaps = Vec::new();
    let mut open: Option<(f64, u32)> = None;
    for &(at, slots) in chronicle.covered().skip_while(|it| it.1 < SLOTS) {
        let missing = SLOTS - slots.min(SLOTS);
        match &mut open {
            Some((from, _)) if missing == 0 => {
                gaps.push((*from, at, open.take().map_or(0, |it| it.1)));
            }
            Some((_, most)) => *most = missing.max(*most),
            None if missing > 0 => open = Some((at, missing)),
            None => {}
        }
    }
    gaps.extend(open.map(|(from, most)| (from, now_ms, most)));
    gaps
}

fn downtime(text: &mut String, chronicle: &Chronicle, now_ms: f64) {
    let _ = writeln!(text, "\n## {}\n", t!("report-downtime"));
    let gaps = gaps(chronicle, now_ms);
    if gaps.is_empty() {
        let _ = writeln!(text, "{}", t!("report-no-downtime"));
    }
    for (from, to, most) in gaps {
        let (at, length) = (elapsed(from), span(to - from));
        let _ = writeln!(text, "- {}", t!("report-gap", at = at, length = length, slots = most));
    }
}

/// What became of the writes that clients were promised, if there were clients.
fn writes(text: &mut String, state: &State) {
    let frame = state.clients.frame.as_ref().filter(|it| it.used);
    let said = match frame.map(|it| it.sums) {
        None => t!("report-writes-unknown"),
        Some(sums) => t!(
            "report-writes",
            acknowledged = sums.acknowledged,
            kept = sums.kept,
            open = sums.open,
            lost = sums.lost,
            rolledback = sums.rolled_back
        ),
    };
    let _ = writeln!(text, "\n{said}");
}

fn happened(text: &mut String, chronicle: &Chronicle, names: &Names) {
    let _ = writeln!(text, "\n## {}\n", t!("report-happened"));
    let mut log = Log::complete();
    let told = |fact: &Fact| words::is_announced(fact) || words::tone(fact) != words::Tone::Quiet;
    chronicle.events().filter(|it| told(&it.fact)).for_each(|event| log.add(event));
    let mut rows: Vec<_> = log.newest().collect();
    rows.reverse();
    let _ = writeln!(
        text,
        "| {} | {} | {} |",
        t!("report-when"),
        t!("report-where"),
        t!("report-what")
    );
    let _ = writeln!(text, "|---|---|---|");
    for row in rows {
        let hosts: Vec<_> = row.hosts.iter().map(|&host| names.ip(host)).collect();
        let what = words::plain(&words::fact(&row.fact, names), names);
        let what = what.replace('|', "\\|").replace('\n', " ");
        let _ = writeln!(text, "| {} | {} | {what} |", elapsed(row.at_ms), hosts.join(", "));
    }
}

fn typed(text: &mut String, chronicle: &Chronicle, names: &Names) {
    let _ = writeln!(text, "\n## {}\n", t!("report-actions"));
    if chronicle.acted().next().is_none() {
        let _ = writeln!(text, "{}", t!("report-no-actions"));
        return;
    }
    let _ = writeln!(text, "```");
    for past in chronicle.acted() {
        let what = match &past.action {
            Done::Type { host, line } => format!("{}$ {line}", names.ip(*host)),
            Done::Interrupt { host } => format!("{}$ ^C", names.ip(*host)),
            Done::Link { from, to, blocked, latency_us, jitter_us, loss_ppm } => {
                let (from, to) = (names.ip(*from), names.ip(*to));
                let way = if *blocked { "blocked" } else { "open" };
                format!(
                    "{from} > {to}: {way}, {latency_us} us + {jitter_us} us, {loss_ppm} ppm lost"
                )
            }
            Done::Workload { flags: Some(flags) } => format!("load {flags}"),
            Done::Workload { flags: None } => "load stop".to_owned(),
            Done::SetRule(rule) => format!("fault {}", rule_words(rule, names)),
            Done::LiftRule { id } => format!("fault del {id}"),
            Done::Crashed { pid } => format!("process {pid} crashed"),
        };
        let _ = writeln!(text, "{}  {what}", elapsed(acted_ms(past)));
    }
    let _ = writeln!(text, "```");
}

/// What a rule loses, in the words of `fault drop`.
fn rule_words(rule: &Rule, names: &Names) -> String {
    let mut words = vec!["drop".to_owned()];
    let kinds: Vec<_> = rule.kinds.iter().map(|&kind| kind_name(kind)).collect();
    words.push(if kinds.is_empty() { "all".to_owned() } else { kinds.join(",") });
    words.extend(rule.from.map(|host| format!("from {}", names.ip(host))));
    words.extend(rule.to.map(|host| format!("to {}", names.ip(host))));
    words.extend(rule.count.map(|count| format!("count {count}")));
    words.join(" ")
}

/// The name of a bus message by its type field.
fn kind_name(kind: u16) -> String {
    const NAMES: [&str; 11] = [
        "PING",
        "PONG",
        "MEET",
        "FAIL",
        "PUBLISH",
        "FAILOVER_AUTH_REQUEST",
        "FAILOVER_AUTH_ACK",
        "UPDATE",
        "MFSTART",
        "MODULE",
        "PUBLISHSHARD",
    ];
    NAMES.get(usize::from(kind)).map_or_else(|| kind.to_string(), |name| (*name).to_owned())
}
