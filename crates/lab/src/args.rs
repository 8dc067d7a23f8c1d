//! The command line.

use std::ffi::OsString;
use std::ops::Range;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, Parser, Subcommand};
use engine::Compat;
use engine::time::Span;

use crate::Failure;

/// Failover Lab: a Redis Cluster in virtual time, at full speed
#[derive(Debug, Parser)]
#[command(name = "lab", disable_help_subcommand = true)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Reads shell lines from standard input and prints what a terminal would show
    #[command(after_help = LINES_HELP)]
    Shell {
        /// How the lab is set up and what is told about the run.
        #[command(flatten)]
        lab: LabArgs,
    },
    /// Reads shell lines from a file and prints what a terminal would show
    #[command(after_help = LINES_HELP)]
    Run {
        /// The file with the lines to type
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Plays it against real servers too, `redis-server` or a path, and compares (Linux)
        #[arg(long, value_name = "SERVER", conflicts_with_all = ["trace", "pcap", "take_away", "hash"])]
        against: Option<String>,
        /// How the lab is set up and what is told about the run.
        #[command(flatten)]
        lab: LabArgs,
    },
    /// Kills a random master once per seed and prints how long each phase of the failover took
    #[command(after_help = TIMES_HELP)]
    Times(TimesArgs),
    /// Lets things go wrong in random clusters, and judges whether every promise holds
    Fuzz(FuzzArgs),
    /// Proves exercises: untouched they stay unsolved, with their solution they are solved
    #[command(after_help = CHECK_HELP)]
    Check(CheckArgs),
    /// Serves nodes on TCP, for real clients and beside real servers
    #[command(after_help = SERVE_HELP)]
    Serve {
        /// redis-server's own: a redis.conf, then --name value pairs; and --nodes N, --compat VERSION
        #[arg(value_name = "OPTIONS", trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<String>,
    },
    /// Measures how fast virtual time passes in an idle cluster and prints one JSON object
    #[command(hide = true)]
    Bench {
        /// How much virtual time, seconds
        #[arg(long, value_name = "N", default_value_t = 3600)]
        seconds: u64,
    },
}

/// What `shell` and `run` have in common.
#[derive(Debug, Args)]
pub struct LabArgs {
    /// The scenario to start from: `walkthrough`, or a file [default: walkthrough]
    #[arg(long, value_name = "FILE")]
    pub scenario: Option<PathBuf>,
    /// Decides every random choice: same seed, same lines, same history [default: the scenario's]
    #[arg(long, value_name = "N", value_parser = parse_seed)]
    pub seed: Option<u64>,
    /// Writes what happened to a file, as JSON lines; the last one has the hash
    #[arg(long, value_name = "FILE")]
    pub trace: Option<PathBuf>,
    /// Writes what passed between the hosts to a pcapng file, for Wireshark
    #[arg(long, value_name = "FILE")]
    pub pcap: Option<PathBuf>,
    /// Writes a folder that builds the same cluster of real servers and types the same in it
    #[arg(long, value_name = "FOLDER")]
    pub take_away: Option<PathBuf>,
    /// Prints the hash of everything that happened as the last line
    #[arg(long)]
    pub hash: bool,
}

/// What `times` takes.
#[derive(Debug, Args)]
pub struct TimesArgs {
    /// cluster-node-timeout in milliseconds
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(500..=600_000))]
    pub node_timeout: u64,
    /// The seeds: A..B without B, A..=B with B, or one number
    #[arg(long, value_name = "A..B", value_parser = parse_seeds)]
    pub seeds: Range<u64>,
    /// Which Redis the servers speak like: 7.0 or 8.2
    #[arg(long, value_name = "VERSION", default_value = "8.2", value_parser = parse_compat)]
    pub compat: Compat,
    /// One-way latency between hosts, without jitter, such as 500us or 2ms [default: the lab's]
    #[arg(long, value_name = "TIME", value_parser = parse_span)]
    pub latency: Option<Span>,
}

