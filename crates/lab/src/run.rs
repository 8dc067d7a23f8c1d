//! What each command does.

use std::fs;
use std::io::{self, BufRead, BufWriter, IsTerminal, Write};
use std::path::Path;

use capture::Pcapng;
use engine::time::Span;
use scenario::judge::{CLIENTS, Settings};
use scenario::take_away::File;
use scenario::{Scenario, script};

use crate::Failure;
use crate::args::{Arguments, CheckArgs, Command, FuzzArgs, LabArgs, TimesArgs};
use crate::play::play;
use crate::session::{Session, Told};
use crate::trace::Trace;
use crate::{bench, check, fuzz, serve, times};

/// Carries out a command. False when it was done and found something wrong, which it has told.
///
/// # Errors
/// When what was asked for cannot be done.
pub fn run(arguments: Arguments) -> Result<bool, Failure> {
    let mut stdout = io::stdout().lock();
    let done = match arguments.command {
        Command::Run { file, against: None, lab } => return run_file(&file, &lab, &mut stdout),
        Command::Run { file, against: Some(server), lab } => {
            return compare(&file, &lab, &server, &mut stdout);
        }
        Command::Check(args) => return check_exercises(args, &mut stdout),
        Command::Fuzz(args) => return fuzz_seeds(&args, &mut stdout),
        Command::Serve { options } => {
            // Log lines are written by whoever has one, so nobody may hold on to the output.
            drop(stdout);
            return Ok(serve::serve(&options)? == 0);
        }
        Command::Shell { lab } => shell(&lab, &mut stdout),
        Command::Times(args) => print_times(&args, &mut stdout),
        Command::Bench { seconds } => print_bench(seconds, &mut stdout),
    };
    done.map(|()| true)
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

/// Plays a session file; false when an expectation does not hold.
fn run_file(file: &Path, args: &LabArgs, stdout: &mut dyn Write) -> Result<bool, Failure> {
    let text = read(file)?;
    let scenario = scenario_for(file, &text, args)?;
    let told = told(args, &scenario)?;
    let mut nowhere = io::sink();
    let seed = args.seed.unwrap_or(scenario.seed);
    let mut session = Session::open(&scenario, seed, &mut nowhere, told)?;
    let played = play(&text, &mut session, stdout);
    take_away(args, &session)?;
    let hash = session.close()?;
    let named = |Failure(why)| Failure(format!("{}, {why}", file.display()));
    let played = played.map_err(named)?;
    if args.hash {
        writeln!(stdout, "trace hash: {hash:016x}")?;
    }
    if let Some((number, why)) = &played.failed {
        stdout.flush()?;
        eprintln!("lab: {}, line {number}: {why}", file.display());
    }
    Ok(played.failed.is_none())
}

/// Plays a session file in both worlds; false when they differ.
#[cfg(target_os = "linux")]
fn compare(
    file: &Path,
    args: &LabArgs,
    server: &str,
    stdout: &mut dyn Write,
) -> Result<bool, Failure> {
    let text = read(file)?;
    let scenario = scenario_for(file, &text, args)?;
    let seed = args.seed.unwrap_or(scenario.seed);
    let same = crate::against::compare(&text, &scenario, seed, server, stdout);
    same.map_err(|Failure(why)| Failure(format!("{}, {why}", file.display())))
}

#[cfg(not(target_os = "linux"))]
fn compare(_: &Path, _: &LabArgs, _: &str, _: &mut dyn Write) -> Result<bool, Failure> {
    Err(Failure("--against needs Linux: each host is an address of 127.0.0.0/8".into()))
}

/// The scenario of the command line, or else the one that the file names.
fn scenario_for(file: &Path, text: &str, args: &LabArgs) -> Result<Scenario, Failure> {
    let named = script::scenario_of(text).filter(|_| args.scenario.is_none());
    let Some(name) = named else { return open_scenario(args.scenario.as_deref()) };
    if Scenario::built_in(name).is_some() {
        return open_scenario(Some(Path::new(name)));
    }
    open_scenario(Some(&file.with_file_name(name)))
}

fn with_session(
    args: &LabArgs,
    stdout: &mut dyn Write,
    work: impl FnOnce(&mut Session) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let scenario = open_scenario(args.scenario.as_deref())?;
    let told = told(args, &scenario)?;
    let seed = args.seed.unwrap_or(scenario.seed);
    let mut session = Session::open(&scenario, seed, stdout, told)?;
    let result = work(&mut session);
    take_away(args, &session)?;
    // The trace of a session that failed is what one wants to look at.
    let hash = session.close()?;
    result?;
    if args.hash {
        writeln!(stdout, "trace hash: {hash:016x}")?;
    }
    Ok(())
}

/// Writes the folder that the command line asks for.
fn take_away(args: &LabArgs, session: &Session) -> Result<(), Failure> {
    let Some(folder) = &args.take_away else { return Ok(()) };
    let failed = |path: &Path, why: io::Error| {
        Failure(format!("{} cannot be written ({why}); name a new folder", path.display()))
    };
    fs::create_dir(folder).map_err(|why| failed(folder, why))?;
    for File { path, text, executable } in session.take_away() {
        let path = folder.join(path);
        let write = || {
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(&path, text)?;
            if executable { make_executable(&path) } else { Ok(()) }
        };
        write().map_err(|why| failed(&path, why))?;
    }
    Ok(())
}

#[cfg(unix)]
fn make_executable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Opens the files that the command line asks for.
fn told(args: &LabArgs, scenario: &Scenario) -> Result<Told<'static>, Failure> {
    let trace = args.trace.as_deref().map(create).transpose()?.map(Trace::new);
    let wire = args.pcap.as_deref().map(create).transpose()?;
    let begin = |out| Pcapng::new(Box::new(out) as Box<dyn Write>, scenario.unix_us_at_zero());
    Ok(Told { trace, wire: wire.map(begin).transpose()?, exercise: None })
}

/// A built-in scenario by its name, or one from a file.
fn open_scenario(name: Option<&Path>) -> Result<Scenario, Failure> {
    let path = name.unwrap_or(Path::new("walkthrough"));
    if let Some(name) = path.to_str()
        && (Scenario::built_in(name).is_some() || name.starts_with("design "))
    {
        return Scenario::open(name).map_err(Failure);
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

fn check_exercises(args: CheckArgs, stdout: &mut dyn Write) -> Result<bool, Failure> {
    let CheckArgs { exercises, seeds, show, against } = args;
    check::check(&check::Request { exercises, seeds, show, against }, stdout)
}

fn fuzz_seeds(args: &FuzzArgs, stdout: &mut dyn Write) -> Result<bool, Failure> {
    let FuzzArgs { nodes, replicas, minutes, .. } = *args;
    let settings =
        Settings { nodes, replicas, clients: CLIENTS, span: Span::from_secs(60 * minutes) };
    let mut options = String::new();
    for (name, value) in [("nodes", nodes), ("replicas", replicas)] {
        if let Some(value) = value {
            options += &format!(" --{name} {value}");
        }
    }
    options += &format!(" --minutes {minutes}");
    fuzz::fuzz(&settings, args.seeds.clone(), &options, stdout)
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

fn create(file: &Path) -> Result<BufWriter<fs::File>, Failure> {
    let file_or = fs::File::create(file);
    file_or.map(BufWriter::new).map_err(|error| {
        Failure(format!("{} cannot be written ({error}); name another file", file.display()))
    })
}
