//! COMMAND: what commands there are, and what is known about them.

mod arguments;
pub mod docs;
mod facts;

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::command::table::Found;
use crate::command::{Call, Flags, Keys, Spec, table};
use crate::config::Compat;
use crate::keyspace::glob;
use crate::node::Node;
use crate::resp::reply::Reply;
use facts::{Facts, Key};

const ANYTIME: Flags = Flags::STALE.and(Flags::LOADING);

pub(crate) const COMMANDS: &[Spec] = &[Spec {
    name: "command",
    arity: -1,
    flags: ANYTIME,
    keys: Keys::NONE,
    run: |node, _| Reply::Array(known(node.compat).map(|it| about(it, node.compat)).collect()),
    subs: &[
        sub("count", 2, |node, _| Reply::Int(known(node.compat).count() as i64)),
        sub("docs", -2, docs::reply),
        sub("getkeys", -4, getkeys),
        sub("getkeysandflags", -4, getkeys_and_flags),
        sub("help", 2, |_, _| Reply::help("COMMAND", &HELP)),
        sub("info", -2, info),
        sub("list", -2, list),
    ],
}];

const fn sub(name: &'static str, arity: i32, run: fn(&mut Node, &Call<'_>) -> Reply) -> Spec {
    Spec::new(name, arity, ANYTIME, Keys::NONE, run)
}

/// Every command of the version that is spoken.
fn known(compat: Compat) -> impl Iterator<Item = Found> {
    let known = table::all().filter(move |spec| spec.is_known(compat));
    known.map(|spec| Found { spec, parent: None })
}

/// The subcommands of a command.
fn subs(found: Found, compat: Compat) -> impl Iterator<Item = Found> {
    let known = found.spec.subs.iter().filter(move |spec| spec.is_known(compat));
    known.map(move |spec| Found { spec, parent: Some(found.spec) })
}

/// The command that is called `get` or `config|get`.
fn named(name: &[u8], compat: Compat) -> Option<Found> {
    let words: Vec<Vec<u8>> = name.split(|&byte| byte == b'|').map(<[u8]>::to_vec).collect();
    let found = table::find(&words).filter(|found| found.spec.is_known(compat))?;
    (words.len() == 1 + usize::from(found.parent.is_some())).then_some(found)
}

fn about(found: Found, compat: Compat) -> Reply {
    let facts = Facts::of(found);
    let Keys(first, last, step) = found.spec.keys;
    let names = |names: Vec<&'static str>| names.into_iter().map(Reply::simple).collect();
    let subs: Vec<Reply> = subs(found, compat).map(|it| about(it, compat)).collect();
    Reply::Array(vec![
        Reply::bulk(found.full_name()),
        Reply::Int(found.spec.arity.into()),
        Reply::Set(names(facts.flags())),
        Reply::Int(first.into()),
        Reply::Int(last.into()),
        Reply::Int(step.into()),
        Reply::Set(names(facts.categories())),
        Reply::Set(facts.tips().into_iter().map(Reply::bulk).collect()),
        Reply::Set(facts.keys().iter().map(Key::described).collect()),
        if subs.is_empty() { Reply::Set(subs) } else { Reply::Array(subs) },
    ])
}

fn info(node: &mut Node, call: &Call<'_>) -> Reply {
    if call.argv.len() == 2 {
        return Reply::Array(known(node.compat).map(|it| about(it, node.compat)).collect());
    }
    let each =
        |name: &Vec<u8>| named(name, node.compat).map_or(Reply::Nil, |it| about(it, node.compat));
    Reply::Array(call.argv[2..].iter().map(each).collect())
}

