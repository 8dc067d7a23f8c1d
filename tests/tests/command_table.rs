//! The table of commands against that of a real redis-server 7.0.15, which
//! `data/commands/record_table.py` recorded, and against what docs/differences-from-redis.md says is
//! missing.
//!
//! After adding or removing a command, this brings both files up to date that follow from the tables:
//!
//!     UPDATE=1 cargo test -p failover-tests --test command_table

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use engine::{Compat, ConnId, Input, Node, Output, Start, Time};
use serde_json::Value;

const RECORDED: &str = include_str!("../data/commands/table.json");

/// What the answers of a node take from a file that is written here.
const FACTS: &str = "crates/engine/src/command/about/facts.txt";
const DIFFERENCES: &str = "docs/differences-from-redis.md";
/// The heading of the section that lists what is missing.
const MISSING: &str = "\n## Commands that are missing\n";

fn path(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(file)
}

fn read(file: &str) -> String {
    fs::read_to_string(path(file)).expect("the file is there")
}

fn updating() -> bool {
    std::env::var_os("UPDATE").is_some()
}

/// Writes what should be there when asked to, and demands that it is there.
fn keep_up_to_date(file: &str, wanted: &str) {
    if updating() {
        fs::write(path(file), wanted).expect("the file can be written");
        return;
    }
    let there = read(file);
    let first = there.lines().zip(wanted.lines()).find(|(a, b)| a != b);
    assert!(
        there == wanted,
        "{file} does not follow from the tables ({first:?}):\n\
         run UPDATE=1 cargo test -p failover-tests --test command_table"
    );
}

/// A recorded command, as `table.json` has it.
#[derive(Debug, Clone)]
struct Command(Value);

impl Command {
    fn text(&self, field: &str) -> &str {
        self.0[field].as_str().unwrap_or_default()
    }

    fn list(&self, field: &str) -> Vec<&str> {
        self.0[field].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
    }

    fn positions(&self) -> [i64; 3] {
        [0, 1, 2].map(|at| self.0["keys"][at].as_i64().expect("three numbers"))
    }
}

/// Commands and subcommands of the real server, by full name.
fn recorded() -> BTreeMap<String, Command> {
    let table: Vec<Value> = serde_json::from_str(RECORDED).expect("the recording is JSON");
    let subs = table.iter().flat_map(|it| it["subs"].as_array().into_iter().flatten());
    let all = table.iter().chain(subs).map(|it| Command(it.clone()));
    all.map(|it| (it.text("name").to_owned(), it)).collect()
}

/// A reply in RESP3, as JSON; sets are sorted.
fn parse(bytes: &[u8]) -> (Value, usize) {
    let end = bytes.windows(2).position(|two| two == b"\r\n").expect("a line");
    let line = std::str::from_utf8(&bytes[1..end]).expect("text");
    let after = end + 2;
    let many = |count: usize| {
        let mut used = after;
        let mut items = Vec::new();
        for _ in 0..count {
            let (item, taken) = parse(&bytes[used..]);
            items.push(item);
            used += taken;
        }
        (items, used)
    };
    let count = || line.parse::<usize>().expect("a length");
    match bytes[0] {
        b'+' => (line.into(), after),
        b':' => (line.parse::<i64>().expect("a number").into(), after),
        b'_' => (Value::Null, after),
        b'$' => {
            let stop = after + count();
            (String::from_utf8_lossy(&bytes[after..stop]).into_owned().into(), stop + 2)
        }
        b'*' => {
            let (items, used) = many(count());
            (items.into(), used)
        }
        b'~' => {
            let (mut items, used) = many(count());
            items.sort_by_key(Value::to_string);
            (items.into(), used)
        }
        b'%' => {
            let (items, used) = many(count() * 2);
            let pairs = items.chunks(2).map(|pair| {
                (pair[0].as_str().expect("names are text").to_owned(), pair[1].clone())
            });
            (Value::Object(pairs.collect()), used)
        }
        other => panic!("{:?}: {line}", char::from(other)),
    }
}