/// What `check` takes.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Exercises: ids, folders or files [default: all that static/exercises/catalogue.txt lists]
    #[arg(value_name = "EXERCISE")]
    pub exercises: Vec<String>,
    /// The seeds: A..B without B, A..=B with B, or one number
    #[arg(long, value_name = "A..B", value_parser = parse_seeds, default_value = "1..21")]
    pub seeds: Range<u64>,
    /// Shows the solution as a terminal would, with the first seed
    #[arg(long)]
    pub show: bool,
    /// Plays the solutions on real servers instead, `redis-server` or a path (Linux)
    #[arg(long, value_name = "SERVER", conflicts_with = "seeds")]
    pub against: Option<String>,
}

/// What `fuzz` takes.
#[derive(Debug, Args)]
pub struct FuzzArgs {
    /// The seeds: A..B without B, A..=B with B, or one number
    #[arg(long, value_name = "A..B", value_parser = parse_seeds)]
    pub seeds: Range<u64>,
    /// How many nodes [default: 6 to 12, by the seed]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(3..=100))]
    pub nodes: Option<u8>,
    /// How many replicas each master has, where the nodes suffice [default: by the seed]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=10))]
    pub replicas: Option<u8>,
    /// How long things go wrong, virtual minutes
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=1440))]
    pub minutes: u64,
}

const LINES_HELP: &str = "\
A line is typed when the host's console is back at a prompt. `@HOST` alone on a line goes to the
console of another host; `sleep N` lets N seconds of virtual time pass; `redis-cli` without a
command takes the lines that follow until `exit`. Blank lines and lines that start with # are
skipped. `help` lists the programs that the shell knows. A file for `run` may also say what it
expects (`> PATTERN`, `>! PATTERN`, `>within 10s PATTERN`), cut cables (`%cut A | B`, `%heal`) and
name its scenario (`%scenario FILE`).";

const CHECK_HELP: &str = "\
  lab check                          the whole catalogue
  lab check manual-failover          one exercise
  lab check --against redis-server   the solutions on real servers, by the wall clock
See docs/writing-exercises.md.";

const SERVE_HELP: &str = "\
  lab serve --port 7000 --dir data --cluster-node-timeout 5000
  lab serve redis.conf --requirepass secret
  lab serve --nodes 6 --port 7000     six nodes in one process, on ports 7000 to 7005
A node speaks like 7.0 unless --compat 8.2 is given, and listens on 127.0.0.1 unless --bind says
otherwise. SIGTERM ends it as it ends redis-server.";

const TIMES_HELP: &str = "\
One JSON object per failover; all times are milliseconds after the kill:
  fail_marked         the first node marked the master as failing
  state_fail          the first node saw the cluster as failing
  election_scheduled  the replica planned its election, `delay` ahead
  election_started    it asked for votes (the last time of `elections`)
  won                 it became master; null when it did not
  state_ok_last       the last node saw the cluster as ok again";

/// Why there is nothing to run.
#[derive(Debug)]
pub enum Stop {
    /// Help was asked for: its text.
    Help(String),
    /// The arguments make no sense.
    Wrong(Failure),
}

/// Reads the command line.
///
/// # Errors
/// [`Stop`] with the text to print instead.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Arguments, Stop> {
    Arguments::try_parse_from(arguments).map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp => Stop::Help(error.to_string()),
        _ => Stop::Wrong(one_line(&error)),
    })
}

/// What is wrong, and what to do, in one line.
fn one_line(error: &clap::Error) -> Failure {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(" "),
        _ => String::new(),
    };
    let argument = context(ContextKind::InvalidArg);
    Failure(match error.kind() {
        ErrorKind::MissingRequiredArgument => format!("{argument} is missing; add it"),
        ErrorKind::InvalidSubcommand => format!(
            "there is no command `{}`; use shell, run, check, times, serve or fuzz",
            context(ContextKind::InvalidSubcommand)
        ),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "a command is missing; use shell, run FILE, check, times, serve or fuzz (see lab --help)"
                .into()
        }
        ErrorKind::UnknownArgument => {
            format!("{argument} is not understood; see lab --help for what is")
        }
        _ => {
            let text = error.to_string();
            let first = text.lines().next().unwrap_or_default();
            format!("{} (see lab --help)", first.trim_start_matches("error: "))
        }
    })
}

