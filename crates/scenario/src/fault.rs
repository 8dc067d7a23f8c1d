//! Aimed faults in words: what `fault` of the shell understands, and how it tells what lasts.

use std::net::Ipv4Addr;

use bus::PacketKind;
use engine::Time;
use engine::time::Span;
use sim::{HostId, LinkSettings, Rule, RuleId};

use crate::shell::seconds_to_us;

/// Ports up to here are taken for client ports, those above for ports of the cluster bus.
pub const CLIENT_PORT_MAX: u16 = 10_000;

/// What somebody asks of the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Tell what lasts.
    Show,
    /// Lose what these rules aim at: one for each direction.
    Drop(Vec<Rule>),
    /// Change links, each from one host to another.
    Link(Vec<(HostId, HostId)>, Change),
    /// End one rule.
    End(RuleId),
    /// End all rules, and make all links what they were.
    EndAll,
}

/// What becomes of a link; what is not said stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Change {
    latency: Option<Span>,
    jitter: Option<Span>,
    loss_ppm: Option<u32>,
    blocked: Option<bool>,
    normal: bool,
}

impl Change {
    /// The link afterwards. `usual` is one that nobody changed.
    #[must_use]
    pub fn apply(&self, link: LinkSettings, usual: LinkSettings) -> LinkSettings {
        let link = if self.normal { usual } else { link };
        LinkSettings {
            latency: self.latency.unwrap_or(link.latency),
            jitter: self.jitter.unwrap_or(link.jitter),
            loss_ppm: self.loss_ppm.unwrap_or(link.loss_ppm),
            blocked: self.blocked.unwrap_or(link.blocked),
        }
    }
}

/// Reads the words behind `fault`. `hosts` are the lab's, by their ids.
///
/// # Errors
/// One line that says what is wrong and what to write instead.
pub fn parse(words: &[String], hosts: &[Ipv4Addr], now: Time) -> Result<Request, String> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.split_first() {
        None | Some((&"show", [])) => Ok(Request::Show),
        Some((&"drop", rest)) => parse_drop(rest, hosts, now),
        Some((&"link", rest)) => parse_link(rest, hosts),
        Some((&"del", ["all"])) => Ok(Request::EndAll),
        Some((&"del", [id])) => {
            let id = id.parse().map_err(|_| format!("'{id}' is no number; see fault show"))?;
            Ok(Request::End(RuleId(id)))
        }
        Some((&"del", _)) => Err("write fault del NUMBER or fault del all".into()),
        Some((other, _)) => Err(format!("'{other}' is not understood; see fault help")),
    }
}

fn parse_drop(words: &[&str], hosts: &[Ipv4Addr], now: Time) -> Result<Request, String> {
    let Some((kinds, mut rest)) = words.split_first() else {
        return Err("say what to drop: a kind of packet, or all; see fault help".into());
    };
    let mut rule = Rule { kinds: parse_kinds(kinds)?, ..Rule::default() };
    let mut both = false;
    while let Some((&word, after)) = rest.split_first() {
        let value = after.first().copied();
        let value = value.ok_or_else(|| format!("'{word}' needs something behind it"))?;
        let mut used = 1;
        match word {
            "from" => rule.from = Some(parse_host(value, hosts)?),
            "to" => rule.to = Some(parse_host(value, hosts)?),
            "between" => {
                let [_, "and", other, ..] = after else {
                    return Err("write between HOST and HOST".into());
                };
                rule.from = Some(parse_host(value, hosts)?);
                rule.to = Some(parse_host(other, hosts)?);
                (both, used) = (true, 3);
            }
            "port" => rule.ports = Some(parse_port(value)?),
            "for" => rule.until = Some(now + parse_span(value)?),
            "count" => {
                let count = value.parse().ok().filter(|&count: &u32| count > 0);
                rule.count =
                    Some(count.ok_or_else(|| format!("'{value}' is no count; write 1 or more"))?);
            }
            _ => return Err(format!("'{word}' is not understood; see fault help")),
        }
        rest = &after[used..];
    }
    if rule.from.is_some() && rule.from == rule.to {
        return Err("nothing is lost between a host and itself".into());
    }
    let back = Rule { from: rule.to, to: rule.from, ..rule.clone() };
    Ok(Request::Drop(if both { vec![rule, back] } else { vec![rule] }))
}

