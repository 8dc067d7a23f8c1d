//! The solution of an exercise, played on real servers.

use std::io::Write;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use engine::time::Span;
use scenario::Scenario;
use scenario::script::Cables;
use workshop::Judge;
use workshop::exercise::Exercise;
use workshop::fact::Seen;

use super::real::{self, Real};
use super::watch::{Desk, Watch};
use crate::Failure;
use crate::check::state;
use crate::play::{Consoles, Shown, play};

/// How long something may still come true after the last line.
const AFTERWARDS: Duration = Duration::from_secs(30);

/// Plays the solution, by the wall clock. Returns how long it took, or why it is not solved.
///
/// # Errors
/// When the cluster can not be set up, or a line is never done.
pub fn solve(
    exercise: &Exercise,
    solution: &str,
    server: &str,
    out: &mut dyn Write,
) -> Result<Result<Span, String>, Failure> {
    let scenario = Scenario::open(&exercise.head.lab).map_err(Failure)?;
    let cuts = solution.lines().any(|line| line.trim_start().starts_with("%cut "));
    let desk = Arc::new(Desk::new(Judge::new(&exercise.task())));
    let mut real = Real::open(&scenario, &real::by_path(server)?, cuts)?;
    let watch = Watch::begin(&real, real::password(&scenario), &desk);
    let mut consoles = Watched { real: &mut real, desk: &desk };
    let prepared = play(&exercise.head.prepare, &mut consoles, &mut std::io::sink())?;
    let mut failed = prepared.failed.map(|(line, why)| format!("prepare, line {line}: {why}"));
    let began = desk.with(|judge, now| {
        judge.begin(now);
        now
    });
    if failed.is_none() {
        let played = play(solution, &mut consoles, out)?;
        failed = played.failed.map(|(line, why)| format!("solution.session:{line}: {why}"));
    }
    let end = Instant::now() + AFTERWARDS;
    let solved = loop {
        let solved = desk.with(|judge, _| judge.progress().solved);
        if solved.is_some() || failed.is_some() || Instant::now() >= end {
            break solved;
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    drop(watch);
    Ok(match (solved, failed) {
        (Some(at), _) => Ok(at.since(began)),
        (None, failed) => {
            let open = desk.with(|judge, _| state(exercise, judge.progress()));
            Err(failed.map_or_else(|| open.clone(), |why| format!("{open}; {why}")))
        }
    })
}

/// Consoles whose lines, and what they print, are told.
struct Watched<'a> {
    real: &'a mut Real,
    desk: &'a Desk,
}

impl Consoles for Watched<'_> {
    fn hosts(&self) -> Vec<Ipv4Addr> {
        self.real.hosts()
    }

    fn type_line(&mut self, host: Ipv4Addr, line: &str) -> Result<Shown, Failure> {
        let prompt = self.real.prompt(host);
        self.desk.tell(Some(host), Seen::Typed { prompt, line: line.into() });
        let shown = self.real.type_line(host, line)?;
        self.desk.tell(Some(host), Seen::Printed(shown.printed.clone()));
        Ok(shown)
    }

    fn pass(&mut self, span: Span) -> Result<(), Failure> {
        self.real.pass(span)
    }

    fn cables(&mut self, change: &Cables) -> Result<(), Failure> {
        self.real.cables(change)
    }
}
