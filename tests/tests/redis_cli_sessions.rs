//! Sessions with a real redis-cli 7.0.15, typed again here: recording `19-redis-cli-sessions`, under
//! `compat 7.0`. Addresses and offsets are normalised.

use engine::Compat;
use engine::time::Span;
use failover_tests::console::Consoles;
use scenario::Action;
use scenario::scenario::Plain;

const RECORDING: &str = include_str!("../data/recordings/19-redis-cli-sessions.txt");
const DIFFERENCES: &str = include_str!("../../docs/differences-from-redis.md");

/// Commands that are not answered as recorded, with the heading of their entry in
/// docs/differences-from-redis.md.
const DIFFERENT: &[(&str, &str)] =
    &[("EVAL ", "Scripting commands"), ("COMMAND COUNT", "Commands about commands")];

/// The hosts that stand for the servers of the recording.
const HOSTS: [(&str, &str); 4] = [
    ("127.0.0.1:21000", "10.0.0.1:6379"),
    ("127.0.0.1:21003", "10.0.0.5:6379"),
    ("127.0.0.1:21004", "10.0.0.2:6379"),
    ("127.0.0.1:21005", "10.0.0.3:6379"),
];

fn here(text: &str) -> String {
    let replaced = HOSTS.iter().fold(text.to_owned(), |text, (port, ip)| text.replace(port, ip));
    replaced
        .replace("\"127.0.0.1\"", "\"10.0.0.5\"")
        .replace("\"21003\"", "\"6379\"")
        .replace("connect 127.0.0.1 21003", "connect 10.0.0.5 6379")
}

fn cluster() -> Consoles {
    let mut consoles =
        Consoles::open(&Plain { compat: Compat::V7_0, ..Plain::default() }.scenario(), 1).0;
    consoles.pass(Span::from_secs(10));
    consoles
}

/// The part of the recording under a heading.
fn section(heading: &str) -> &'static str {
    let (_, after) = RECORDING.split_once(heading).expect("the heading");
    let (_, body) = after.split_once('\n').expect("lines");
    body.split("\n\n==========").next().expect("a body")
}

/// Commands with what was printed after them: a line with a prompt, up to the next.
fn exchanges(section: &str) -> Vec<(String, String, String)> {
    let mut found: Vec<(String, String, String)> = Vec::new();
    for line in section.lines() {
        let prompt = line.find("> ").map(|at| line.split_at(at + 2));
        match prompt.filter(|(it, _)| it.starts_with("127.0.0.1:") || *it == "not connected> ") {
            Some((prompt, line)) => found.push((here(prompt), here(line), String::new())),
            None => {
                if let Some((.., printed)) = found.last_mut() {
                    printed.push_str(&here(line));
                    printed.push('\n');
                }
            }
        }
    }
    found.retain(|(_, line, _)| !line.is_empty());
    found
}

/// Hides what differs from cluster to cluster: offsets in ROLE, the id of a node, which tick of a
/// server ended a wait.
fn normal(line: &str, printed: &str) -> String {
    let hide = |text: &str| {
        let (head, value) = text.rsplit_once(' ').unwrap_or(("", text));
        let digits = value.trim_matches('"');
        let offset = line == "ROLE" && head.ends_with("3)") || head.ends_with("2) (integer)");
        if offset || digits.len() == 40 {
            format!("{head} <hidden>\n")
        } else {
            format!("{text}\n")
        }
    };
    match line {
        _ if line.starts_with("BLPOP ") => {
            let time = |text: &str| text.starts_with('(') && text.ends_with("s)");
            let shown =
                |text: &str| if time(text) { "(<hidden>s)\n".into() } else { format!("{text}\n") };
            printed.lines().map(shown).collect()
        }
        "ROLE" | "CLUSTER MYID" => printed.lines().map(hide).collect(),
        _ => printed.to_owned(),
    }
}