fn list(node: &mut Node, call: &Call<'_>) -> Reply {
    let fits: fn(Found, &[u8]) -> bool = match call.argv.len() {
        2 => |_, _| true,
        5 if call.is(2, "filterby") && call.is(3, "module") => |_, _| false,
        5 if call.is(2, "filterby") && call.is(3, "aclcat") => is_of_category,
        5 if call.is(2, "filterby") && call.is(3, "pattern") => {
            |found, pattern| glob::matches(pattern, found.full_name().as_bytes(), true)
        }
        _ => return Reply::syntax_error(),
    };
    let by = call.argv.get(4).map_or(&[][..], Vec::as_slice);
    let filtered = call.argv.len() > 2;
    let mut names = Vec::new();
    for found in known(node.compat) {
        let below = subs(found, node.compat).filter(|_| filtered);
        let fitting = core::iter::once(found).chain(below).filter(|&it| fits(it, by));
        names.extend(fitting.map(|it| Reply::bulk(it.full_name())));
    }
    Reply::Array(names)
}

/// The ACL categories, without the mark in front.
pub(super) fn categories() -> impl Iterator<Item = &'static str> {
    facts::CATEGORY_ORDER.iter().map(|name| &name[1..])
}

/// The full names of the commands of an ACL category.
pub(super) fn of_category(category: &[u8], compat: Compat) -> Vec<String> {
    let each = known(compat).flat_map(|it| core::iter::once(it).chain(subs(it, compat)));
    each.filter(|&it| is_of_category(it, category)).map(|it| it.full_name()).collect()
}

fn is_of_category(found: Found, category: &[u8]) -> bool {
    let categories = Facts::of(found).categories();
    categories.iter().any(|it| it.as_bytes()[1..].eq_ignore_ascii_case(category))
}

/// Whether MONITOR shows a command: not those of administrators, nor those that it shows by what they
/// execute.
pub(crate) fn is_shown_to_monitors(argv: &[Vec<u8>]) -> bool {
    table::find(argv).is_some_and(|found| !Facts::of(found).is_hidden())
}

/// The command that a GETKEYS is about, if it has keys.
fn with_keys(argv: &[Vec<u8>]) -> Result<Found, Reply> {
    let found = table::find(argv).ok_or_else(|| Reply::error("ERR Invalid command specified"))?;
    if !Facts::of(found).keys().iter().any(Key::are_keys) {
        return Err(Reply::error("ERR The command has no key arguments"));
    }
    if !found.spec.takes(argv.len()) {
        return Err(Reply::error("ERR Invalid number of arguments specified for command"));
    }
    Ok(found)
}

/// Where the keys of a command stand whose arguments say so.
pub(crate) fn key_positions(found: Found, argv: &[Vec<u8>]) -> Vec<usize> {
    Facts::of(found).keys().iter().flat_map(|key| key.positions(argv)).collect()
}

fn getkeys(_: &mut Node, call: &Call<'_>) -> Reply {
    let argv = &call.argv[2..];
    if let Err(refusal) = with_keys(argv) {
        return refusal;
    }
    Reply::Array(table::keys_of(argv).map(|key| Reply::Bulk(key.to_vec())).collect())
}

fn getkeys_and_flags(_: &mut Node, call: &Call<'_>) -> Reply {
    let argv = &call.argv[2..];
    let found = match with_keys(argv) {
        Ok(found) => found,
        Err(refusal) => return refusal,
    };
    let mut replies = Vec::new();
    for key in Facts::of(found).keys() {
        let flags = key.flags_for(argv);
        for at in key.positions(argv) {
            let flags = flags.iter().copied().map(Reply::simple).collect();
            let name = Reply::Bulk(argv[at].clone());
            replies.push(Reply::Array(vec![name, Reply::Set(flags)]));
        }
    }
    Reply::Array(replies)
}

const HELP: [&str; 18] = [
    "(no subcommand)",
    "    Return details about all Redis commands.",
    "COUNT",
    "    Return the total number of commands in this Redis server.",
    "LIST",
    "    Return a list of all commands in this Redis server.",
    "INFO [<command-name> ...]",
    "    Return details about multiple Redis commands.",
    "    If no command names are given, documentation details for all",
    "    commands are returned.",
    "DOCS [<command-name> ...]",
    "    Return documentation details about multiple Redis commands.",
    "    If no command names are given, documentation details for all",
    "    commands are returned.",
    "GETKEYS <full-command>",
    "    Return the keys from a full Redis command.",
    "GETKEYSANDFLAGS <full-command>",
    "    Return the keys and the access flags from a full Redis command.",
];