fn parse_link(words: &[&str], hosts: &[Ipv4Addr]) -> Result<Request, String> {
    let (pairs, mut rest) = match words {
        ["from", one, "to", two, rest @ ..] => {
            (vec![(parse_host(one, hosts)?, parse_host(two, hosts)?)], rest)
        }
        ["between", one, "and", two, rest @ ..] => {
            let (one, two) = (parse_host(one, hosts)?, parse_host(two, hosts)?);
            (vec![(one, two), (two, one)], rest)
        }
        _ => return Err("write fault link from HOST to HOST ..., or between HOST and HOST".into()),
    };
    if pairs.iter().any(|(one, two)| one == two) {
        return Err("a link leads from one host to another".into());
    }
    let mut change = Change::default();
    if rest.is_empty() {
        return Err("say what becomes of it: latency, jitter, loss, blocked, open or normal".into());
    }
    while let Some((&word, after)) = rest.split_first() {
        let value = || after.first().copied().ok_or_else(|| format!("'{word}' needs a value"));
        let used = usize::from(matches!(word, "latency" | "jitter" | "loss"));
        match word {
            "latency" => change.latency = Some(parse_span(value()?)?),
            "jitter" => change.jitter = Some(parse_span(value()?)?),
            "loss" => change.loss_ppm = Some(parse_loss(value()?)?),
            "blocked" => change.blocked = Some(true),
            "open" => change.blocked = Some(false),
            "normal" => change.normal = true,
            _ => return Err(format!("'{word}' is not understood; see fault help")),
        }
        rest = &after[used..];
    }
    Ok(Request::Link(pairs, change))
}

/// `all`, or kinds with commas between them; `heartbeat` stands for PING and PONG.
fn parse_kinds(text: &str) -> Result<Vec<PacketKind>, String> {
    if text.eq_ignore_ascii_case("all") {
        return Ok(Vec::new());
    }
    let mut kinds = Vec::new();
    for name in text.split(',') {
        let plain = name.to_ascii_uppercase().replace('-', "_");
        match plain.as_str() {
            "HEARTBEAT" | "HEARTBEATS" => kinds.extend([PacketKind::Ping, PacketKind::Pong]),
            _ => {
                // INFO counts the two as auth-req and auth-ack.
                let short =
                    |kind: PacketKind| kind.name().strip_prefix("FAILOVER_") == Some(&plain);
                let named = |kind: &PacketKind| {
                    kind.name() == plain
                        || short(*kind)
                        || *kind == PacketKind::FailoverAuthRequest && plain == "AUTH_REQ"
                };
                let found = PacketKind::NAMED.into_iter().find(named);
                kinds.push(found.ok_or_else(|| {
                    let known: Vec<_> = kind_names().collect();
                    format!("there is no kind of packet '{name}'; kinds: {}", known.join(", "))
                })?);
            }
        }
    }
    Ok(kinds)
}

fn kind_names() -> impl Iterator<Item = &'static str> {
    ["all", "heartbeat"].into_iter().chain(PacketKind::NAMED.into_iter().map(PacketKind::name))
}

/// An address, or the end of one that only one host has: `.6`
pub(crate) fn parse_host(text: &str, hosts: &[Ipv4Addr]) -> Result<HostId, String> {
    let is_it = |ip: &&Ipv4Addr| {
        let ip = ip.to_string();
        ip == text || text.starts_with('.') && ip.ends_with(text)
    };
    let mut found = (0..).map(HostId).zip(hosts).filter(|(_, ip)| is_it(ip));
    match (found.next(), found.next()) {
        (Some((host, _)), None) => Ok(host),
        (Some(_), Some(_)) => Err(format!("'{text}' is the end of several addresses")),
        _ => {
            let known: Vec<_> = hosts.iter().map(Ipv4Addr::to_string).collect();
            Err(format!("there is no host '{text}'; hosts: {}", known.join(", ")))
        }
    }
}

fn parse_port(text: &str) -> Result<(u16, u16), String> {
    match text {
        "client" => Ok((1, CLIENT_PORT_MAX)),
        "bus" => Ok((CLIENT_PORT_MAX + 1, u16::MAX)),
        _ => {
            let port = text.parse().ok().filter(|&port: &u16| port > 0);
            let port =
                port.ok_or_else(|| format!("'{text}' is no port; write bus, client or a number"))?;
            Ok((port, port))
        }
    }
}

