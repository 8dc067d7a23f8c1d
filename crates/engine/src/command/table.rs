//! Finding a command by its name.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::command::{
    Flags, Spec, about, acl, blocking, client, config, connection, dump, expire, function, hash,
    info, key, list, migrate, monitoring, pubsub, server, set, string, transaction, zset,
};
use crate::config::Compat;
use crate::resp::reply::Reply;

/// Every command, a slice a family.
const FAMILIES: &[&[Spec]] = &[
    string::COMMANDS,
    key::COMMANDS,
    list::COMMANDS,
    hash::COMMANDS,
    set::COMMANDS,
    zset::COMMANDS,
    blocking::COMMANDS,
    expire::COMMANDS,
    dump::COMMANDS,
    function::COMMANDS,
    migrate::COMMANDS,
    connection::COMMANDS,
    transaction::COMMANDS,
    client::COMMANDS,
    pubsub::COMMANDS,
    info::COMMANDS,
    config::COMMANDS,
    server::COMMANDS,
    about::COMMANDS,
    acl::COMMANDS,
    monitoring::COMMANDS,
    crate::cluster::COMMANDS,
    crate::replication::COMMANDS,
];

/// A command of the table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    /// What the table says about it, or about its subcommand.
    pub spec: &'static Spec,
    /// The command that it is a subcommand of.
    pub parent: Option<&'static Spec>,
}

impl Found {
    /// `get`, or `cluster|nodes` for a subcommand.
    pub(crate) fn full_name(&self) -> String {
        match self.parent {
            Some(parent) => format!("{}|{}", parent.name, self.spec.name),
            None => self.spec.name.into(),
        }
    }

    /// Whether it makes sense in a cluster alone.
    pub(crate) fn needs_cluster(&self) -> bool {
        let name = self.parent.unwrap_or(self.spec).name;
        ["cluster", "readonly", "readwrite", "asking"].contains(&name)
    }
}

/// The result of looking for a command.
#[derive(Debug)]
pub(crate) enum Lookup {
    /// There it is, and the number of arguments fits.
    Found(Found),
    /// What Redis answers instead.
    Refused(Reply),
}

/// Every command of the table.
pub(crate) fn all() -> impl Iterator<Item = &'static Spec> {
    FAMILIES.iter().flat_map(|family| family.iter())
}

fn named<'a>(specs: impl IntoIterator<Item = &'a Spec>, name: &[u8]) -> Option<&'a Spec> {
    specs.into_iter().find(|spec| spec.name.as_bytes().eq_ignore_ascii_case(name))
}

/// The command that `argv` names, whatever the number of its arguments.
pub(crate) fn find(argv: &[Vec<u8>]) -> Option<Found> {
    let spec = named(all(), argv.first()?)?;
    match argv.get(1) {
        Some(sub) if !spec.subs.is_empty() => {
            let sub = named(spec.subs, sub)?;
            Some(Found { spec: sub, parent: Some(spec) })
        }
        _ => Some(Found { spec, parent: None }),
    }
}

/// The command that `argv` names, with Redis's complaint when there is none or when the number of
/// arguments does not fit.
pub(crate) fn look_up(argv: &[Vec<u8>], compat: Compat) -> Lookup {
    let known = |found: &Found| found.spec.is_known(compat);
    let Some(found) = find(argv).filter(known) else { return Lookup::Refused(unknown(argv)) };
    if found.spec.takes(argv.len()) {
        Lookup::Found(found)
    } else {
        Lookup::Refused(Reply::wrong_arity(&found.full_name()))
    }
}

/// The keys of a command that is known to be right.
pub(crate) fn keys_of(argv: &[Vec<u8>]) -> impl Iterator<Item = &[u8]> {
    let positions = find(argv).map(|found| key_positions(found, argv)).unwrap_or_default();
    positions.into_iter().map(|at| argv[at].as_slice())
}

/// Where the keys of a command stand: in most where its table says, in some where their arguments
/// say.
pub(crate) fn key_positions(found: Found, argv: &[Vec<u8>]) -> Vec<usize> {
    if found.spec.flags.any(Flags::MOVABLE_KEYS) {
        about::key_positions(found, argv)
    } else {
        found.spec.keys.positions(argv.len()).collect()
    }
}

/// At most 128 bytes of an argument are repeated in a complaint.
fn shown(arg: &[u8]) -> String {
    String::from_utf8_lossy(&arg[..arg.len().min(128)]).into_owned()
}

pub(crate) fn unknown(argv: &[Vec<u8>]) -> Reply {
    if named(all(), &argv[0]).is_some() {
        let parent = String::from_utf8_lossy(&argv[0]).to_ascii_uppercase();
        return Reply::Error(format!(
            "ERR unknown subcommand '{}'. Try {parent} HELP.",
            shown(&argv[1])
        ));
    }
    let mut args = String::new();
    for arg in &argv[1..] {
        if args.len() >= 128 {
            break;
        }
        let room = 128 - args.len();
        let text = String::from_utf8_lossy(&arg[..arg.len().min(room)]);
        args += &format!("'{text}' ");
    }
    Reply::Error(format!(
        "ERR unknown command '{}', with args beginning with: {args}",
        shown(&argv[0])
    ))
}
