//! What a Tab offers.

use std::net::Ipv4Addr;

use engine::docs;

use super::load;
use crate::{cluster_manager, fault};

const PROGRAMS: [&str; 29] = [
    "cat",
    "clear",
    "date",
    "disk",
    "echo",
    "env",
    "exit",
    "export",
    "fault",
    "grep",
    "head",
    "help",
    "host",
    "hostname",
    "kill",
    "load",
    "ls",
    "pgrep",
    "pidof",
    "ps",
    "pwd",
    "redis-cli",
    "redis-server",
    "rm",
    "sleep",
    "tail",
    "unset",
    "wc",
    "whoami",
];

const CLI_OPTIONS: [&str; 18] = [
    "--cluster",
    "--help",
    "--no-auth-warning",
    "--no-raw",
    "--pass",
    "--raw",
    "--user",
    "--version",
    "-2",
    "-3",
    "-a",
    "-c",
    "-e",
    "-h",
    "-i",
    "-n",
    "-p",
    "-r",
];

const CLUSTER_OPTIONS: [&str; 4] =
    ["--cluster-only-masters", "--cluster-only-replicas", "--cluster-replicas", "--cluster-yes"];

/// Completions of a shell line.
pub(crate) fn shell_line(line: &str, files: &[&str], hosts: &[Ipv4Addr]) -> Vec<String> {
    let start = line.rfind(['|', ';', '&']).map_or(0, |at| at + 1);
    let command = line[start..].trim_start();
    let words: Vec<_> = command.split(' ').filter(|it| !it.is_empty()).collect();
    let program = match words.first() {
        Some(program) if words.len() > 1 || command.ends_with(' ') => *program,
        _ => return replace(line, PROGRAMS, ""),
    };
    if program == "redis-cli" {
        return redis_cli_words(line, &words[1..], hosts);
    }
    match program {
        "load" if words.len() < 2 || words.len() == 2 && !line.ends_with(' ') => {
            replace(line, load::SUBCOMMANDS, "")
        }
        "fault" => {
            let before =
                if command.ends_with(' ') { &words[1..] } else { &words[1..words.len() - 1] };
            let options = fault::expected(before, hosts);
            replace(line, options.iter().map(String::as_str), "")
        }
        "host" if words.len() < 2 || words.len() == 2 && !line.ends_with(' ') => {
            replace(line, ["add", "help", "remove"], "")
        }
        "host" => {
            let hosts: Vec<_> = hosts.iter().map(ToString::to_string).collect();
            replace(line, hosts.iter().map(String::as_str), "")
        }
        "kill" => replace(line, ["-9", "-CONT", "-KILL", "-STOP", "-TERM"], ""),
        "redis-server" | "cat" | "tail" | "head" | "grep" | "wc" | "ls" | "rm" => {
            replace(line, files.iter().copied(), "")
        }
        _ => Vec::new(),
    }
}

/// Completions of a line of redis-cli's interactive mode.
pub(crate) fn redis_cli_line(line: &str) -> Vec<String> {
    match line.strip_prefix("help ") {
        Some(topic) if topic.starts_with('@') => {
            let mut groups: Vec<_> = docs::all().map(|doc| format!("@{}", doc.group)).collect();
            groups.sort();
            groups.dedup();
            replace(line, groups.iter().map(String::as_str), "")
        }
        Some(topic) => commands("help ", topic),
        None => commands("", line),
    }
}

