//! The text form of a scenario.
//!
//! One keyword a line; indented lines are the content of the `file` or `opening` above them:
//!
//! ```text
//! name walkthrough
//! compat 8.2
//! clock 1765369000
//! seed 1
//! link latency=200us jitter=0us loss=0ppm
//! env REDISCLI_AUTH=redis
//!
//! file redis.conf
//!   port 6379
//!
//! host 192.168.0.161
//! file nodes.conf
//!   ...
//!
//! opening
//!   @192.168.0.161
//!   redis-server redis.conf
//! ```
//!
//! Hosts may be in zones, with links of their own between these:
//!
//! ```text
//! host 10.1.0.1 zone=seoul
//! host 10.2.0.1 zone=busan
//! between seoul busan latency=5ms
//! ```
//!
//! `link ... cut` starts with all cables unplugged. A `file` above the first `host` lies on every host's disk, one below a `host` on that host's.

use std::fmt;

use engine::Compat;
use engine::time::Span;
use sim::LinkSettings;

use super::{Between, Host, Scenario};
use crate::script;

/// What is wrong with a scenario's text, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// The line, from 1.
    pub line: usize,
    /// What to do about it.
    pub message: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

/// Where indented lines go.
enum Block {
    None,
    File,
    Opening,
}

impl Scenario {
    /// Reads a scenario.
    ///
    /// # Errors
    /// The first line that is not understood.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let mut scenario = Self {
            name: "unnamed".into(),
            compat: Compat::default(),
            clock: 1_765_369_000,
            seed: 1,
            link: default_link(),
            between: Vec::new(),
            env: Vec::new(),
            files: Vec::new(),
            hosts: Vec::new(),
            opening: Vec::new(),
        };
        let mut block = Block::None;
        for (at, line) in text.lines().enumerate() {
            let taken = scenario.take(&mut block, line.trim_end());
            taken.map_err(|message| ParseError { line: at + 1, message })?;
        }
        if scenario.hosts.is_empty() {
            let message = "a scenario needs hosts: add lines like `host 192.168.0.6`".into();
            return Err(ParseError { line: text.lines().count().max(1), message });
        }
        Ok(scenario)
    }

    fn take(&mut self, block: &mut Block, line: &str) -> Result<(), String> {
        if line.starts_with([' ', '\t']) {
            return self.content(block, line.trim_start());
        }
        if line.is_empty() || line.starts_with('#') {
            return Ok(());
        }
        *block = Block::None;
        let (keyword, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.trim();
        match keyword {
            "name" => self.name = rest.into(),
            "compat" => self.compat = compat(rest)?,
            "clock" => self.clock = rest.parse().map_err(|_| "clock takes unix seconds")?,
            "seed" => self.seed = rest.parse().map_err(|_| "seed takes a whole number")?,
            "link" => self.link = link(rest)?,
            "env" => {
                let (name, value) = rest.split_once('=').ok_or("env takes NAME=VALUE")?;
                self.env.push((name.into(), value.into()));
            }
            "host" => {
                let (ip, zone) = rest.split_once(' ').unwrap_or((rest, ""));
                let ip = ip.parse().map_err(|_| "host takes an IPv4 address")?;
                let zone = match zone.trim() {
                    "" => None,
                    zone => Some(zone.strip_prefix("zone=").ok_or("host takes zone=NAME")?.into()),
                };
                if self.hosts.iter().any(|host| host.ip == ip) {
                    return Err(format!("there is a host {ip} already"));
                }
                self.hosts.push(Host { ip, zone, files: Vec::new() });
            }
            "between" => {
                let mut words = rest.splitn(3, ' ');
                let (Some(one), Some(other), Some(settings)) =
                    (words.next(), words.next(), words.next())
                else {
                    return Err("between takes two zones and settings of a link".into());
                };
                let zones = (one.into(), other.into());
                self.between.push(Between { zones, link: link(settings)? });
            }
            "file" if !rest.is_empty() => {
                self.last_files().push((rest.into(), String::new()));
                *block = Block::File;
            }
            "opening" => *block = Block::Opening,
            _ => return Err(format!("'{line}' is no keyword of a scenario")),
        }
        Ok(())
    }

    fn content(&mut self, block: &Block, line: &str) -> Result<(), String> {
        match block {
            Block::None => return Err("only `file` and `opening` have indented lines".into()),
            Block::File => {
                if let Some((_, text)) = self.last_files().last_mut() {
                    text.push_str(line);
                    text.push('\n');
                }
            }
            Block::Opening => self.opening.extend(script::step(line)?),
        }
        Ok(())
    }

    fn last_files(&mut self) -> &mut Vec<(String, String)> {
        self.hosts.last_mut().map_or(&mut self.files, |host| &mut host.files)
    }
}

