//! CONFIG and its subcommands.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::command::{Call, Flags, Keys, Spec};
use crate::io::Output;
use crate::keyspace::glob;
use crate::log::Level;
use crate::node::Node;
use crate::resp::reply::Reply;

const ANYTIME: Flags = Flags::STALE.and(Flags::LOADING);

pub(crate) const COMMANDS: &[Spec] = &[Spec::container(
    "config",
    &[
        Spec::new("get", -3, ANYTIME, Keys::NONE, get),
        Spec::new("set", -4, ANYTIME, Keys::NONE, set),
        Spec::new("resetstat", 2, ANYTIME, Keys::NONE, resetstat),
        Spec::new("rewrite", 2, ANYTIME, Keys::NONE, rewrite),
        Spec::new("help", 2, ANYTIME, Keys::NONE, |_, _| Reply::help("CONFIG", &HELP)),
    ],
)];

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn get(node: &mut Node, call: &Call<'_>) -> Reply {
    let patterns = &call.argv[2..];
    let wanted = |name: &str| patterns.iter().any(|it| glob::matches(it, name.as_bytes(), true));
    // A name that is no pattern is repeated as it was given.
    let shown = |name: &str| {
        let given = patterns.iter().find(|it| it.eq_ignore_ascii_case(name.as_bytes()));
        given.map_or_else(|| Reply::bulk(name), |it| Reply::Bulk(it.clone()))
    };
    let found = node.config.matching(node.compat, wanted);
    Reply::Map(found.map(|(name, value)| (shown(name), Reply::bulk(value))).collect())
}

fn set(node: &mut Node, call: &Call<'_>) -> Reply {
    if !call.argv.len().is_multiple_of(2) {
        return Reply::syntax_error();
    }
    let pairs: Vec<(String, String)> =
        call.argv[2..].chunks(2).map(|pair| (text(&pair[0]), text(&pair[1]))).collect();
    match node.config.change(&pairs, node.compat) {
        Ok(()) => {
            if pairs.iter().any(|(name, _)| name.eq_ignore_ascii_case("repl-backlog-size")) {
                node.resize_backlog();
            }
            Reply::Ok
        }
        Err(error) => Reply::Error(error),
    }
}

fn resetstat(node: &mut Node, _: &Call<'_>) -> Reply {
    node.clients.stats = Default::default();
    Reply::Ok
}

/// Writes the settings to the file that the process was started with.
fn rewrite(node: &mut Node, _: &Call<'_>) -> Reply {
    let Some(file) = &mut node.config_file else {
        return Reply::error("ERR The server is running without a config file");
    };
    if node.machine.disk_full {
        let why = "No space left on device";
        node.log(Level::Warning, format!("CONFIG REWRITE failed: {why}"));
        return Reply::Error(format!("ERR Rewriting config file: {why}"));
    }
    file.text = node.config.rewritten(&file.text, node.compat);
    let (name, bytes) = (file.name.clone(), file.text.clone().into_bytes());
    node.emit(Output::WriteFile { name, bytes });
    node.log(Level::Warning, "CONFIG REWRITE executed with success.");
    Reply::Ok
}

const HELP: [&str; 8] = [
    "GET <pattern>",
    "    Return parameters matching the glob-like <pattern> and their values.",
    "SET <directive> <value>",
    "    Set the configuration <directive> to <value>.",
    "RESETSTAT",
    "    Reset statistics reported by the INFO command.",
    "REWRITE",
    "    Rewrite the configuration file.",
];