/// What a node of this version answers.
fn ask(compat: Compat, request: &str) -> Value {
    let start = Start {
        pid: 1,
        seed: 1,
        config: "port 6379\ncluster-enabled yes\nsave \"\"\n".into(),
        config_file: None,
        files: BTreeMap::new(),
        unix_us_at_zero: 1_795_406_400_000_000,
        compat,
    };
    let mut node = Node::boot(Time::ZERO, start);
    let conn = ConnId(0);
    let local = "127.0.0.1:6379".parse().expect("an address");
    let peer = "127.0.0.1:50000".parse().expect("an address");
    node.handle(Time::ZERO, Input::Accepted { conn, local, peer });
    while node.poll().is_some() {}
    let bytes = b"HELLO 3\r\n".to_vec();
    node.handle(Time::ZERO, Input::Received { conn, bytes });
    while node.poll().is_some() {}
    let bytes = format!("{request}\r\n").into_bytes();
    node.handle(Time::ZERO, Input::Received { conn, bytes });
    let mut heard = Vec::new();
    while let Some(output) = node.poll() {
        if let Output::Send { bytes, .. } = output {
            heard.extend(bytes);
        }
    }
    parse(&heard).0
}

/// The replies of COMMAND about every command and subcommand, by full name.
fn ours(compat: Compat) -> BTreeMap<String, Value> {
    let table = ask(compat, "COMMAND");
    let table = table.as_array().expect("a list");
    let subs = table.iter().flat_map(|it| it[9].as_array().into_iter().flatten());
    let named = table.iter().chain(subs).map(|it| (it[0].as_str().expect("a name"), it));
    named.map(|(name, it)| (name.to_owned(), it.clone())).collect()
}

const FLAG_LETTERS: [(&str, char); 12] = [
    ("denyoom", 'm'),
    ("admin", 'A'),
    ("asking", 'k'),
    ("noscript", 's'),
    ("blocking", 'b'),
    ("fast", 'f'),
    ("no_async_loading", 'y'),
    ("allow_busy", 'u'),
    ("skip_monitor", 'o'),
    ("no_mandatory_keys", 'n'),
    ("movablekeys", 'v'),
    ("skip_slowlog", 'w'),
];

const TIP_LETTERS: [(&str, char); 12] = [
    ("nondeterministic_output", 'N'),
    ("nondeterministic_output_order", 'O'),
    ("request_policy:all_shards", 'a'),
    ("request_policy:all_nodes", 'n'),
    ("request_policy:multi_shard", 'm'),
    ("request_policy:special", 's'),
    ("response_policy:all_succeeded", 'S'),
    ("response_policy:special", 'P'),
    ("response_policy:one_succeeded", '1'),
    ("response_policy:agg_sum", '+'),
    ("response_policy:agg_min", '<'),
    ("response_policy:agg_logical_and", '&'),
];

const KEY_LETTERS: [(&str, char); 11] = [
    ("RW", 'W'),
    ("RO", 'R'),
    ("OW", 'O'),
    ("RM", 'D'),
    ("access", 'a'),
    ("update", 'u'),
    ("insert", 'i'),
    ("delete", 'd'),
    ("not_key", 'n'),
    ("incomplete", 'c'),
    ("variable_flags", 'v'),
];

/// ACL categories, and the flags that they follow from.
const IMPLIED: [(&str, &str); 7] = [
    ("@write", "write"),
    ("@read", "readonly"),
    ("@admin", "admin"),
    ("@dangerous", "admin"),
    ("@pubsub", "pubsub"),
    ("@fast", "fast"),
    ("@blocking", "blocking"),
];

fn letters(words: &[&str], table: &[(&str, char)]) -> String {
    let letter = |word: &&str| table.iter().find(|(it, _)| it == word).map(|&(_, letter)| letter);
    words.iter().filter_map(letter).collect()
}

