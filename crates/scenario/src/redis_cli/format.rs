//! Replies as redis-cli shows them.

use engine::quoted;

use super::reply::Reply;

/// How replies are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// For people: types, quotes, indices.
    Terminal,
    /// For programs: only the values.
    Raw,
}

/// One reply, line end included. `verbatim`: the reply is a text that brings its own line ends; an
/// error in its place is shown as plainly.
pub(crate) fn format(reply: &Reply, style: Style, verbatim: bool) -> String {
    match style {
        _ if verbatim => raw(reply),
        Style::Terminal => terminal(reply, ""),
        Style::Raw => raw(reply) + "\n",
    }
}

/// Only the values, each on its line.
pub(crate) fn raw(reply: &Reply) -> String {
    let joined = |items: &[Reply]| items.iter().map(raw).collect::<Vec<_>>().join("\n");
    match reply {
        Reply::Nil => String::new(),
        Reply::Error(text) => format!("{text}\n"),
        Reply::Integer(number) => number.to_string(),
        Reply::Boolean(value) => if *value { "(true)" } else { "(false)" }.into(),
        Reply::Array(items) | Reply::Set(items) | Reply::Push(items) => joined(items),
        Reply::Map(pairs) => {
            let pair = |(key, value): &(Reply, Reply)| format!("{} {}", raw(key), raw(value));
            pairs.iter().map(pair).collect::<Vec<_>>().join("\n")
        }
        Reply::Status(_) | Reply::Double(_) | Reply::Bulk(_) | Reply::Verbatim(_) => {
            reply.text().unwrap_or_default()
        }
    }
}

fn terminal(reply: &Reply, prefix: &str) -> String {
    match reply {
        Reply::Status(text) => format!("{text}\n"),
        Reply::Error(text) => format!("(error) {text}\n"),
        Reply::Integer(number) => format!("(integer) {number}\n"),
        Reply::Double(text) => format!("(double) {text}\n"),
        Reply::Boolean(value) => format!("({value})\n"),
        Reply::Nil => "(nil)\n".into(),
        Reply::Bulk(bytes) => format!("{}\n", quoted(bytes)),
        Reply::Verbatim(_) => format!("{}\n", reply.text().unwrap_or_default()),
        Reply::Array(items) => list(items, "(empty array)\n", ')', prefix),
        Reply::Set(items) => list(items, "(empty set)\n", '~', prefix),
        Reply::Push(items) => list(items, "(empty push)\n", ')', prefix),
        Reply::Map(pairs) => map(pairs, prefix),
    }
}

/// Deeper lines stand below what follows the index: its digits, the mark and a blank.
fn deeper(prefix: &str, count: usize) -> (usize, String) {
    let digits = count.to_string().len();
    (digits, format!("{prefix}{}", " ".repeat(digits + 2)))
}

fn list(items: &[Reply], empty: &str, mark: char, prefix: &str) -> String {
    if items.is_empty() {
        return empty.into();
    }
    let (digits, below) = deeper(prefix, items.len());
    let mut text = String::new();
    for (at, item) in items.iter().enumerate() {
        let lead = if at == 0 { "" } else { prefix };
        text.push_str(&format!("{lead}{:digits$}{mark} {}", at + 1, terminal(item, &below)));
    }
    text
}

fn map(pairs: &[(Reply, Reply)], prefix: &str) -> String {
    if pairs.is_empty() {
        return "(empty hash)\n".into();
    }
    let (digits, below) = deeper(prefix, pairs.len());
    let mut text = String::new();
    for (at, (key, value)) in pairs.iter().enumerate() {
        let lead = if at == 0 { "" } else { prefix };
        let key = terminal(key, &below);
        let gap = match value {
            Reply::Array(items) | Reply::Set(items) if items.len() > 1 => format!("\n{below}"),
            Reply::Map(pairs) if pairs.len() > 1 => format!("\n{below}"),
            _ => String::new(),
        };
        let value = terminal(value, &below);
        let key = key.trim_end_matches('\n');
        text.push_str(&format!("{lead}{:digits$}# {key} => {gap}{value}", at + 1));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bulk(text: &str) -> Reply {
        Reply::Bulk(text.as_bytes().to_vec())
    }

    fn shown(reply: &Reply) -> String {
        format(reply, Style::Terminal, false)
    }

    #[test]
    fn scalars_tell_their_type() {
        assert_eq!(shown(&Reply::Status("OK".into())), "OK\n");
        assert_eq!(shown(&Reply::Error("ERR no".into())), "(error) ERR no\n");
        assert_eq!(shown(&Reply::Integer(3)), "(integer) 3\n");
        assert_eq!(shown(&Reply::Nil), "(nil)\n");
        assert_eq!(shown(&Reply::Array(vec![])), "(empty array)\n");
        assert_eq!(shown(&Reply::Bulk(b"a\"b\n\x01\xc3".to_vec())), "\"a\\\"b\\n\\x01\\xc3\"\n");
    }

    #[test]
    fn nested_arrays_stand_below_their_index() {
        let inner = Reply::Array(vec![bulk("x"), Reply::Array(vec![bulk("deep")])]);
        let reply = Reply::Array(vec![Reply::Integer(1), inner, Reply::Nil]);
        let text = "1) (integer) 1\n2) 1) \"x\"\n   2) 1) \"deep\"\n3) (nil)\n";
        assert_eq!(shown(&reply), text);
    }

    #[test]
    fn indices_are_aligned_to_the_right() {
        let reply = Reply::Array((0..10).map(Reply::Integer).collect());
        assert!(shown(&reply).starts_with(" 1) (integer) 0\n 2) "));
        assert!(shown(&reply).ends_with("\n10) (integer) 9\n"));
    }

    #[test]
    fn maps_put_aggregates_of_several_on_a_line_of_their_own() {
        let slots = Reply::Array(vec![Reply::Integer(0), Reply::Integer(5462)]);
        let reply = Reply::Array(vec![Reply::Map(vec![
            (bulk("slots"), slots),
            (bulk("id"), bulk("e7")),
            (bulk("flags"), Reply::Set(vec![bulk("off")])),
            (bulk("none"), Reply::Array(vec![])),
        ])]);
        let text = "1) 1# \"slots\" => \n      1) (integer) 0\n      2) (integer) 5462\n   \
                    2# \"id\" => \"e7\"\n   3# \"flags\" => 1~ \"off\"\n   4# \"none\" => (empty array)\n";
        assert_eq!(shown(&reply), text);
    }

    #[test]
    fn raw_output_has_only_values() {
        let raw = |reply| format(&reply, Style::Raw, false);
        assert_eq!(raw(bulk("after")), "after\n");
        assert_eq!(raw(Reply::Nil), "\n");
        assert_eq!(raw(Reply::Error("MOVED 1 h:1".into())), "MOVED 1 h:1\n\n");
        assert_eq!(raw(Reply::Array(vec![bulk("after"), Reply::Nil])), "after\n\n");
        assert_eq!(format(&bulk("a\r\n"), Style::Terminal, true), "a\r\n");
    }
}
