//! Makes the text of two worlds comparable: marks stand for what can not be the same (times,
//! offsets, process ids, drawn ids), and what comes in the order of a hash table is sorted.

use std::net::Ipv4Addr;

use crate::play::Exchange;

/// A line as it was shown, and its neutral form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The neutral form: what is compared.
    pub normal: String,
    /// What was shown.
    pub shown: String,
}

/// Settings of INFO, CLUSTER INFO and the like whose values depend on when one looks, or on the
/// machine.
const VARIES: [&str; 22] = [
    "cluster_stats_messages",
    "master_repl_offset",
    "slave_repl_offset",
    "slave_read_repl_offset",
    "second_repl_offset",
    "repl_backlog_first_byte_offset",
    "repl_backlog_histlen",
    "master_last_io_seconds_ago",
    "master_link_down_since_seconds",
    "master_sync_last_io_seconds_ago",
    "run_id",
    "process_id",
    "uptime_in_seconds",
    "server_time_usec",
    "lru_clock",
    "used_memory",
    "total_connections_received",
    "total_commands_processed",
    "total_net_",
    "instantaneous_",
    "rdb_last_save_time",
    "rdb_changes_since_last_save",
];

/// Numbers in log lines that depend on when something happened.
const LOGGED: [&str; 9] = [
    "offset ",
    "offset: ",
    "delayed for ",
    "<id>:",
    "sending ",
    "starting from offset ",
    "with pid ",
    "pid ",
    "backlog starting from ",
];

/// What a line of a script printed, line by line in neutral form. `ids` are those that both worlds
/// share.
#[must_use]
pub fn lines(exchange: &Exchange, ids: &[String]) -> Vec<Line> {
    let typed = exchange.line.to_ascii_uppercase();
    let mut lines: Vec<Line> = exchange
        .shown
        .printed
        .lines()
        .map(|shown| {
            let shown = shown.trim_end_matches('\r').to_owned();
            Line { normal: normal(&shown, &typed, exchange.host, ids), shown }
        })
        .collect();
    sort_nodes(&mut lines);
    sort_blocks(&mut lines);
    lines
}

fn normal(line: &str, typed: &str, host: Ipv4Addr, ids: &[String]) -> String {
    let line = without_ids(&line.replace("127.0.0.1", &host.to_string()), ids);
    if is_node(&line) {
        return node(&line);
    }
    if let Some((key, value)) = line.split_once(':') {
        if VARIES.iter().any(|it| key.starts_with(it)) && value != "-1" {
            return format!("{key}:#");
        }
        if key.starts_with("slave") && value.starts_with("ip=") {
            return mask_after(&line, &["offset=", "lag="]);
        }
        if let Some(logged) = logged(key, value) {
            return mask_after(&logged, &LOGGED);
        }
    }
    if !line.is_empty() && line.chars().all(|it| it == '.') {
        return ".".into();
    }
    if line.starts_with('(') && line.ends_with("s)") && line.contains('.') {
        return "(#s)".into();
    }
    let offsets = ["ROLE", "SHARDS", "LINKS"].iter().any(|it| typed.contains(it));
    if offsets { mask_numbers(&line) } else { line }
}

/// Replaces words of 40 hexadecimal digits that the worlds do not share.
fn without_ids(line: &str, ids: &[String]) -> String {
    let zeros = "0".repeat(40);
    let mut text = String::new();
    let mut word = String::new();
    for it in line.chars().chain([' ']) {
        if it.is_ascii_hexdigit() {
            word.push(it);
            continue;
        }
        let drawn = word.len() == 40 && word != zeros && !ids.contains(&word);
        text.push_str(if drawn { "<id>" } else { &word });
        text.push(it);
        word.clear();
    }
    text.pop();
    text
}

/// Whether this is a line of CLUSTER NODES.
fn is_node(line: &str) -> bool {
    let mut fields = line.split(' ');
    let id = fields.next().unwrap_or("");
    (id.len() == 40 || id == "<id>") && fields.next().is_some_and(|it| it.contains('@'))
}

/// A line of CLUSTER NODES with marks for times that are not zero.
fn node(line: &str) -> String {
    let mark = |(at, field)| match at {
        4 | 5 if field != "0" => "#",
        _ => field,
    };
    line.split(' ').enumerate().map(mark).collect::<Vec<_>>().join(" ")
}

/// A line of redis.log without process id and time: `1234:M 24 Nov 2026 12:00:00.000 * text`.
fn logged(key: &str, value: &str) -> Option<String> {
    let mut words = value.splitn(6, ' ');
    let role = words.next().filter(|it| matches!(*it, "M" | "S" | "C" | "X"))?;
    let known = key.bytes().all(|it| it.is_ascii_digit());
    let (_, _, _, _) = (words.next()?, words.next()?, words.next()?, words.next()?);
    words.next().filter(|_| known).map(|text| format!("<pid>:{role} <time> {text}"))
}

