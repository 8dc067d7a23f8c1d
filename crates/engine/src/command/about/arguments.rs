//! The arguments of a command as COMMAND DOCS tells them, out of the line that help shows.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::resp::reply::Reply;

/// One argument while its properties are gathered.
#[derive(Debug, Default)]
struct Argument {
    name: String,
    kind: &'static str,
    token: Option<String>,
    optional: bool,
    multiple: bool,
    parts: Vec<Reply>,
}

/// The arguments of a line like `key [NX|XX] [EX seconds] field value [field value ...]`.
pub(super) fn parse(line: &str) -> Vec<Reply> {
    let words = split(line, b' ');
    let mut found: Vec<Argument> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let (argument, used) = next(&words[at..]);
        at += used;
        // `key [key ...]` is one argument that may stand several times; so is a block of several.
        let repeated = words.get(at).and_then(|word| word.strip_prefix('[')?.strip_suffix(" ...]"));
        let length = repeated.map(|inner| split(inner, b' ').len());
        found.push(argument);
        if let (Some(inner), Some(length)) = (repeated, length)
            && found.len() >= length
            && words[at - length..at].join(" ") == inner
        {
            let block = found.split_off(found.len() - length);
            found.push(repeat(block));
            at += 1;
        }
    }
    found.into_iter().map(Argument::described).collect()
}

/// One argument, or a block of them, that may stand several times.
fn repeat(mut block: Vec<Argument>) -> Argument {
    if block.len() == 1
        && let Some(mut only) = block.pop()
    {
        only.multiple = true;
        return only;
    }
    let names: Vec<&str> = block.iter().map(|it| it.name.as_str()).collect();
    let name = names.join("_");
    let parts = block.into_iter().map(Argument::described).collect();
    Argument { name, kind: "block", multiple: true, parts, ..Argument::default() }
}

/// The argument that the words begin with, and how many of them it takes.
fn next(words: &[&str]) -> (Argument, usize) {
    let word = words[0];
    if let Some(inner) = word.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
        let mut argument = group(inner);
        argument.optional = true;
        return (argument, 1);
    }
    if is_token(word)
        && let Some(value) = words.get(1).filter(|it| !it.starts_with('[') && !is_token(it))
    {
        let mut argument = plain(value);
        argument.token = Some(word.into());
        return (argument, 2);
    }
    (plain(word), 1)
}

/// What stands within brackets: one argument, a choice, or a block.
fn group(inner: &str) -> Argument {
    let choices = split(inner, b'|');
    if choices.len() > 1 {
        return plain(inner);
    }
    let words = split(inner, b' ');
    let (first, used) = next(&words);
    if used == words.len() {
        return first;
    }
    let name = format!("{}_block", first.name);
    Argument { name, kind: "block", parts: parse(inner), ..Argument::default() }
}

fn plain(word: &str) -> Argument {
    let choices = split(word, b'|');
    if choices.len() > 1 {
        let parts: Vec<Argument> = choices.iter().map(|it| group(it)).collect();
        let name = parts[0].name.clone() + "_choice";
        let parts = parts.into_iter().map(Argument::described).collect();
        return Argument { name, kind: "oneof", parts, ..Argument::default() };
    }
    if is_token(word) {
        let (name, token) = (word.to_ascii_lowercase(), Some(word.into()));
        return Argument { name, kind: "pure-token", token, ..Argument::default() };
    }
    let kind = match word {
        "key" | "newkey" | "source" | "destination" => "key",
        "pattern" => "pattern",
        "count" | "port" | "seconds" | "milliseconds" | "timeout" | "slot" | "index" | "start"
        | "stop" | "numkeys" | "cursor" | "offset" => "integer",
        "increment" | "score" | "min" | "max" => "double",
        _ => "string",
    };
    Argument { name: word.into(), kind, ..Argument::default() }
}

/// Words in upper case stand for themselves.
fn is_token(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_uppercase())
        && !word.bytes().any(|byte| byte.is_ascii_lowercase() || byte == b'|')
}

/// Splits where no bracket is open.
fn split(line: &str, mark: u8) -> Vec<&str> {
    let (mut depth, mut start) = (0, 0);
    let mut parts = Vec::new();
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            b'[' | b'(' => depth += 1,
            b']' | b')' => depth -= 1,
            _ if byte == mark && depth == 0 => {
                parts.push(&line[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&line[start..]);
    parts.retain(|part| !part.is_empty());
    parts
}

impl Argument {
    fn described(self) -> Reply {
        let text = |name: &str, value: String| (Reply::bulk(name), Reply::bulk(value));
        let mut fields = vec![text("name", self.name), text("type", self.kind.into())];
        if let Some(token) = self.token {
            fields.push(text("token", token));
        }
        let flags = [(self.optional, "optional"), (self.multiple, "multiple")];
        let set: Vec<Reply> =
            flags.iter().filter(|(set, _)| *set).map(|&(_, name)| Reply::simple(name)).collect();
        if !set.is_empty() {
            fields.push((Reply::bulk("flags"), Reply::Set(set)));
        }
        if !self.parts.is_empty() {
            fields.push((Reply::bulk("arguments"), Reply::Array(self.parts)));
        }
        Reply::Map(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An argument in short: its name, its token, `?` if optional, `*` if multiple, its parts.
    fn short(reply: &Reply) -> String {
        let Reply::Map(fields) = reply else { panic!("an argument is a map") };
        let field = |name: &str| {
            fields.iter().find(|(key, _)| *key == Reply::bulk(name)).map(|(_, value)| value)
        };
        let text = |name: &str| match field(name) {
            Some(Reply::Bulk(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
            _ => String::new(),
        };
        let flags = match field("flags") {
            Some(Reply::Set(flags)) => flags
                .iter()
                .map(|it| if *it == Reply::simple("optional") { "?" } else { "*" })
                .collect(),
            _ => String::new(),
        };
        let parts = match field("arguments") {
            Some(Reply::Array(parts)) => {
                let parts: Vec<String> = parts.iter().map(short).collect();
                format!("({})", parts.join(" "))
            }
            _ => String::new(),
        };
        let token = text("token");
        let token = if token.is_empty() { token } else { format!("={token}") };
        format!("{}:{}{token}{flags}{parts}", text("name"), text("type"))
    }

    fn shorts(line: &str) -> String {
        parse(line).iter().map(short).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_line_of_help_becomes_arguments() {
        assert_eq!(shorts(""), "");
        assert_eq!(shorts("key [key ...]"), "key:key*");
        assert_eq!(shorts("key value [key value ...]"), "key_value:block*(key:key value:string)");
        assert_eq!(
            shorts("cursor [MATCH pattern] [COUNT count]"),
            "cursor:integer pattern:pattern=MATCH? count:integer=COUNT?"
        );
        assert_eq!(
            shorts("key [NX|XX] [GET] [EX seconds|KEEPTTL]"),
            "key:key nx_choice:oneof?(nx:pure-token=NX xx:pure-token=XX) get:pure-token=GET? \
             seconds_choice:oneof?(seconds:integer=EX keepttl:pure-token=KEEPTTL)"
        );
        assert_eq!(shorts("[username] password"), "username:string? password:string");
    }
}