/// A key specification in the words of facts.txt. `own`: first, last and step of the command.
fn key_spec(spec: &Value, own: [i64; 3]) -> String {
    let flags: Vec<&str> =
        spec["flags"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    let mut text = letters(&flags, &KEY_LETTERS);
    let number = |value: &Value| value.as_i64().expect("a number");
    let begin = &spec["begin_search"];
    match begin["type"].as_str() {
        Some("index") if number(&begin["spec"]["index"]) == own[0] => {}
        Some("index") => text += &format!("@{}", number(&begin["spec"]["index"])),
        Some("keyword") => {
            let word = begin["spec"]["keyword"].as_str().expect("a word");
            text += &format!("@{word}:{}", number(&begin["spec"]["startfrom"]));
        }
        _ => text += "@?",
    }
    let find = &spec["find_keys"]["spec"];
    match spec["find_keys"]["type"].as_str() {
        Some("range") => {
            let range = ["lastkey", "keystep", "limit"].map(|name| number(&find[name]));
            let last = if own[1] > 0 { own[1] - own[0] } else { own[1] };
            if range != [last, own[2], 0] {
                text += &format!("/{},{},{}", range[0], range[1], range[2]);
            }
        }
        Some("keynum") => {
            let keynum = ["keynumidx", "firstkey", "keystep"].map(|name| number(&find[name]));
            text += &format!("/#{},{},{}", keynum[0], keynum[1], keynum[2]);
        }
        _ => text += "/?",
    }
    text
}

/// A line of facts.txt.
fn fact(name: &str, command: &Command) -> String {
    let (flags, categories) = (command.list("flags"), command.list("categories"));
    let marks = letters(&flags, &FLAG_LETTERS);
    let follows = |it: &str| {
        it == "@slow" || IMPLIED.iter().any(|&(implied, by)| implied == it && flags.contains(&by))
    };
    let explicit: Vec<&str> = categories.iter().filter(|it| !follows(it)).copied().collect();
    let specs: Vec<String> = command.0["specs"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|spec| key_spec(spec, command.positions()))
        .collect();
    let tips = letters(&command.list("tips"), &TIP_LETTERS);
    let words = [marks, explicit.join(","), specs.join(";"), tips];
    let words = words.map(|word| if word.is_empty() { "-".into() } else { word });
    format!("{name} {}", words.join(" "))
}

#[test]
fn the_facts_are_those_of_the_real_server() {
    let recorded = recorded();
    let ours = ours(Compat::V8_2);
    let known = ours.keys().filter_map(|name| Some(fact(name, recorded.get(name)?)));
    let text: String = known.map(|line| line + "\n").collect();
    keep_up_to_date(FACTS, &text);
}

fn sorted<T: ToString>(words: impl IntoIterator<Item = T>) -> BTreeSet<String> {
    words.into_iter().map(|it| it.to_string()).collect()
}

#[test]
fn command_tells_of_each_command_what_the_real_server_tells() {
    let recorded = recorded();
    let ours = ours(Compat::V7_0);
    let mut complaints = Vec::new();
    for (name, reply) in &ours {
        let Some(real) = recorded.get(name) else {
            complaints.push(format!("{name}: 7.0.15 has no such command"));
            continue;
        };
        let set = |at: usize| {
            sorted(reply[at].as_array().expect("a set").iter().map(|it| it.as_str().unwrap_or("")))
        };
        let specs = |specs: &Value| -> Vec<String> {
            let text = |spec: &Value| {
                let mut spec = spec.clone();
                let flags = spec["flags"].as_array_mut().expect("a list");
                flags.sort_by_key(Value::to_string);
                spec.to_string()
            };
            specs.as_array().expect("a list").iter().map(text).collect()
        };
        let keys = [3, 4, 5].map(|at| reply[at].as_i64().expect("a number"));
        let pairs = [
            ("arity", reply[1].to_string(), real.0["arity"].to_string()),
            ("flags", format!("{:?}", set(2)), format!("{:?}", sorted(real.list("flags")))),
            ("keys", format!("{keys:?}"), format!("{:?}", real.positions())),
            (
                "categories",
                format!("{:?}", set(6)),
                format!("{:?}", sorted(real.list("categories"))),
            ),
            ("tips", format!("{:?}", set(7)), format!("{:?}", sorted(real.list("tips")))),
            (
                "key specifications",
                format!("{:?}", sorted(specs(&reply[8]))),
                format!("{:?}", sorted(specs(&real.0["specs"]))),
            ),
        ];
        for (what, got, want) in pairs {
            if got != want && !updating() {
                complaints.push(format!("{name}: {what}\n  real: {want}\n  ours: {got}"));
            }
        }
    }
    assert!(complaints.is_empty(), "{} differences:\n{}", complaints.len(), complaints.join("\n"));
    println!("{} commands and subcommands as recorded", ours.len());
    assert!(ours.len() >= 150, "only {} commands were compared", ours.len());
}

/// How the lists of names begin.
const LIST: &str = "Missing: ";

/// The words that people wrote about each group of the section, by its heading.
fn reasons(section: &str) -> BTreeMap<String, String> {
    let groups = section.split("\n### ").skip(1);
    let group = |part: &str| {
        let (heading, body) = part.split_once('\n').expect("a heading and a body");
        let words = body.trim().split("\n\n").filter(|it| !it.starts_with(LIST) && !it.is_empty());
        (heading.to_owned(), words.map(|it| format!("{it}\n\n")).collect())
    };
    groups.map(group).collect()
}

/// The start, the section and the end of docs/differences-from-redis.md.
fn parts(text: &str) -> (&str, &str, &str) {
    let (before, after) = text.split_once(MISSING).expect("the section is there");
    let end = after.find("\n## ").unwrap_or(after.len());
    (before, &after[..end], &after[end..])
}

/// Names in lines of at most 120 characters.
fn wrapped(names: &BTreeSet<String>) -> String {
    let mut text = String::from(LIST);
    let mut width = text.len();
    for (at, name) in names.iter().enumerate() {
        let last = at + 1 == names.len();
        let word = format!(
            "`{}`{}",
            name.to_ascii_uppercase().replace('|', " "),
            if last { "." } else { "," }
        );
        if width + word.len() > 118 {
            text = text.trim_end().to_owned() + "\n";
            width = 0;
        }
        width += word.len() + 1;
        text += &(word + if last { "" } else { " " });
    }
    text
}

fn section(
    missing: &BTreeMap<String, BTreeSet<String>>,
    words: &BTreeMap<String, String>,
) -> String {
    let mut text = String::new();
    for (heading, names) in missing {
        let words = words.get(heading).map_or("", String::as_str);
        text += &format!("\n### {heading}\n\n{words}{}\n", wrapped(names));
    }
    text
}

/// The headings, by the groups of the real server.
fn heading(group: &str) -> String {
    let mut words = group.replace('-', " ");
    words[..1].make_ascii_uppercase();
    format!("{words} commands")
}

#[test]
fn the_missing_commands_are_all_listed_and_no_others() {
    let ours = ours(Compat::V8_2);
    let mut missing: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let recorded = recorded();
    for (name, command) in recorded.iter().filter(|(name, _)| !ours.contains_key(*name)) {
        let parent = name.split('|').next().unwrap_or_default();
        if parent == name || ours.contains_key(parent) {
            let names = missing.entry(heading(command.text("group"))).or_default();
            names.insert(name.clone());
        }
    }
    let text = read(DIFFERENCES);
    let (before, there, after) = parts(&text);
    let intro = there.split("\n### ").next().unwrap_or_default();
    let section = section(&missing, &reasons(there));
    let wanted = format!("{before}{MISSING}{}\n{section}{after}", intro.trim_end_matches('\n'));
    keep_up_to_date(DIFFERENCES, &wanted);
    let reasons = reasons(&section);
    let bare: Vec<_> = reasons.iter().filter(|(_, words)| words.is_empty()).collect();
    assert!(bare.is_empty(), "say in {DIFFERENCES} why these are missing: {bare:?}");
}

#[test]
fn every_command_has_its_words_in_the_help() {
    let documented: BTreeSet<_> = engine::docs::all().map(|doc| doc.name).collect();
    let ours = ours(Compat::V8_2);
    // A real redis-cli breaks on a command of which COMMAND DOCS does not tell the group.
    let names = ours.keys().map(|it| it.replace('|', " ").to_ascii_uppercase());
    let lacking: Vec<_> = names.filter(|it| !documented.contains(it.as_str())).collect();
    assert!(lacking.is_empty(), "docs.txt has nothing about {}: {lacking:?}", lacking.len());
}
