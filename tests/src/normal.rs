//! Makes replies of two clusters comparable: names for ids and addresses, marks for what can not
//! be the same (times, offsets, counters).

use crate::resp::Reply;

/// How a cluster calls its nodes.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Pairs of a spelling and its neutral form, longest spellings first.
    pairs: Vec<(String, String)>,
}

impl Names {
    /// Adds the `index`th node.
    pub fn add(&mut self, index: usize, id: &str, ip: &str, port: u16, bus: u16) {
        self.pairs.push((id.to_owned(), format!("<id{index}>")));
        self.pairs.push((format!("{ip}:{port}@{bus}"), format!("<address{index}>")));
        self.pairs.push((format!("{ip}:{port}"), format!("<client{index}>")));
        self.pairs.push((format!("{ip}\u{0}{port}"), format!("<pair{index}>")));
        self.pairs.sort_by_key(|(spelling, _)| std::cmp::Reverse(spelling.len()));
    }

    /// `text` with every name of this cluster in its neutral form.
    #[must_use]
    pub fn hide(&self, text: &str) -> String {
        self.pairs.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
    }

    /// `text` with every neutral form in this cluster's spelling.
    #[must_use]
    pub fn speak(&self, text: &str) -> String {
        self.pairs.iter().fold(text.to_owned(), |text, (to, from)| text.replace(from, to))
    }

    fn node_of(&self, ip: &str, port: &str) -> Option<String> {
        let key = format!("{ip}\u{0}{port}");
        self.pairs.iter().find(|(spelling, _)| *spelling == key).map(|(_, name)| name.clone())
    }
}

/// The neutral form of a reply to the command `line`.
#[must_use]
pub fn normal(line: &str, reply: &Reply, names: &Names) -> Reply {
    let reply = pairs_hidden(reply, names).map_text(&|text| names.hide(text));
    match line {
        "CLUSTER INFO" => reply.map_text(&|text| lines(text, cluster_info_line)),
        "INFO replication" => reply.map_text(&|text| lines(&names.hide(text), info_line)),
        _ if line.starts_with("CLUSTER NODES")
            || line.starts_with("CLUSTER REPLICAS")
            || line.starts_with("CLUSTER SLAVES") =>
        {
            reply.map_text(&nodes_lines)
        }
        "CLUSTER SHARDS" => sorted(numbers_after(&reply, &["replication-offset"])),
        "CLUSTER LINKS" => {
            let counted = ["create-time", "send-buffer-allocated", "send-buffer-used"];
            sorted(numbers_after(&reply, &counted))
        }
        "ROLE" => role(&reply),
        _ => reply,
    }
}

/// Replaces each address followed by a port, as SLOTS, SHARDS and ROLE list them, by one name.
fn pairs_hidden(reply: &Reply, names: &Names) -> Reply {
    let Reply::Array(Some(items)) = reply else { return reply.clone() };
    let text = |item: &Reply| match item {
        Reply::Bulk(Some(text)) => Some(text.clone()),
        Reply::Int(number) => Some(number.to_string()),
        _ => None,
    };
    let mut hidden: Vec<_> = items.iter().map(|item| pairs_hidden(item, names)).collect();
    for ip_at in 0..items.len() {
        for port_at in 0..items.len() {
            let (Some(ip), Some(port)) = (text(&items[ip_at]), text(&items[port_at])) else {
                continue;
            };
            if let Some(name) = names.node_of(&ip, &port) {
                hidden[ip_at] = Reply::Bulk(Some(name.clone()));
                hidden[port_at] = Reply::Bulk(Some(name));
            }
        }
    }
    // The `endpoint` of SHARDS repeats the address.
    for at in 1..hidden.len() {
        if hidden[at - 1] == Reply::Bulk(Some("endpoint".into())) {
            hidden[at] = Reply::Bulk(Some("<ip>".into()));
        }
    }
    Reply::Array(Some(hidden))
}

fn lines(text: &str, change: impl Fn(&str) -> String) -> String {
    text.split("\r\n").map(change).collect::<Vec<_>>().join("\r\n")
}

/// Message counters depend on when one looks.
fn cluster_info_line(line: &str) -> String {
    match line.split_once(':') {
        Some((key, _)) if key.starts_with("cluster_stats_messages") => format!("{key}:#"),
        _ => line.to_owned(),
    }
}

fn info_line(line: &str) -> String {
    const VARIES: [&str; 8] = [
        "master_replid",
        "master_repl_offset",
        "repl_backlog_histlen",
        "repl_backlog_first_byte_offset",
        "slave_repl_offset",
        "slave_read_repl_offset",
        "master_last_io_seconds_ago",
        "master_port",
    ];
    match line.split_once(':') {
        Some((key, _)) if VARIES.contains(&key) => format!("{key}:#"),
        Some(("master_host", _)) => "master_host:<ip>".to_owned(),
        Some((key, value)) if key.starts_with("slave") && value.starts_with("ip=") => {
            let keys = value.split(',').map(|field| field.split('=').next().unwrap_or(""));
            format!("{key}:{}", keys.collect::<Vec<_>>().join(","))
        }
        _ => line.to_owned(),
    }
}

/// Lines of CLUSTER NODES in a fixed order, with marks for times that are not zero.
fn nodes_lines(text: &str) -> String {
    let mark = |(at, field): (usize, &str)| match at {
        4 | 5 if field != "0" => "#".to_owned(),
        _ => field.to_owned(),
    };
    let line = |line: &str| line.split(' ').enumerate().map(mark).collect::<Vec<_>>().join(" ");
    let mut all: Vec<_> = text.split('\n').map(line).collect();
    all.sort();
    all.join("\n")
}

/// The numbers behind these keys of a flat map, at any depth, as a mark.
fn numbers_after(reply: &Reply, keys: &[&str]) -> Reply {
    let Reply::Array(Some(items)) = reply else { return reply.clone() };
    let mut changed: Vec<_> = items.iter().map(|item| numbers_after(item, keys)).collect();
    for at in 1..changed.len() {
        let key = matches!(&items[at - 1], Reply::Bulk(Some(key)) if keys.contains(&key.as_str()));
        if key && matches!(items[at], Reply::Int(_)) {
            changed[at] = Reply::Simple("#".into());
        }
    }
    Reply::Array(Some(changed))
}

/// Lists whose order is a hash table's.
fn sorted(reply: Reply) -> Reply {
    let Reply::Array(Some(mut items)) = reply else { return reply };
    let is_map = matches!(items.first(), Some(Reply::Bulk(_)));
    items = items.into_iter().map(sorted).collect();
    if !is_map && !items.iter().all(|item| matches!(item, Reply::Int(_))) {
        items.sort();
    }
    Reply::Array(Some(items))
}

/// Offsets depend on when one looks.
fn role(reply: &Reply) -> Reply {
    match reply {
        Reply::Array(Some(items)) => Reply::Array(Some(items.iter().map(role).collect())),
        Reply::Int(_) => Reply::Simple("#".into()),
        Reply::Bulk(Some(text)) if text.bytes().all(|b| b.is_ascii_digit()) => {
            Reply::Simple("#".into())
        }
        other => other.clone(),
    }
}