/// `250us`, `40ms`, `1.5s`, `30`, `2m`
fn parse_span(text: &str) -> Result<Span, String> {
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let us = seconds_to_us(number).and_then(|us| match &text[number.len()..] {
        "us" => Some(us / 1_000_000),
        "ms" => Some(us / 1_000),
        "s" | "" => Some(us),
        "m" => us.checked_mul(60),
        _ => None,
    });
    us.filter(|&us| us > 0)
        .map(Span)
        .ok_or_else(|| format!("'{text}' is no time; write a number with us, ms, s or m"))
}

fn parse_loss(text: &str) -> Result<u32, String> {
    // Percent have four digits behind the point in parts per million.
    let percent = text.strip_suffix('%').and_then(seconds_to_us);
    let ppm = percent.map(|it| it / 100).filter(|&ppm| ppm <= 1_000_000);
    ppm.and_then(|ppm| u32::try_from(ppm).ok())
        .ok_or_else(|| format!("'{text}' is no share; write a percentage, such as 2.5%"))
}

/// A rule in the words that set it.
#[must_use]
pub fn rule(rule: &Rule, hosts: &[Ipv4Addr], now: Time) -> String {
    let kinds: Vec<_> = rule.kinds.iter().map(|kind| kind.name()).collect();
    let mut text =
        format!("drop {}", if kinds.is_empty() { "all".into() } else { kinds.join(",") });
    let address = |host: HostId| hosts.get(usize::from(host.0)).map(Ipv4Addr::to_string);
    for (word, host) in [("from", rule.from), ("to", rule.to)] {
        if let Some(ip) = host.and_then(address) {
            text += &format!(" {word} {ip}");
        }
    }
    match rule.ports {
        None => {}
        Some((1, CLIENT_PORT_MAX)) => text += " port client",
        Some((_, u16::MAX)) => text += " port bus",
        Some((port, _)) => text += &format!(" port {port}"),
    }
    if let Some(until) = rule.until {
        text += &format!(" for {}", span(until.since(now)));
    }
    if let Some(count) = rule.count {
        text += &format!(" count {count}");
    }
    text
}

/// A link that is not as usual, in the words that change it.
#[must_use]
pub fn link(link: &LinkSettings, usual: &LinkSettings) -> String {
    let mut words = Vec::new();
    if link.latency != usual.latency {
        words.push(format!("latency {}", span(link.latency)));
    }
    if link.jitter != usual.jitter {
        words.push(format!("jitter {}", span(link.jitter)));
    }
    if link.loss_ppm != usual.loss_ppm {
        let (whole, rest) = (link.loss_ppm / 10_000, link.loss_ppm % 10_000);
        let text = format!("{whole}.{rest:04}");
        words.push(format!("loss {}%", text.trim_end_matches('0').trim_end_matches('.')));
    }
    if link.blocked != usual.blocked {
        words.push(if link.blocked { "blocked".into() } else { "open".into() });
    }
    words.join(" ")
}

/// In the largest unit that needs no more than three digits behind the point.
fn span(span: Span) -> String {
    let (unit, name) = match span.0 {
        1_000_000.. => (1_000_000, "s"),
        1_000.. => (1_000, "ms"),
        _ => (1, "us"),
    };
    let text = format!("{}.{:03}", span.0 / unit, span.0 % unit * 1000 / unit);
    format!("{}{name}", text.trim_end_matches('0').trim_end_matches('.'))
}

