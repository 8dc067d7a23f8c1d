//! Lines typed at a console, read for the Redis commands in them: behind `redis-cli` in a line of the
//! shell, or at redis-cli's own prompt.

use std::net::Ipv4Addr;

use crate::redis_cli::args::{self, Request};
use crate::redis_cli::words;
use crate::shell;
use crate::shell::line::{self, List, Part, Word};

/// The prompt and the line of an echo such as [`Printed`](crate::Printed) marks, on the console of `here`.
#[must_use]
pub fn split(echo: &str, here: Ipv4Addr) -> (&str, &str) {
    let echo = echo.trim_end_matches('\n');
    let shell = shell::prompt(here).len();
    if echo.starts_with(&shell::prompt(here)) {
        return echo.split_at(shell);
    }
    // redis-cli's, and questions of its cluster manager.
    let ends = ["accept): ", "> ", "? ", ": "];
    let end = ends.iter().find_map(|end| echo.find(end).map(|at| at + end.len()));
    echo.split_at(end.unwrap_or(0))
}

/// The commands of a typed line, words with one blank between, each with the host that it is for.
#[must_use]
pub fn commands(prompt: &str, line: &str, here: Ipv4Addr) -> Vec<(Ipv4Addr, String)> {
    let mut found = Vec::new();
    if let Some(host) = host_of_prompt(prompt, here) {
        let words = words::split(line).unwrap_or_default();
        let words: Vec<_> =
            words.iter().map(|it| String::from_utf8_lossy(it).into_owned()).collect();
        found.extend((!words.is_empty()).then(|| (host, words.join(" "))));
    } else if prompt == shell::prompt(here)
        && let Ok(list) = line::parse(line)
    {
        of_list(&list, here, &mut found);
    }
    found
}

/// The host that redis-cli's prompt names.
fn host_of_prompt(prompt: &str, here: Ipv4Addr) -> Option<Ipv4Addr> {
    let (host, _) = prompt.strip_suffix("> ")?.split_once(':')?;
    address(host, here)
}

fn address(host: &str, here: Ipv4Addr) -> Option<Ipv4Addr> {
    let ip = if host == "localhost" { Ipv4Addr::LOCALHOST } else { host.parse().ok()? };
    Some(if ip == Ipv4Addr::LOCALHOST { here } else { ip })
}

fn of_list(list: &List, here: Ipv4Addr, found: &mut Vec<(Ipv4Addr, String)>) {
    for command in list.iter().flat_map(|(_, pipeline)| pipeline) {
        for part in command.words.iter().flat_map(|word| &word.parts) {
            if let Part::Substitution(inner) = part {
                of_list(inner, here, found);
            }
        }
        let words: Vec<_> = command.words.iter().map(text).collect();
        if words.first().is_none_or(|name| name != "redis-cli") {
            continue;
        }
        if let Request::Run(options, words) = args::parse(&words[1..])
            && !words.is_empty()
            && let Some(host) = address(&options.host, here)
        {
            found.push((host, words.join(" ")));
        }
    }
}

/// A word as it was written; what only a shell can know stays a name.
fn text(word: &Word) -> String {
    let parts = word.parts.iter().map(|part| match part {
        Part::Text(text) => text.clone(),
        Part::Variable(name) => format!("${name}"),
        Part::Substitution(_) => "$()".into(),
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);
    const THERE: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 2);
    const SHELL: &str = "redis@10.0.0.1:~$ ";

    #[test]
    fn commands_are_found_in_every_form() {
        let in_shell = |line| commands(SHELL, line, HERE);
        assert_eq!(in_shell("redis-cli -c cluster  failover"), [(HERE, "cluster failover".into())]);
        assert_eq!(
            in_shell("sleep 1; redis-cli -h 10.0.0.2 -a redis GET x | grep y && redis-cli PING"),
            [(THERE, "GET x".into()), (HERE, "PING".into())]
        );
        assert_eq!(
            in_shell("redis-cli CLUSTER REPLICATE $(redis-cli -h 10.0.0.2 CLUSTER MYID)"),
            [(THERE, "CLUSTER MYID".into()), (HERE, "CLUSTER REPLICATE $()".into())]
        );
        assert_eq!(in_shell("redis-cli -c"), []);
        assert_eq!(in_shell("echo redis-cli PING"), []);
        assert_eq!(
            commands("10.0.0.2:6379(TX)> ", "set a \"b c\"", HERE),
            [(THERE, "set a b c".into())]
        );
        assert_eq!(commands("127.0.0.1:6379> ", "PING", HERE), [(HERE, "PING".into())]);
        assert_eq!(commands("not connected> ", "PING", HERE), []);
        assert_eq!(commands("Sure? (type 'yes' to accept): ", "yes", HERE), []);
    }

    #[test]
    fn an_echo_is_a_prompt_and_a_line() {
        assert_eq!(split("redis@10.0.0.1:~$ echo '> x'\n", HERE), (SHELL, "echo '> x'"));
        assert_eq!(split("127.0.0.1:6379> GET a> \n", HERE), ("127.0.0.1:6379> ", "GET a> "));
        let question = "Sure? (type 'yes' to accept): ";
        assert_eq!(split(&format!("{question}yes\n"), HERE), (question, "yes"));
    }
}
