//! Lines typed in a lab as lines of a shell script.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::net::Ipv4Addr;

use engine::Time;
use engine::time::Span;
use sim::HostId;

use super::quoted;
use crate::Action;
use crate::fault;
use crate::scenario::Scenario;
use crate::script::Step;

/// Programs that only the lab has.
const OWN: [&str; 4] = ["load", "fault", "host", "help"];

/// A script in the making.
#[derive(Default)]
struct Writer {
    text: String,
    /// Whose console the script is at.
    here: Option<Ipv4Addr>,
    /// redis-cli without a command, as it was typed: what follows there goes to it.
    talks: BTreeMap<Ipv4Addr, String>,
    /// A line that may still be asked something, with the answers so far.
    asking: Option<(Ipv4Addr, f64, String, Vec<String>)>,
}

/// What builds the cluster.
pub(super) fn opening(scenario: &Scenario) -> String {
    let mut writer = Writer::new("# How the lab opens.");
    let mut host = scenario.hosts.first().map(|it| it.ip);
    for step in &scenario.opening {
        match step {
            Step::Host(ip) => host = Some(*ip),
            Step::Line(line) => host.iter().for_each(|&ip| writer.line(ip, 0.0, line)),
        }
    }
    writer.finish()
}

/// What was typed afterwards, with the time in between.
pub(super) fn history(scenario: &Scenario, history: &[(Time, Action)]) -> String {
    let mut writer =
        Writer::new("# What was typed, each line with the seconds since the one before.");
    let ips: Vec<_> = scenario.hosts.iter().map(|it| it.ip).collect();
    let ip = |host: HostId| scenario.hosts.get(usize::from(host.0)).map(|it| it.ip);
    let name =
        |host: HostId| ip(host).map_or_else(|| format!("host {}", host.0), |it| it.to_string());
    let mut before = history.first().map_or(Time::ZERO, |it| it.0);
    for (at, action) in history {
        let gap = at.0.saturating_sub(before.0) as f64 / Span::from_secs(1).0 as f64;
        before = *at;
        match action {
            Action::Type { host, line } => {
                ip(*host).iter().for_each(|&ip| writer.line(ip, gap, line))
            }
            Action::Interrupt { host } => writer.remark(&format!("Ctrl-C on {}", name(*host))),
            Action::Link { from, to, settings } => {
                let how = if settings.blocked { "cut" } else { "changed" };
                writer.remark(&format!("the link from {} to {} was {how}", name(*from), name(*to)));
            }
            Action::Workload(Some(settings)) => {
                writer.remark(&format!("clients: load start {settings}"))
            }
            Action::Workload(None) => writer.remark("clients: load stop"),
            Action::SetRule(rule) => {
                writer.remark(&format!("fault {}", fault::rule(rule, &ips, *at)));
            }
            Action::LiftRule(_) => writer.remark("a fault was undone"),
            Action::Crashed { .. } => writer.remark("a node of the lab broke"),
        }
    }
    writer.finish()
}

impl Writer {
    fn new(title: &str) -> Self {
        Self { text: format!("{title}\n"), ..Self::default() }
    }

    fn line(&mut self, host: Ipv4Addr, gap: f64, line: &str) {
        let line = line.trim();
        if let Some((asked, _, _, answers)) = &mut self.asking
            && *asked == host
            && is_answer(line)
        {
            return answers.push(line.to_owned());
        }
        self.flush();
        if let Some(talk) = self.talks.get(&host) {
            if matches!(line, "exit" | "quit") {
                self.talks.remove(&host);
            } else if !line.is_empty() {
                let line = format!("{talk} {line}");
                self.asking = Some((host, gap, line, Vec::new()));
            }
            return;
        }
        let words: Vec<_> = line.split_whitespace().collect();
        match words.as_slice() {
            [] => {}
            [program, ..] if OWN.contains(program) => {
                self.remark(&format!("on {host}, not on real servers: {line}"));
            }
            ["redis-cli", options @ ..] if is_talk(options) => {
                self.talks.insert(host, line.to_owned());
            }
            _ => self.asking = Some((host, gap, by_name(&words, line), Vec::new())),
        }
    }

