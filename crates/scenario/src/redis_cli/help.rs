//! `help`, and the usage text.

use engine::Compat;
use engine::docs::{self, Doc};

/// What `help WORDS...` prints.
pub(super) fn answer(words: &[impl AsRef<str>], compat: Compat) -> String {
    let words: Vec<_> = words.iter().map(AsRef::as_ref).collect();
    match words.as_slice() {
        [] => overview(compat),
        [group] if group.starts_with('@') => group_help(&group[1..]),
        _ => command_help(&words.join(" ")),
    }
}

fn overview(compat: Compat) -> String {
    format!(
        "redis-cli {}\n\
         To get help about Redis commands type:\n      \
         \"help @<group>\" to get a list of commands in <group>\n      \
         \"help <command>\" for help on <command>\n      \
         \"help <tab>\" to get a list of possible help topics\n      \
         \"quit\" to exit\n\
         \n\
         To set redis-cli preferences:\n      \
         \":set hints\" enable online hints\n      \
         \":set nohints\" disable online hints\n\
         Set your preferences in ~/.redisclirc\n",
        compat.version()
    )
}

fn group_help(group: &str) -> String {
    let group = group.to_ascii_lowercase().replace('_', "-");
    let entries = docs::all().filter(|doc| doc.group == group).map(|doc| entry(&doc, false));
    format!("\n{}", entries.collect::<String>())
}

fn command_help(name: &str) -> String {
    let name = name.to_ascii_uppercase();
    let entries = docs::all().filter(|doc| doc.name == name).map(|doc| entry(&doc, true));
    format!("\n{}", entries.collect::<String>())
}

fn entry(doc: &Doc, with_group: bool) -> String {
    let Doc { name, args, since, group, summary } = doc;
    let group = if with_group { format!("  group: {group}\n") } else { String::new() };
    format!("  {name} {args}\n  summary: {summary}\n  since: {since}\n{group}\n")
}

/// The options that this redis-cli knows.
pub(super) fn usage(compat: Compat) -> String {
    format!("redis-cli {}\n\n{USAGE}", compat.version())
}

const USAGE: &str = "\
Usage: redis-cli [OPTIONS] [cmd [arg [arg ...]]]
  -h <hostname>      Server hostname (default: 127.0.0.1).
  -p <port>          Server port (default: 6379).
  -a <password>      Password to use when connecting to the server.
                     You can also use the REDISCLI_AUTH environment
                     variable to pass this password more safely
                     (if both are used, this argument takes precedence).
  --user <username>  Used to send ACL style 'AUTH username pass'. Needs -a.
  --pass <password>  Alias of -a for consistency with the new --user option.
  -r <repeat>        Execute specified command N times.
  -i <interval>      When -r is used, waits <interval> seconds per command.
                     It is possible to specify sub-second times like -i 0.1.
  -n <db>            Database number.
  -2                 Start session in RESP2 protocol mode.
  -3                 Start session in RESP3 protocol mode.
  -c                 Enable cluster mode (follow -ASK and -MOVED redirections).
  -e                 Return exit error code when command execution fails.
  --raw              Use raw formatting for replies (default when STDOUT is
                     not a tty).
  --no-raw           Force formatted output even when STDOUT is not a tty.
  --cluster <command> [args...] [opts...]
                     Cluster Manager command and arguments (see below).
  --no-auth-warning  Don't show warning message when using password on command
                     line interface.
  --help             Output this help and exit.
  --version          Output version and exit.

Cluster Manager Commands:
  Use --cluster help to list all available cluster manager commands.

When no command is given, redis-cli starts in interactive mode.
Type \"help\" in interactive mode for information on available commands
and settings.

";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_names_arguments_and_group() {
        let text = answer(&["cluster", "failover"], Compat::V7_0);
        assert!(text.starts_with("\n  CLUSTER FAILOVER [FORCE|TAKEOVER]\n  summary: "), "{text}");
        assert!(text.ends_with("  since: 3.0.0\n  group: cluster\n\n"), "{text}");
    }

    #[test]
    fn an_unknown_topic_gets_an_empty_line() {
        assert_eq!(answer(&["@nosuch"], Compat::V7_0), "\n");
        assert_eq!(answer(&["nosuch"], Compat::V7_0), "\n");
    }
}