/// What may follow these words behind `fault`, for a Tab.
pub(crate) fn expected(words: &[&str], hosts: &[Ipv4Addr]) -> Vec<String> {
    let texts = |options: &[&str]| options.iter().map(|it| (*it).to_owned()).collect();
    let addresses = || hosts.iter().map(Ipv4Addr::to_string).collect();
    match words {
        [] => texts(&["del", "drop", "help", "link", "show"]),
        ["del"] => texts(&["all"]),
        ["drop"] => kind_names().map(str::to_owned).collect(),
        [.., "from" | "to" | "between" | "and"] => addresses(),
        [.., "between", _] => texts(&["and"]),
        [.., "port"] => texts(&["bus", "client"]),
        ["link"] => texts(&["between", "from"]),
        ["link", "from", _] => texts(&["to"]),
        ["link", ..] => texts(&["blocked", "jitter", "latency", "loss", "normal", "open"]),
        ["drop", ..] => texts(&["between", "count", "for", "from", "port", "to"]),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTS: [Ipv4Addr; 3] =
        [Ipv4Addr::new(10, 0, 0, 6), Ipv4Addr::new(10, 0, 0, 13), Ipv4Addr::new(10, 0, 0, 16)];

    fn read(line: &str) -> Result<Request, String> {
        let words: Vec<_> = line.split_whitespace().map(str::to_owned).collect();
        parse(&words, &HOSTS, Time(7_000_000))
    }

    fn dropped(line: &str) -> Vec<Rule> {
        match read(line) {
            Ok(Request::Drop(rules)) => rules,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn a_rule_reads_as_it_was_written() {
        for line in [
            "drop FAILOVER_AUTH_ACK to 10.0.0.6 for 30s",
            "drop PING,PONG from 10.0.0.13 to 10.0.0.6",
            "drop all from 10.0.0.6 port bus",
            "drop all to 10.0.0.6 port client count 3",
            "drop all port 16379 for 1.5s",
        ] {
            assert_eq!(rule(&dropped(line)[0], &HOSTS, Time(7_000_000)), line);
        }
    }

    #[test]
    fn kinds_have_the_names_that_redis_counts_them_by() {
        for name in ["auth-ack", "FAILOVER_AUTH_ACK", "failover-auth-ack"] {
            assert_eq!(dropped(&format!("drop {name}"))[0].kinds, [PacketKind::FailoverAuthAck]);
        }
        assert_eq!(dropped("drop auth-req")[0].kinds, [PacketKind::FailoverAuthRequest]);
        assert_eq!(dropped("drop heartbeat")[0].kinds, [PacketKind::Ping, PacketKind::Pong]);
        assert_eq!(dropped("drop mfstart,publishshard")[0].kinds.len(), 2);
    }

    #[test]
    fn between_two_hosts_means_both_ways() {
        let rules = dropped("drop all between .6 and .13 port bus");
        assert_eq!((rules[0].from, rules[0].to), (Some(HostId(0)), Some(HostId(1))));
        assert_eq!((rules[1].from, rules[1].to), (Some(HostId(1)), Some(HostId(0))));
        assert_eq!(rules[0].ports, rules[1].ports);
    }

    #[test]
    fn a_link_changes_only_where_it_is_told_to() {
        let Ok(Request::Link(pairs, change)) = read("link from .6 to .13 latency 40ms loss 2.5%")
        else {
            panic!("a link");
        };
        assert_eq!(pairs, [(HostId(0), HostId(1))]);
        let usual = LinkSettings::LAN;
        let slow = change.apply(usual, usual);
        assert_eq!((slow.latency.0, slow.jitter, slow.loss_ppm), (40_000, usual.jitter, 25_000));
        assert_eq!(link(&slow, &usual), "latency 40ms loss 2.5%");
        let Ok(Request::Link(_, normal)) = read("link between .6 and .13 normal") else {
            panic!("a link");
        };
        assert_eq!(normal.apply(slow, usual), usual);
    }

    #[test]
    fn mistakes_are_told_with_what_to_write_instead() {
        for (line, part) in [
            ("drop", "say what to drop"),
            ("drop ACK", "there is no kind of packet 'ACK'; kinds: all, heartbeat, PING"),
            ("drop PING to 10.0.0.9", "hosts: 10.0.0.6, 10.0.0.13, 10.0.0.16"),
            ("drop PING to", "'to' needs something behind it"),
            ("drop PING from .6 to .6", "between a host and itself"),
            ("drop all port x", "write bus, client or a number"),
            ("drop all for ever", "write a number with us, ms, s or m"),
            ("drop all count 0", "write 1 or more"),
            ("link .6 .13", "write fault link from HOST to HOST"),
            ("link from .6 to .13", "say what becomes of it"),
            ("link from .6 to .13 loss 2", "such as 2.5%"),
            ("del x", "see fault show"),
            ("fly", "'fly' is not understood"),
        ] {
            let why = read(line).expect_err(line);
            assert!(why.contains(part), "{line}: {why}");
        }
    }
}
