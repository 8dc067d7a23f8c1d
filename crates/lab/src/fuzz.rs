//! `lab fuzz`: judges seeds on all cores, and shrinks what fails.

use std::collections::BTreeMap;
use std::io::Write;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use engine::Time;
use scenario::judge::shrink::shrink;
use scenario::judge::{Broken, Settings, Verdict, judge};

use crate::Failure;

/// How often progress is shown.
const SHOWN: Duration = Duration::from_secs(10);
/// What shrinking one failure may take.
const SHRINKING: Duration = Duration::from_secs(120);

/// What a range of seeds came to.
#[derive(Debug, Default)]
pub struct Summary {
    /// How many seeds were judged.
    pub judged: u64,
    /// Those that broke a promise.
    pub failed: Vec<Verdict>,
    /// How much virtual time passed, hours.
    pub virtual_hours: f64,
    /// And how much by the clock on the wall, seconds.
    pub wall_s: f64,
}

impl Summary {
    /// Seeds per second, and virtual hours per minute.
    #[must_use]
    pub fn speed(&self) -> String {
        format!(
            "{:.1} seeds per second, {:.1} virtual hours per minute",
            self.judged as f64 / self.wall_s,
            self.virtual_hours * 60.0 / self.wall_s
        )
    }
}

/// Judges `seeds` on all cores until `stop` is set; tells `progress` how many are done.
#[must_use]
pub fn judge_all(
    settings: &Settings,
    seeds: Range<u64>,
    stop: &AtomicBool,
    progress: impl Fn(u64) + Sync,
) -> Summary {
    let next = AtomicU64::new(seeds.start);
    let done = Mutex::new((0, Time::ZERO, BTreeMap::new()));
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        return;
                    }
                    let verdict = judge(settings, seed);
                    let mut done = done.lock().expect("nobody panics with it");
                    done.0 += 1;
                    done.1 = done.1 + verdict.passed;
                    progress(done.0);
                    if verdict.broken.is_some() {
                        done.2.insert(seed, verdict);
                    }
                }
            });
        }
    });
    let (judged, passed, failed) = done.into_inner().expect("all threads are done");
    Summary {
        judged,
        failed: failed.into_values().collect(),
        virtual_hours: passed.0 as f64 / 3.6e9,
        wall_s: began.elapsed().as_secs_f64(),
    }
}

/// Judges, prints what failed and how to see it again, and sums up. True when all is well.
///
/// # Errors
/// When the output cannot be written.
pub fn fuzz(
    settings: &Settings,
    seeds: Range<u64>,
    options: &str,
    stdout: &mut dyn Write,
) -> Result<bool, Failure> {
    let stop: &'static AtomicBool = Box::leak(Box::new(AtomicBool::new(false)));
    stop_on_interrupt(stop);
    let total = seeds.end - seeds.start;
    let shown = Mutex::new(Instant::now());
    let summary = judge_all(settings, seeds, stop, |done| {
        let mut shown = shown.lock().expect("nobody panics with it");
        if shown.elapsed() > SHOWN {
            *shown = Instant::now();
            eprintln!("lab fuzz: {done} of {total} seeds");
        }
    });
    for verdict in &summary.failed {
        let Verdict { seed, .. } = verdict;
        writeln!(stdout, "seed {seed}: {}", sentence(verdict))?;
        writeln!(stdout, "  cargo lab fuzz --seeds {seed}{options}")?;
        if !verdict.faults.is_empty() && !stop.load(Ordering::Relaxed) {
            let began = Instant::now();
            let shortest = shrink(settings, verdict.clone(), |left| {
                eprintln!("lab fuzz: seed {seed} still fails with {left} faults");
                began.elapsed() < SHRINKING && !stop.load(Ordering::Relaxed)
            });
            let (left, all) = (shortest.faults.len(), verdict.faults.len());
            writeln!(stdout, "  {left} of its {all} faults are enough:")?;
            for moment in &shortest.faults {
                writeln!(stdout, "  {moment}")?;
            }
            writeln!(stdout, "  {}", sentence(&shortest))?;
        }
    }
    let (judged, failed) = (summary.judged, summary.failed.len());
    let interrupted = if judged < total { ", interrupted" } else { "" };
    writeln!(
        stdout,
        "{judged} of {total} seeds judged, {failed} failed{interrupted}: {}",
        summary.speed()
    )?;
    Ok(failed == 0)
}

fn sentence(verdict: &Verdict) -> String {
    verdict.broken.as_ref().map_or_else(String::new, |Broken { promise, at, what }| {
        format!("broke \"{promise}\" at {:.3} s: {what}", at.0 as f64 / 1e6)
    })
}

/// Ctrl-C ends the judging after the seeds under way; a second one ends the program.
fn stop_on_interrupt(stop: &'static AtomicBool) {
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let Ok(runtime) = runtime else { return };
        runtime.block_on(async {
            while tokio::signal::ctrl_c().await.is_ok() {
                if stop.swap(true, Ordering::Relaxed) {
                    std::process::exit(130);
                }
            }
        });
    });
}
