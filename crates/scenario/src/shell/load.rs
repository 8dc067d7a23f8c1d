//! `load`: clients that write and read, from the shell.

use engine::time::Span;

use super::{Context, seconds_to_us};
use crate::program::Io;
use crate::workload::report::{self, Which};
use crate::workload::{INTERVAL, Settings};

/// Words that may follow `load`.
pub(super) const SUBCOMMANDS: [&str; 6] = ["start", "change", "stop", "status", "ledger", "help"];

/// Entries that `load ledger` prints unless told otherwise.
const ENTRIES: usize = 20;

/// Runs `load` and returns its exit status.
pub(super) async fn run(context: &Context<'_>, args: &[String]) -> i32 {
    let (name, rest) = match args.split_first() {
        Some((name, rest)) if !name.starts_with('-') => (name.as_str(), rest),
        _ => ("", args),
    };
    let done = match name {
        "" if args.iter().any(|it| it == "--help") => Ok(HELP.to_owned()),
        "" => foreground(context, rest).await,
        "start" => set(context, rest, false).await,
        "change" => set(context, rest, true).await,
        "stop" => stop(context.io).await,
        "status" => Ok(status(context.io).await),
        "ledger" => ledger(context.io, rest).await,
        "help" => Ok(HELP.to_owned()),
        _ => Err(format!("there is no 'load {name}'; 'load help' tells what there is")),
    };
    match done {
        Ok(text) => {
            context.out.print(&text);
            0
        }
        Err(why) => {
            context.err.print(&format!("load: {why}\n"));
            1
        }
    }
}

/// Reads flags as a change of the present settings, or of the default ones.
async fn settings(io: &Io, flags: &[String], running: bool) -> Result<Settings, String> {
    let present = io.lab(|_, workload| workload.settings().cloned()).await;
    let from = match (present, running) {
        (Some(present), true) => present,
        (None, false) => Settings::default(),
        (Some(_), false) => {
            return Err(
                "a workload is running; 'load change' changes it, 'load stop' ends it".into()
            );
        }
        (None, true) => return Err("no workload is running; 'load start' starts one".into()),
    };
    let settings = from.read(flags)?;
    let hosts: Vec<_> = io.world(|world| world.present().map(|(_, ip)| ip).collect()).await;
    match settings.hosts.iter().find(|ip| !hosts.contains(ip)) {
        Some(stranger) => Err(format!("there is no host {stranger}")),
        None => Ok(settings),
    }
}

async fn set(context: &Context<'_>, flags: &[String], running: bool) -> Result<String, String> {
    let settings = settings(context.io, flags, running).await?;
    let text = format!("running: {settings}\n");
    context.io.lab(move |world, workload| workload.set(world, Some(settings))).await;
    Ok(text)
}

async fn stop(io: &Io) -> Result<String, String> {
    let ran = io.lab(|world, workload| {
        let ran = workload.settings().is_some();
        workload.set(world, None);
        ran
    });
    if ran.await { Ok(status(io).await) } else { Err("no workload is running".into()) }
}

async fn status(io: &Io) -> String {
    io.lab(|world, workload| {
        workload.settle();
        report::status(world, workload)
    })
    .await
}

async fn ledger(io: &Io, args: &[String]) -> Result<String, String> {
    let (mut which, mut limit) = (Which::Gone, ENTRIES);
    let mut args = args.iter().map(String::as_str);
    while let Some(arg) = args.next() {
        match arg {
            "gone" => which = Which::Gone,
            "lost" => which = Which::Lost,
            "rolled-back" => which = Which::RolledBack,
            "open" => which = Which::Open,
            "-n" => {
                let number = args.next().and_then(|it| it.parse().ok());
                limit = number.ok_or("-n takes a number")?;
            }
            _ => {
                let known = "gone, lost, rolled-back, open and -n NUMBER";
                return Err(format!("'load ledger' knows {known}, not '{arg}'"));
            }
        }
    }
    Ok(io
        .lab(move |world, workload| {
            workload.settle();
            report::ledger(world, workload, which, limit)
        })
        .await)
}

/// The workload ends with the program, however that ends.
struct Running<'a>(&'a Io);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.order(|world, workload| workload.set(world, None));
    }
}

/// Works for some seconds or until Ctrl-C, and prints a line a second.
async fn foreground(context: &Context<'_>, flags: &[String]) -> Result<String, String> {
    let io = context.io;
    let mut flags = flags.to_vec();
    let mut seconds = None;
    if let Some(at) = flags.iter().position(|it| it == "-t" || it == "--test-time") {
        let text = flags.get(at + 1).ok_or("-t takes a number of seconds")?;
        let us = seconds_to_us(text).filter(|&us| us > 0);
        seconds = Some(us.ok_or(format!("-t takes a number of seconds, not '{text}'"))?);
        flags.drain(at..at + 2);
    }
    let settings = settings(io, &flags, false).await?;
    let began = io.now();
    io.lab(move |world, workload| workload.set(world, Some(settings))).await;
    let running = Running(io);
    let end = seconds.map(|us| began + Span(us));
    // Whole seconds, as intervals are counted.
    let mut next = engine::Time((began.0 / INTERVAL.0 + 1) * INTERVAL.0);
    while end.is_none_or(|end| next <= end) {
        io.sleep_until(next).await;
        let line = io.lab(move |_, workload| {
            workload.numbers.pass(next);
            let over = workload.numbers.intervals().rfind(|it| it.from < next);
            over.map(|it| report::interval(&it)).unwrap_or_default()
        });
        context.out.print(&line.await);
        next = next + INTERVAL;
    }
    if let Some(end) = end {
        io.sleep_until(end).await;
    }
    drop(running);
    Ok(status(io).await)
}

const HELP: &str = "\
Clients that write (SET) and read (GET), and a ledger of what becomes of acknowledged writes.
  load [OPTIONS] [-t SECONDS]   works in the foreground, a line a second; Ctrl-C stops it
  load start [OPTIONS]          works in the background
  load change [OPTIONS]         changes what runs
  load stop                     ends it and prints its numbers
  load status                   numbers: served, held, refused, latency, unavailability
  load ledger [lost|rolled-back|open] [-n N]
                                writes, newest first, with what decided about each
Options:
  -c, --clients N        clients, a process each, spread over the hosts (6)
  -w, --writes N         writes a second of all clients together (60)
  -g, --reads N          reads a second of all clients together (60)
  -r, --keys N           number of keys (1000)
  --sequential, --random keys in order, or by chance
  --cluster, --no-cluster
                         follow MOVED and ASK with a slot map, or ask the own host's server only
  --wait N               a write is acknowledged when WAIT says that N replicas have it
  --wait-timeout MS      how long WAIT waits (1000)
  -P, --pipeline N       requests without an answer on a connection (16)
  --timeout MS           how long an answer is waited for (1000)
  -h, --hosts IP,IP      where the clients are; 'all' for every host
";