/// The digits behind each of these words as a mark.
fn mask_after(line: &str, words: &[&str]) -> String {
    words.iter().fold(line.to_owned(), |line, word| {
        let mut parts = line.split(word);
        let mut text = parts.next().unwrap_or("").to_owned();
        for part in parts {
            let rest = part.trim_start_matches(|it: char| it.is_ascii_digit());
            text.push_str(word);
            text.push_str(if rest.len() < part.len() { "#" } else { "" });
            text.push_str(rest);
        }
        text
    })
}

/// Whole words of digits, in quotes or behind `(integer)`, as a mark. Ports and slots stay: they
/// have five digits at most and are the same in both worlds, but so are small offsets; so every
/// number counts but those of the addresses.
fn mask_numbers(line: &str) -> String {
    const KEPT: [&str; 2] = ["6379", "16379"];
    let mask = |word: &str| {
        let digits = word.trim_matches('"');
        let number = !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit());
        if number && !KEPT.contains(&digits) { "#".to_owned() } else { word.to_owned() }
    };
    line.split(' ').map(mask).collect::<Vec<_>>().join(" ")
}

/// Sorts neighbours that are lines of CLUSTER NODES, or of what `redis-cli --cluster` says about the
/// keys of each master.
fn sort_nodes(lines: &mut [Line]) {
    for is_one in [is_node, is_key_count] {
        for run in lines.chunk_by_mut(|a, b| is_one(&a.normal) && is_one(&b.normal)) {
            run.sort_by(|a, b| a.normal.cmp(&b.normal));
        }
    }
}

/// Whether a line is one of `10.0.0.1:6379 (1aec8246...) -> 1 keys | 5461 slots | 1 slaves.`
fn is_key_count(line: &str) -> bool {
    line.contains(" keys | ") && line.ends_with(" slaves.")
}

/// Sorts the paragraphs `M: ...` and `S: ...` of `redis-cli --cluster`, each with its indented
/// lines. The first is the node that was asked, in both worlds.
fn sort_blocks(lines: &mut Vec<Line>) {
    let starts = |line: &Line| line.normal.starts_with("M: ") || line.normal.starts_with("S: ");
    let mut sorted: Vec<Line> = Vec::new();
    let mut blocks: Vec<Vec<Line>> = Vec::new();
    for line in lines.drain(..) {
        match blocks.last_mut() {
            _ if starts(&line) => blocks.push(vec![line]),
            Some(block) if line.normal.starts_with("   ") => block.push(line),
            _ => {
                end_blocks(&mut blocks, &mut sorted);
                sorted.push(line);
            }
        }
    }
    end_blocks(&mut blocks, &mut sorted);
    *lines = sorted;
}

fn end_blocks(blocks: &mut Vec<Vec<Line>>, sorted: &mut Vec<Line>) {
    blocks.sort_by(|a, b| a[0].normal.cmp(&b[0].normal));
    sorted.extend(blocks.drain(..).flatten());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::play::Shown;

    fn normals(line: &str, printed: &str) -> Vec<String> {
        let shown = Shown { prompt: String::new(), printed: printed.into() };
        let host = Ipv4Addr::new(10, 0, 0, 1);
        let exchange = Exchange { number: 1, host, line: line.into(), shown, varies: None };
        lines(&exchange, &["a".repeat(40)]).into_iter().map(|it| it.normal).collect()
    }

    #[test]
    fn times_offsets_and_drawn_ids_become_marks() {
        let b = "b".repeat(40);
        for (printed, normal) in [
            ("master_repl_offset:77", "master_repl_offset:#"),
            ("second_repl_offset:-1", "second_repl_offset:-1"),
            (&format!("master_replid:{b}"), "master_replid:<id>"),
            (
                "slave0:ip=10.0.0.4,port=6379,state=online,offset=14,lag=0",
                "slave0:ip=10.0.0.4,port=6379,state=online,offset=#,lag=#",
            ),
            (
                "77:M 24 Nov 2026 12:00:00.000 # Cluster state changed: ok",
                "<pid>:M <time> # Cluster state changed: ok",
            ),
            ("...", "."),
            ("(1.51s)", "(#s)"),
            ("127.0.0.1:6379> ", "10.0.0.1:6379> "),
            ("(integer) 5", "(integer) 5"),
        ] {
            assert_eq!(normals("x", printed), [normal]);
        }
        assert_eq!(normals("redis-cli ROLE", "2) (integer) 5"), ["2) (integer) #"]);
        let kept = "0".repeat(40);
        assert_eq!(normals("x", &kept), [kept]);
    }

    #[test]
    fn nodes_are_sorted_and_their_times_marked() {
        let [a, b] = ["a".repeat(40), "b".repeat(40)];
        let text = format!(
            "{b} 10.0.0.2:6379@16379 master - 0 1234 2 connected\n\
             {a} 10.0.0.1:6379@16379 myself,master - 0 0 1 connected\n"
        );
        let expected = [
            "<id> 10.0.0.2:6379@16379 master - 0 # 2 connected".to_owned(),
            format!("{a} 10.0.0.1:6379@16379 myself,master - 0 0 1 connected"),
        ];
        assert_eq!(normals("redis-cli CLUSTER NODES", &text), expected);
    }
}
