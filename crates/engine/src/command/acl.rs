//! ACL, for a server whose only user is the default one.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::about;
use super::sha256::hex_digest;
use crate::command::{Call, Flags, Keys, Spec};
use crate::node::Node;
use crate::resp::reply::Reply;

const ANYTIME: Flags = Flags::STALE.and(Flags::LOADING);

pub(crate) const COMMANDS: &[Spec] = &[Spec::container(
    "acl",
    &[
        sub("cat", -2, cat),
        sub("getuser", 3, getuser),
        sub("help", 2, |_, _| Reply::help("ACL", &HELP)),
        sub("list", 2, |node, _| {
            let secret = node.password_digest().map_or("nopass".into(), |it| format!("#{it}"));
            Reply::Array(vec![Reply::bulk(format!("user default on {secret} ~* &* +@all"))])
        }),
        sub("users", 2, |_, _| Reply::Array(vec![Reply::bulk("default")])),
        sub("whoami", 2, |_, _| Reply::bulk("default")),
    ],
)];

const fn sub(name: &'static str, arity: i32, run: fn(&mut Node, &Call<'_>) -> Reply) -> Spec {
    Spec::new(name, arity, ANYTIME, Keys::NONE, run)
}

impl Node {
    /// How ACL shows the password, if there is one.
    fn password_digest(&self) -> Option<String> {
        let password = &self.config.requirepass;
        (!password.is_empty()).then(|| hex_digest(password.as_bytes()))
    }
}

fn cat(node: &mut Node, call: &Call<'_>) -> Reply {
    let names: Vec<String> = match call.argv {
        [_, _] => about::categories().map(String::from).collect(),
        [_, _, category] => {
            if !about::categories().any(|it| it.as_bytes().eq_ignore_ascii_case(category)) {
                let category = String::from_utf8_lossy(category);
                return Reply::Error(format!("ERR Unknown category '{category}'"));
            }
            about::of_category(category, node.compat)
        }
        _ => return Reply::bad_subcommand("ACL", &call.argv[1]),
    };
    Reply::Array(names.into_iter().map(Reply::bulk).collect())
}

fn getuser(node: &mut Node, call: &Call<'_>) -> Reply {
    if call.argv[2] != b"default" {
        return Reply::Nil;
    }
    let digest = node.password_digest();
    let mut flags = vec![Reply::bulk("on")];
    if digest.is_none() {
        flags.push(Reply::bulk("nopass"));
    }
    let passwords = digest.into_iter().map(Reply::bulk).collect();
    Reply::Map(vec![
        (Reply::bulk("flags"), Reply::Set(flags)),
        (Reply::bulk("passwords"), Reply::Array(passwords)),
        (Reply::bulk("commands"), Reply::bulk("+@all")),
        (Reply::bulk("keys"), Reply::bulk("~*")),
        (Reply::bulk("channels"), Reply::bulk("&*")),
        (Reply::bulk("selectors"), Reply::Array(vec![])),
    ])
}

const HELP: [&str; 11] = [
    "CAT [<category>]",
    "    List all commands that belong to <category>, or all command categories",
    "    when no category is specified.",
    "GETUSER <username>",
    "    Get the user's details.",
    "LIST",
    "    Show users details in config file format.",
    "USERS",
    "    List all the registered usernames.",
    "WHOAMI",
    "    Return the current connection username.",
];
