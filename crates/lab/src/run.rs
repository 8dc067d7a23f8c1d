//! What each command does.

use std::fs::{self, File};
use std::io::{self, BufRead, BufWriter, IsTerminal, Write};
use std::path::Path;

use engine::time::Span;
use scenario::Scenario;

use crate::Failure;
use crate::args::{Arguments, Command, LabArgs, TimesArgs};
use crate::session::Session;
use crate::trace::Trace;
use crate::{bench, times};

/// Carries out a command.
///
/// # Errors
/// When what was asked for cannot be done.
pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match arguments.command {
        Command::Shell { lab } => shell(&lab, &mut stdout),
        Command::Run { file, lab } => run_file(&file, &lab, &mut stdout),
        Command::Times(args) => print_times(&args, &mut stdout),
        Command::Bench { seconds } => print_bench(seconds, &mut stdout),
    }
}

fn shell(args: &LabArgs, stdout: &mut dyn Write) -> Result<(), Failure> {
    let stdin = io::stdin();
    let typed_live = stdin.is_terminal();
    with_session(args, stdout, |session| {
        if typed_live {
            session.without_echo();
            session.prompt()?;
        }
        for line in stdin.lock().lines() {
            let line =
                line.map_err(|error| Failure(format!("standard input cannot be read: {error}")))?;
            session.line(&line)?;
            if typed_live {
                session.prompt()?;
            }
        }
        Ok(())
    })
}

fn run_file(file: &Path, args: &LabArgs, stdout: &mut dyn Write) -> Result<(), Failure> {
    let text = read(file)?;
    with_session(args, stdout, |session| {
        for (number, line) in text.lines().enumerate() {
            session.line(line).map_err(|Failure(why)| {
                Failure(format!("{}, line {}: {why}", file.display(), number + 1))
            })?;
        }
        Ok(())
    })
}

fn with_session(
    args: &LabArgs,
    stdout: &mut dyn Write,
    work: impl FnOnce(&mut Session) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let scenario = open_scenario(args.scenario.as_deref())?;
    let trace = args.trace.as_deref().map(create).transpose()?.map(Trace::new);
    let seed = args.seed.unwrap_or(scenario.seed);
    let mut session = Session::open(&scenario, seed, stdout, trace)?;
    let result = work(&mut session);
    // The trace of a session that failed is what one wants to look at.
    let hash = session.close()?;
    result?;
    if args.hash {
        writeln!(stdout, "trace hash: {hash:016x}")?;
    }
    Ok(())
}

/// A built-in scenario by its name, or one from a file.
fn open_scenario(name: Option<&Path>) -> Result<Scenario, Failure> {
    let path = name.unwrap_or(Path::new("walkthrough"));
    if let Some(scenario) = path.to_str().and_then(Scenario::built_in) {
        return Ok(scenario);
    }
    let text = read(path)?;
    Scenario::parse(&text).map_err(|why| Failure(format!("{}, {why}", path.display())))
}

fn print_times(args: &TimesArgs, stdout: &mut dyn Write) -> Result<(), Failure> {
    let settings = times::Settings {
        node_timeout_ms: args.node_timeout,
        compat: args.compat,
        latency: args.latency,
    };
    for seed in args.seeds.clone() {
        let phases = times::trial(&settings, seed)?;
        let line = serde_json::to_string(&phases).expect("plain fields become JSON");
        writeln!(stdout, "{line}")?;
    }
    Ok(())
}

fn print_bench(seconds: u64, stdout: &mut dyn Write) -> Result<(), Failure> {
    let figures = bench::measure(&open_scenario(None)?, 1, Span::from_secs(seconds));
    let line = serde_json::to_string(&figures).expect("plain fields become JSON");
    Ok(writeln!(stdout, "{line}")?)
}

fn read(file: &Path) -> Result<String, Failure> {
    fs::read_to_string(file).map_err(|error| {
        Failure(format!("{} cannot be read ({error}); name a text file", file.display()))
    })
}

fn create(file: &Path) -> Result<BufWriter<File>, Failure> {
    let file_or = File::create(file);
    file_or.map(BufWriter::new).map_err(|error| {
        Failure(format!("{} cannot be written ({error}); name another file", file.display()))
    })
}