fn parse_seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "write a whole number from 0 to 18446744073709551615".into())
}

fn parse_seeds(text: &str) -> Result<Range<u64>, String> {
    let wrong = || "write A..B with A below B, such as 1..201".to_owned();
    let number = |text: &str| text.parse::<u64>().map_err(|_| wrong());
    let range = if let Some((first, last)) = text.split_once("..=") {
        number(first)?..number(last)?.checked_add(1).ok_or_else(wrong)?
    } else if let Some((first, end)) = text.split_once("..") {
        number(first)?..number(end)?
    } else {
        let only = number(text)?;
        only..only.checked_add(1).ok_or_else(wrong)?
    };
    if range.is_empty() { Err(wrong()) } else { Ok(range) }
}

pub(crate) fn parse_compat(text: &str) -> Result<Compat, String> {
    match text {
        "7.0" => Ok(Compat::V7_0),
        "8.2" => Ok(Compat::V8_2),
        _ => Err("write 7.0 or 8.2".into()),
    }
}

fn parse_span(text: &str) -> Result<Span, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let unit = match &text[digits..] {
        "us" => Some(1),
        "ms" => Some(1000),
        "s" => Some(1_000_000),
        _ => None,
    };
    let count = text[..digits].parse::<u64>().ok();
    let span = count.zip(unit).and_then(|(count, unit)| count.checked_mul(unit));
    span.filter(|us| (1..=3_600_000_000).contains(us))
        .map(Span)
        .ok_or_else(|| "write a number with us, ms or s, such as 500us; 1us to one hour".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(line: &str) -> String {
        match parse(line.split(' ').map(OsString::from)) {
            Err(Stop::Wrong(failure)) => failure.0,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn wrong_arguments_get_one_line_that_says_what_to_do() {
        for (line, part) in [
            ("lab", "a command is missing; use shell, run FILE, check, times, serve or fuzz"),
            ("lab fly", "there is no command `fly`; use shell, run, check, times, serve or fuzz"),
            ("lab run", "<FILE> is missing; add it"),
            ("lab times --seeds 1..5", "--node-timeout <MS> is missing; add it"),
            ("lab times --node-timeout 5000 --seeds 5..1", "write A..B with A below B"),
            ("lab times --node-timeout 3 --seeds 1..5", "3 is not in 500..=600000"),
            ("lab times --node-timeout 5000 --seeds 1 --latency 5", "such as 500us"),
            ("lab shell --seed x", "'--seed <N>': write a whole number"),
            ("lab times --node-timeout 5000 --seeds 1 --latency 0us", "1us to one hour"),
            ("lab times --node-timeout 5000 --seeds 1 --compat 6", "write 7.0 or 8.2"),
            ("lab shell --bogus", "--bogus is not understood"),
            ("lab shell extra", "extra is not understood"),
        ] {
            let complaint = complaint(line);
            assert!(complaint.contains(part), "{line}: {complaint}");
            assert!(!complaint.contains('\n'), "{line}: {complaint}");
        }
    }

    #[test]
    fn seeds_are_a_range_with_or_without_its_end() {
        assert_eq!(parse_seeds("1..3"), Ok(1..3));
        assert_eq!(parse_seeds("1..=3"), Ok(1..4));
        assert_eq!(parse_seeds("7"), Ok(7..8));
        assert!(parse_seeds("3..3").is_err());
    }

    #[test]
    fn spans_have_a_unit() {
        assert_eq!(parse_span("500us"), Ok(Span(500)));
        assert_eq!(parse_span("2ms"), Ok(Span(2000)));
        assert_eq!(parse_span("1s"), Ok(Span(1_000_000)));
        assert!(parse_span("ms").is_err());
        assert!(parse_span("5 ms").is_err());
        assert!(parse_span("99999999999999999999s").is_err());
    }
}
