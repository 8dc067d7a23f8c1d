//! What Redis says about its commands beyond what decides about their execution.
//!
//! `facts.txt` has a line for each: its name, then what COMMAND says about it and [`Spec`] does not,
//! in letters. `tests/tests/command_table.rs` writes it from what a real server says.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::command::table::Found;
use crate::command::{Flags, Keys};
use crate::resp::reply::Reply;

const LINES: &str = include_str!("facts.txt");

/// Flags that only COMMAND shows, by their letters.
const FLAGS: [(char, &str); 12] = [
    ('m', "denyoom"),
    ('A', "admin"),
    ('k', "asking"),
    ('s', "noscript"),
    ('b', "blocking"),
    ('f', "fast"),
    ('y', "no_async_loading"),
    ('u', "allow_busy"),
    ('o', "skip_monitor"),
    ('n', "no_mandatory_keys"),
    ('v', "movablekeys"),
    ('w', "skip_slowlog"),
];

const TIPS: [(char, &str); 12] = [
    ('N', "nondeterministic_output"),
    ('O', "nondeterministic_output_order"),
    ('a', "request_policy:all_shards"),
    ('n', "request_policy:all_nodes"),
    ('m', "request_policy:multi_shard"),
    ('s', "request_policy:special"),
    ('S', "response_policy:all_succeeded"),
    ('P', "response_policy:special"),
    ('1', "response_policy:one_succeeded"),
    ('+', "response_policy:agg_sum"),
    ('<', "response_policy:agg_min"),
    ('&', "response_policy:agg_logical_and"),
];

const KEY_FLAGS: [(char, &str); 11] = [
    ('W', "RW"),
    ('R', "RO"),
    ('O', "OW"),
    ('D', "RM"),
    ('a', "access"),
    ('u', "update"),
    ('i', "insert"),
    ('d', "delete"),
    ('n', "not_key"),
    ('c', "incomplete"),
    ('v', "variable_flags"),
];

/// The order of COMMAND, for flags that are kept in two places.
const FLAG_ORDER: [&str; 10] = [
    "write", "readonly", "denyoom", "admin", "pubsub", "noscript", "blocking", "loading", "stale",
    "asking",
];

/// The order of COMMAND's ACL categories.
pub(super) const CATEGORY_ORDER: [&str; 21] = [
    "@keyspace",
    "@read",
    "@write",
    "@set",
    "@sortedset",
    "@list",
    "@hash",
    "@string",
    "@bitmap",
    "@hyperloglog",
    "@geo",
    "@stream",
    "@pubsub",
    "@admin",
    "@fast",
    "@slow",
    "@blocking",
    "@dangerous",
    "@connection",
    "@transaction",
    "@scripting",
];

fn in_order(mut names: Vec<&'static str>, order: &[&str]) -> Vec<&'static str> {
    names.sort_by_key(|name| order.iter().position(|it| it == name).unwrap_or(order.len()));
    names
}

fn spelled(letters: &str, table: &'static [(char, &'static str)]) -> Vec<&'static str> {
    let word = |letter| table.iter().find(|&&(it, _)| it == letter).map(|&(_, word)| word);
    letters.chars().filter_map(word).collect()
}

/// All that is known about one command.
pub(super) struct Facts {
    found: Found,
    letters: &'static str,
    groups: &'static str,
    keys: &'static str,
    tips: &'static str,
}

impl Facts {
    /// The facts about a command; about one that 7.0 does not have, what its flags say.
    pub(super) fn of(found: Found) -> Self {
        let name = found.full_name();
        let line =
            LINES.lines().find_map(|line| line.strip_prefix(name.as_str())?.strip_prefix(' '));
        let mut words = line.unwrap_or_default().split(' ');
        let mut next = || words.next().filter(|&word| word != "-").unwrap_or_default();
        Self { found, letters: next(), groups: next(), keys: next(), tips: next() }
    }

    fn has(&self, letter: char) -> bool {
        self.letters.contains(letter)
    }

    /// Whether MONITOR does not show it.
    pub(super) fn is_hidden(&self) -> bool {
        self.has('A') || self.has('o')
    }