/// Completions of the words after `redis-cli`.
fn redis_cli_words(line: &str, words: &[&str], hosts: &[Ipv4Addr]) -> Vec<String> {
    let fresh = line.ends_with(' ');
    let before = if fresh { words } else { &words[..words.len().saturating_sub(1)] };
    if let Some(at) = before.iter().position(|&it| it == "--cluster") {
        if before.len() == at + 1 {
            return replace(line, cluster_manager::NAMES, "");
        }
        if words.last().is_some_and(|it| !fresh && it.starts_with('-')) {
            return replace(line, CLUSTER_OPTIONS, "");
        }
        let addresses: Vec<_> = hosts.iter().map(|ip| format!("{ip}:6379")).collect();
        return replace(line, addresses.iter().map(String::as_str), "");
    }
    if before.last() == Some(&"-h") {
        let hosts: Vec<_> = hosts.iter().map(ToString::to_string).collect();
        return replace(line, hosts.iter().map(String::as_str), "");
    }
    if words.last().is_some_and(|it| !fresh && it.starts_with('-')) {
        return replace(line, CLI_OPTIONS, "");
    }
    let takes_value =
        |it: &str| matches!(it, "-h" | "-p" | "-a" | "-n" | "-r" | "-i" | "--pass" | "--user");
    let mut at = 0;
    while let Some(word) = before.get(at).filter(|it| it.starts_with('-')) {
        at += if takes_value(word) { 2 } else { 1 };
    }
    let command = words.get(at..).unwrap_or_default().join(" ");
    let command = if fresh && !command.is_empty() { command + " " } else { command };
    let head = line.strip_suffix(command.as_str()).unwrap_or(line);
    commands(head, &command)
}

/// Commands that begin as `typed` does, in the case in which it was typed, behind `head`.
fn commands(head: &str, typed: &str) -> Vec<String> {
    let upper = typed.to_ascii_uppercase();
    let lower_case = typed.contains(|it: char| it.is_ascii_lowercase());
    let depth = typed.matches(' ').count();
    let mut found: Vec<String> = docs::all()
        .filter(|doc| doc.name.starts_with(&upper))
        .map(|doc| doc.name.split(' ').take(depth + 1).collect::<Vec<_>>().join(" "))
        .filter(|name| name.len() >= typed.len())
        .map(|name| if lower_case { name.to_ascii_lowercase() } else { name })
        .map(|name| format!("{head}{name}"))
        .collect();
    found.dedup();
    found
}

/// The line with its last word replaced by each of `options` that begins with it.
fn replace<'a>(line: &str, options: impl IntoIterator<Item = &'a str>, end: &str) -> Vec<String> {
    let at = line.rfind([' ', '|', ';', '&']).map_or(0, |at| at + 1);
    let (head, word) = line.split_at(at);
    let fitting = options.into_iter().filter(|option| option.starts_with(word));
    fitting.map(|option| format!("{head}{option}{end}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(line: &str) -> Vec<String> {
        let hosts = [Ipv4Addr::new(192, 168, 0, 6), Ipv4Addr::new(192, 168, 0, 13)];
        shell_line(line, &["nodes.conf", "redis.conf", "redis.log"], &hosts)
    }

    #[test]
    fn the_first_word_is_a_program() {
        assert_eq!(shell("redis-c"), ["redis-cli"]);
        assert_eq!(shell("ps | gr"), ["ps | grep"]);
    }

    #[test]
    fn files_and_hosts_complete_where_they_make_sense() {
        assert_eq!(shell("tail -f redis."), ["tail -f redis.conf", "tail -f redis.log"]);
        assert_eq!(shell("redis-cli -h 192.168.0.6"), ["redis-cli -h 192.168.0.6"]);
        assert_eq!(shell("redis-cli --cluster che"), ["redis-cli --cluster check"]);
        assert_eq!(shell("redis-cli --cluster check ").len(), 2);
    }

    #[test]
    fn commands_keep_the_case_they_were_typed_in() {
        assert_eq!(shell("redis-cli -a redis cluster no"), ["redis-cli -a redis cluster nodes"]);
        assert_eq!(redis_cli_line("CLUSTER FAIL"), ["CLUSTER FAILOVER"]);
        assert_eq!(redis_cli_line("cluster failo"), ["cluster failover"]);
        assert_eq!(redis_cli_line("clus"), ["cluster"]);
        assert!(redis_cli_line("help @conn").contains(&"help @connection".to_owned()));
        assert_eq!(redis_cli_line("help shut"), ["help shutdown"]);
    }
}