/// Machines of one room: a fifth of a millisecond away from each other.
pub(super) const fn default_link() -> LinkSettings {
    LinkSettings { latency: Span(200), jitter: Span(0), loss_ppm: 0, blocked: false }
}

pub(super) fn compat(text: &str) -> Result<Compat, String> {
    match text {
        "7.0" => Ok(Compat::V7_0),
        "8.2" => Ok(Compat::V8_2),
        _ => Err("compat takes 7.0 or 8.2".into()),
    }
}

pub(super) fn link(text: &str) -> Result<LinkSettings, String> {
    let mut link = default_link();
    for setting in text.split_whitespace() {
        match setting.split_once('=') {
            None if setting == "cut" => link.blocked = true,
            Some(("latency", value)) => link.latency = span(value)?,
            Some(("jitter", value)) => link.jitter = span(value)?,
            Some(("loss", value)) => {
                let ppm = value.strip_suffix("ppm").and_then(|it| it.parse().ok());
                link.loss_ppm = ppm.ok_or("loss takes parts per million, as in loss=100ppm")?;
            }
            _ => return Err("link takes latency=, jitter=, loss= and cut".into()),
        }
    }
    if link.latency.0 == 0 {
        return Err("a link needs a latency above zero".into());
    }
    Ok(link)
}

/// Reads `name=value` words.
pub(super) fn words(text: &str) -> Result<Vec<(&str, &str)>, String> {
    let word = |word| {
        let pair: Option<(&str, &str)> = str::split_once(word, '=');
        pair.ok_or_else(|| format!("'{word}' is no NAME=VALUE"))
    };
    text.split_whitespace().map(word).collect()
}

/// A line of redis.conf.
///
/// # Errors
/// When name or value would break out of their line.
pub(super) fn config_line(name: &str, value: &str) -> Result<String, String> {
    let plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
    if name.is_empty() || !name.chars().all(plain) {
        return Err(format!("'{name}' is no name of a setting"));
    }
    if value.is_empty() || value.chars().any(char::is_control) {
        return Err(format!("{name} needs a value"));
    }
    Ok(format!("{name} {value}"))
}

/// Reads a span like `200us`, `5ms` or `2s`.
///
/// # Errors
/// A sentence that names the units.
pub(crate) fn span(text: &str) -> Result<Span, String> {
    let digits = text.len() - text.trim_start_matches(|it: char| it.is_ascii_digit()).len();
    let number: Option<u64> = text[..digits].parse().ok();
    let unit = match &text[digits..] {
        "us" => Some(1),
        "ms" => Some(1000),
        "s" => Some(1_000_000),
        _ => None,
    };
    let us = number.zip(unit).and_then(|(number, unit)| number.checked_mul(unit));
    us.map(Span).ok_or_else(|| format!("'{text}' is no span: write 200us, 5ms or 2s"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::Step;

    #[test]
    fn files_belong_to_all_hosts_or_to_the_host_above_them() {
        let scenario = Scenario::parse(
            "name x\nlink latency=2ms loss=7ppm\nfile redis.conf\n  port 7000\n\nhost 10.0.0.1\n\
             file a\n  one\n  two\nhost 10.0.0.2\nopening\n  @10.0.0.2\n  date\n",
        )
        .unwrap();
        assert_eq!(scenario.files, [("redis.conf".into(), "port 7000\n".into())]);
        assert_eq!(scenario.hosts[0].files, [("a".into(), "one\ntwo\n".into())]);
        assert!(scenario.hosts[1].files.is_empty());
        assert_eq!((scenario.link.latency, scenario.link.loss_ppm), (Span(2000), 7));
        assert_eq!(scenario.opening[1], Step::Line("date".into()));
    }

    #[test]
    fn a_mistake_is_named_with_its_line() {
        let at = |text| Scenario::parse(text).unwrap_err().line;
        assert_eq!(at("name x\nhots 10.0.0.1"), 2);
        assert_eq!(at("host 10.0.0"), 1);
        assert_eq!(at("  indented"), 1);
        assert_eq!(at("name x\n"), 1);
        assert_eq!(at("host 10.0.0.1\nlink latency=0us"), 2);
    }
}