    /// As COMMAND names them.
    pub(super) fn flags(&self) -> Vec<&'static str> {
        let own = self.found.spec.flags;
        let mut names = Vec::new();
        for (flag, name) in [
            (Flags::WRITE, "write"),
            (Flags::READONLY, "readonly"),
            (Flags::PUBSUB, "pubsub"),
            (Flags::LOADING, "loading"),
            (Flags::STALE, "stale"),
            (Flags::NO_AUTH, "no_auth"),
            (Flags::NO_MULTI, "no_multi"),
        ] {
            if own.any(flag) {
                names.push(name);
            }
        }
        names.extend(spelled(self.letters, &FLAGS));
        in_order(names, &FLAG_ORDER)
    }

    /// ACL categories: those that flags imply, and the kinds of data and work it belongs to.
    pub(super) fn categories(&self) -> Vec<&'static str> {
        let own = self.found.spec.flags;
        let mut names = Vec::new();
        for (implied, name) in [
            (own.any(Flags::WRITE), "@write"),
            (own.any(Flags::READONLY), "@read"),
            (self.has('A'), "@admin"),
            (self.has('A'), "@dangerous"),
            (own.any(Flags::PUBSUB), "@pubsub"),
            (self.has('f'), "@fast"),
            (!self.has('f'), "@slow"),
            (self.has('b'), "@blocking"),
        ] {
            if implied {
                names.push(name);
            }
        }
        names.extend(self.groups.split(',').filter(|name| !name.is_empty()));
        in_order(names, &CATEGORY_ORDER)
    }

    /// Hints for clients that spread a command over nodes.
    pub(super) fn tips(&self) -> Vec<&'static str> {
        spelled(self.tips, &TIPS)
    }

    /// Where keys stand and what happens to them.
    pub(super) fn keys(&self) -> Vec<Key> {
        let parts = self.keys.split(';').filter(|part| !part.is_empty());
        parts.map(|text| Key { text, keys: self.found.spec.keys }).collect()
    }
}

/// One key specification: `FLAGS[@BEGIN][/FIND]`. BEGIN is an index or `WORD:START`; FIND is
/// `LAST,STEP,LIMIT` or `#NUMBER,FIRST,STEP`; `?` for what can not be said. What is left out follows
/// from the positions that the table has.
pub(super) struct Key {
    text: &'static str,
    keys: Keys,
}

/// How to find the keys once the beginning is found.
enum Find {
    Range { last: i32, step: i32, limit: i32 },
    Number { number: i32, first: i32, step: i32 },
    Unknown,
}