#[test]
fn a_plain_session_looks_as_recorded() {
    let mut consoles = cluster();
    consoles.type_line("10.0.0.1", "redis-cli -h 10.0.0.1");
    let host = consoles.host("10.0.0.1");
    // When the session was recorded, a string was left at this key from before.
    consoles.type_line("10.0.0.1", "SET {hello}s left");
    let mut complaints = Vec::new();
    let mut compared = 0;
    for (prompt, line, wanted) in exchanges(section("L1. plain interactive session")) {
        let shown = consoles.lab.prompt(host).unwrap_or_default();
        if shown != prompt {
            complaints.push(format!("before {line}: the prompt is {shown}, not {prompt}"));
        }
        let printed = consoles.type_line("10.0.0.1", &line);
        if line == "quit" {
            assert!(consoles.lab.at_shell(host));
            continue;
        }
        let same = normal(&line, &printed) == normal(&line, &wanted);
        let explained = DIFFERENT.iter().find(|(start, _)| format!("{line} ").starts_with(start));
        match (same, explained) {
            (true, None) => compared += 1,
            (false, Some((_, heading))) => {
                assert!(DIFFERENCES.contains(&format!("\n### {heading}\n")), "{heading}");
            }
            (true, Some(_)) => complaints.push(format!("{line} does not differ")),
            (false, None) => {
                complaints.push(format!("{line}\n  real: {wanted:?}\n  ours: {printed:?}"))
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    assert!(compared > 25, "only {compared} were compared");
}

#[test]
fn a_session_that_follows_redirections_loses_its_server_as_recorded() {
    let mut consoles = cluster();
    let console = "10.0.0.4";
    let host = consoles.host(console);
    consoles.type_line(console, "redis-cli -c -h 10.0.0.2");
    let mut transcript = String::new();
    let mut wanted = String::new();
    for (prompt, line, printed) in exchanges(section("L3. -c session")) {
        wanted += &format!("{prompt}{line}\n{printed}");
        // The recording's server died after the key had been read twice.
        if transcript.matches("GET hello\n").count() == 2
            && line == "GET hello"
            && prompt.starts_with("10.0.0.1")
        {
            kill(&mut consoles, "10.0.0.1");
        }
        if line.starts_with("connect") {
            consoles.pass(Span::from_secs(40));
        }
        transcript += &consoles.transcript(console, &[&line]);
    }
    assert_eq!(transcript, wanted);
    consoles.type_line(console, "quit");
    assert!(consoles.lab.at_shell(host));
}

fn kill(consoles: &mut Consoles, ip: &str) {
    let host = consoles.host(ip);
    consoles.lab.act(Action::Type { host, line: "kill -9 $(pidof redis-server)".into() });
    consoles.pass(Span::from_millis(100));
    assert_eq!(consoles.server(ip), None);
}

/// Reads `'...'` with `\n` in it.
fn unquoted(text: &str) -> String {
    text.trim_matches('\'').replace("\\n", "\n")
}

#[test]
fn single_commands_print_and_exit_as_recorded() {
    let mut consoles = cluster();
    // In the recording 21003 had become the master of the first shard.
    consoles
        .type_line("10.0.0.5", "redis-cli cluster failover; sleep 3; redis-cli set hello after");
    let mut compared = 0;
    for line in section("L4. could not connect").lines() {
        let Some((command, rest)) = line.split_once(" [exit ") else { continue };
        let command = command.strip_prefix("$ redis-cli").expect("a command");
        if command.contains("--csv") || command.contains("--json") {
            continue;
        }
        let (status, rest) = rest.split_once("] stdout ").expect("a status");
        let (out, err) = rest.split_once(" stderr ").expect("an output");
        let command = format!("redis-cli{command}")
            .replace("-p 21003", "-h 10.0.0.5")
            .replace("127.0.0.1:21005", "10.0.0.3:6379");
        let mut says = |line: String| consoles.type_line("10.0.0.6", &line);
        assert_eq!(says(format!("{command} 2>/dev/null | cat")), here(&unquoted(out)), "{command}");
        assert_eq!(says(format!("{command} >/dev/null")), here(&unquoted(err)), "{command}");
        let exit = says(format!("{command} >/dev/null 2>/dev/null; echo $?"));
        assert_eq!(exit.trim(), status, "{command}");
        compared += 1;
    }
    assert!(compared > 10, "only {compared} were compared");
}