    fn remark(&mut self, text: &str) {
        self.flush();
        let _ = writeln!(self.text, "# {}", text.replace('\n', " "));
    }

    fn flush(&mut self) {
        let Some((host, gap, mut line, answers)) = self.asking.take() else { return };
        if !answers.is_empty() {
            let answers: Vec<_> = answers.iter().map(|it| quoted(it)).collect();
            line = format!("printf '%s\\n' {} | {line}", answers.join(" "));
        }
        if self.here != Some(host) {
            let _ = writeln!(self.text, "on {host}");
            self.here = Some(host);
        }
        let _ = writeln!(self.text, "run {gap:.1} {}", quoted(&line));
    }

    fn finish(mut self) -> String {
        self.flush();
        self.text
    }
}

/// Whether these options of redis-cli leave it waiting for commands.
fn is_talk(options: &[&str]) -> bool {
    let mut options = options.iter();
    while let Some(option) = options.next() {
        match *option {
            "-h" | "-p" | "-a" | "-n" | "-i" | "-t" | "--user" | "--pass" => drop(options.next()),
            "-c" | "-3" | "-2" | "-e" | "--raw" | "--no-raw" | "--no-auth-warning" => {}
            _ => return false,
        }
    }
    true
}

/// Whether a line answers a question of `redis-cli --cluster`.
fn is_answer(line: &str) -> bool {
    let id = line.len() == 40 && line.bytes().all(|it| it.is_ascii_hexdigit());
    id || matches!(line, "yes" | "no" | "all" | "done") || line.parse::<u32>().is_ok()
}

/// `kill` by the number that a process had in the lab, as `kill` of whatever number the host's server has.
fn by_name(words: &[&str], line: &str) -> String {
    if words.first() != Some(&"kill") {
        return line.to_owned();
    }
    let named = |word: &&str| match word.parse::<u32>() {
        Ok(_) => "$(pidof redis-server)".to_owned(),
        Err(_) => (*word).to_owned(),
    };
    words.iter().map(named).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(lines: &[(u16, &str)]) -> String {
        let scenario = Scenario::built_in("walkthrough").unwrap();
        let typed = lines.iter().zip(1..).map(|(&(host, line), second)| {
            let action = Action::Type { host: HostId(host.into()), line: line.into() };
            (Time::ZERO + Span::from_secs(second), action)
        });
        history(&scenario, &typed.collect::<Vec<_>>())
            .lines()
            .skip(1)
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn lines_name_their_host_once_and_the_time_in_between() {
        let text = script(&[(3, "redis-cli CLUSTER FAILOVER"), (3, "echo 'a b'"), (0, "date")]);
        assert_eq!(
            text,
            "on 192.168.0.6\nrun 0.0 'redis-cli CLUSTER FAILOVER'\nrun 1.0 'echo '\\''a b'\\'''\n\
             on 192.168.0.161\nrun 1.0 'date'"
        );
    }

    #[test]
    fn a_killed_process_is_found_by_its_name() {
        assert_eq!(
            script(&[(0, "kill -9 1418")]),
            "on 192.168.0.161\nrun 0.0 'kill -9 $(pidof redis-server)'"
        );
    }

    #[test]
    fn what_was_said_to_redis_cli_becomes_its_command() {
        let text = script(&[(0, "redis-cli -c"), (0, "GET a"), (0, "exit"), (0, "pwd")]);
        assert_eq!(text, "on 192.168.0.161\nrun 1.0 'redis-cli -c GET a'\nrun 1.0 'pwd'");
    }

    #[test]
    fn answers_are_given_to_the_program_that_asks() {
        let text =
            script(&[(0, "redis-cli --cluster fix 192.168.0.161:6379"), (0, "yes"), (0, "pwd")]);
        assert_eq!(
            text,
            "on 192.168.0.161\nrun 0.0 'printf '\\''%s\\n'\\'' '\\''yes'\\'' | redis-cli --cluster fix 192.168.0.161:6379'\n\
             run 1.0 'pwd'"
        );
    }

    #[test]
    fn what_only_the_lab_has_is_a_remark() {
        assert_eq!(
            script(&[(0, "load start -w 10")]),
            "# on 192.168.0.161, not on real servers: load start -w 10"
        );
    }
}