impl Key {
    fn begin(&self) -> Option<&'static str> {
        let text = self.text.split('/').next().unwrap_or_default();
        text.split_once('@').map(|(_, begin)| begin)
    }

    fn find(&self) -> Find {
        let Some((_, text)) = self.text.split_once('/') else {
            let Keys(first, last, step) = self.keys;
            let last = if last > 0 { last - first } else { last };
            return Find::Range { last, step, limit: 0 };
        };
        let number = text.strip_prefix('#');
        let mut parts = number.unwrap_or(text).split(',').map(|part| part.parse().unwrap_or(0));
        let mut next = || parts.next().unwrap_or(0);
        match number {
            _ if text == "?" => Find::Unknown,
            Some(_) => Find::Number { number: next(), first: next(), step: next() },
            None => Find::Range { last: next(), step: next(), limit: next() },
        }
    }

    /// What the command does to the keys.
    pub(super) fn flags(&self) -> Vec<&'static str> {
        spelled(self.text.split(['@', '/']).next().unwrap_or_default(), &KEY_FLAGS)
    }

    /// What this invocation does to the keys: SET only reads when it is told to GET.
    pub(super) fn flags_for(&self, argv: &[Vec<u8>]) -> Vec<&'static str> {
        if !self.flags().contains(&"variable_flags") {
            return self.flags();
        }
        let gets = argv.iter().skip(3).any(|arg| arg.eq_ignore_ascii_case(b"get"));
        if gets { vec!["RW", "access", "update"] } else { vec!["OW", "update"] }
    }

    /// Whether these are names of keys, not of channels.
    pub(super) fn are_keys(&self) -> bool {
        !self.flags().contains(&"not_key")
    }

    /// As COMMAND tells it.
    pub(super) fn described(&self) -> Reply {
        let typed = |kind: &str, fields: &[(&str, Reply)]| {
            let fields = fields.iter().map(|(name, value)| (Reply::bulk(*name), value.clone()));
            Reply::Map(vec![
                (Reply::bulk("type"), Reply::bulk(kind)),
                (Reply::bulk("spec"), Reply::Map(fields.collect())),
            ])
        };
        let int = |number: i32| Reply::Int(number.into());
        let begin = match self.begin() {
            None => typed("index", &[("index", int(self.keys.0))]),
            Some("?") => typed("unknown", &[]),
            Some(text) => match text.split_once(':') {
                Some((word, from)) => {
                    let from = int(from.parse().unwrap_or(0));
                    typed("keyword", &[("keyword", Reply::bulk(word)), ("startfrom", from)])
                }
                None => typed("index", &[("index", int(text.parse().unwrap_or(0)))]),
            },
        };
        let find = match self.find() {
            Find::Range { last, step, limit } => typed(
                "range",
                &[("lastkey", int(last)), ("keystep", int(step)), ("limit", int(limit))],
            ),
            Find::Number { number, first, step } => typed(
                "keynum",
                &[("keynumidx", int(number)), ("firstkey", int(first)), ("keystep", int(step))],
            ),
            Find::Unknown => typed("unknown", &[]),
        };
        Reply::Map(vec![
            (
                Reply::bulk("flags"),
                Reply::Set(self.flags().into_iter().map(Reply::simple).collect()),
            ),
            (Reply::bulk("begin_search"), begin),
            (Reply::bulk("find_keys"), find),
        ])
    }

    /// Where these keys stand among the arguments.
    pub(super) fn positions(&self, argv: &[Vec<u8>]) -> Vec<usize> {
        let argc = argv.len() as i32;
        let begin = match self.begin() {
            None => Some(self.keys.0),
            Some(text) => match text.split_once(':') {
                Some((word, from)) => after_word(argv, word, from.parse().unwrap_or(0)),
                None => text.parse().ok(),
            },
        };
        let Some(begin) = begin.filter(|&at| at > 0) else { return Vec::new() };
        let (first, last, step) = match self.find() {
            Find::Range { last, step, limit } => {
                let last = match last {
                    -1 if limit > 1 => begin + (argc - begin) / limit - 1,
                    last if last < 0 => argc + last,
                    last => begin + last,
                };
                (begin, last, step)
            }
            Find::Number { number, first, step } => {
                let count = argv.get((begin + number) as usize).map(Vec::as_slice);
                let count = count.and_then(crate::resp::number::parse_i64).unwrap_or(0);
                let first = begin + first;
                let last = first + (count.clamp(0, argc.into()) as i32 - 1) * step;
                // A number that does not fit names no keys: the command itself complains.
                if last >= argc {
                    return Vec::new();
                }
                (first, last, step)
            }
            Find::Unknown => return Vec::new(),
        };
        let positions = (first..=last.min(argc - 1)).step_by(step.max(1) as usize);
        positions.map(|at| at as usize).filter(|&at| !argv[at].is_empty()).collect()
    }
}

/// The position behind a word that stands at or after `from`, or, when that is negative, at or before
/// that many arguments from the end.
fn after_word(argv: &[Vec<u8>], word: &str, from: i32) -> Option<i32> {
    let is_it = |at: &usize| argv[*at].eq_ignore_ascii_case(word.as_bytes());
    let at = if from >= 0 {
        (from as usize..argv.len()).find(is_it)?
    } else {
        (1..=argv.len().checked_sub(from.unsigned_abs() as usize)?).rev().find(is_it)?
    };
    Some(at as i32 + 1)
}

/// A name in COMMAND DOCS: `client|id` for `CLIENT ID`.
pub(super) fn documented_as(found: Found) -> String {
    found.full_name().replace('|', " ").to_ascii_uppercase()
}
