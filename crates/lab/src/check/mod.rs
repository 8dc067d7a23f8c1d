//! `lab check`: proves exercises. Untouched one stays unsolved, with its solution it is solved, over
//! many seeds.
//!
//! - `files`: where exercises are. `proctor`: watches a lab and judges. `trial`: one run.

mod files;
mod proctor;
mod trial;

use std::io::Write;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use engine::time::Span;
use scenario::Scenario;

use crate::Failure;
pub use files::{Proven, find, load};
pub use proctor::Proctor;
pub use trial::state;
use trial::{Outcome, solved, untouched};

/// What is proven, and how.
#[derive(Debug)]
pub struct Request {
    /// Ids, folders or files; none for the whole catalogue.
    pub exercises: Vec<String>,
    /// The seeds.
    pub seeds: Range<u64>,
    /// Whether the solution is shown as it is played.
    pub show: bool,
    /// Plays the solutions on such servers instead.
    pub against: Option<String>,
}

/// Proves exercises and prints a line for each. False when one does not hold.
///
/// # Errors
/// When there is no such exercise.
pub fn check(request: &Request, out: &mut dyn Write) -> Result<bool, Failure> {
    let (folders, catalogue) = find(&request.exercises)?;
    let mut all_hold = true;
    for folder in folders {
        let id = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let proven = match load(&folder, &catalogue) {
            Ok(proven) => proven,
            Err(faults) => {
                writeln!(out, "{id}: can not be read")?;
                faults.iter().try_for_each(|fault| writeln!(out, "  {fault}"))?;
                all_hold = false;
                continue;
            }
        };
        if let Some(server) = &request.against {
            all_hold &= on_real_servers(&id, &proven, server, request.show, out)?;
            continue;
        }
        if request.show {
            let seed = request.seeds.start;
            solved(&proven.exercise, &proven.solution, seed, out)?;
        }
        all_hold &= report(&id, &proven, &prove(&proven, request.seeds.clone()), out)?;
        out.flush()?;
    }
    Ok(all_hold)
}

#[cfg(target_os = "linux")]
fn on_real_servers(
    id: &str,
    proven: &Proven,
    server: &str,
    show: bool,
    out: &mut dyn Write,
) -> Result<bool, Failure> {
    let Proven { exercise, solution, .. } = proven;
    if let Some(why) = &exercise.head.not_real {
        writeln!(out, "{id}: not for real servers: {why}")?;
        return Ok(true);
    }
    let mut nowhere = std::io::sink();
    let shown: &mut dyn Write = if show { &mut *out } else { &mut nowhere };
    let solved = crate::against::exercise::solve(exercise, solution, server, shown);
    let solved = solved.unwrap_or_else(|Failure(why)| Err(why));
    match &solved {
        Ok(took) => writeln!(out, "{id}: solved on real servers in {} s", took.as_secs())?,
        Err(why) => {
            writeln!(out, "{id}: FAILS on real servers\n  {why}")?;
            writeln!(out, "  look at it: cargo lab check {id} --against {server} --show")?;
        }
    }
    out.flush()?;
    Ok(solved.is_ok())
}

#[cfg(not(target_os = "linux"))]
fn on_real_servers(
    _: &str,
    _: &Proven,
    _: &str,
    _: bool,
    _: &mut dyn Write,
) -> Result<bool, Failure> {
    Err(Failure("--against needs Linux: each host is an address of 127.0.0.0/8".into()))
}

/// What came of all seeds: how long the solution took, and what is wrong, with the seed.
#[derive(Debug, Default)]
pub struct Proof {
    /// How many seeds were tried.
    pub seeds: usize,
    /// The shortest and the longest time that the solution took.
    pub took: Option<(Span, Span)>,
    /// What is wrong, by seed.
    pub wrong: Vec<(u64, String)>,
}

/// Tries all seeds, and the one that learners get, on all cores.
#[must_use]
pub fn prove(proven: &Proven, seeds: Range<u64>) -> Proof {
    let own = proven.exercise.head.seed;
    let own = own.or_else(|| Scenario::open(&proven.exercise.head.lab).ok().map(|it| it.seed));
    let own = own.filter(|seed| !seeds.contains(seed));
    let seeds: Vec<u64> = own.into_iter().chain(seeds).collect();
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Proof { seeds: seeds.len(), ..Proof::default() });
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(&seed) = seeds.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let told = both(proven, seed);
                    let mut found = found.lock().expect("nobody panics while it is held");
                    match told {
                        Ok(Outcome { took, wrong: None }) => {
                            let (least, most) = found.took.unwrap_or((took, took));
                            found.took = Some((least.min(took), most.max(took)));
                        }
                        Ok(Outcome { wrong: Some(why), .. }) | Err(Failure(why)) => {
                            found.wrong.push((seed, why));
                        }
                    }
                }
            });
        }
    });
    let mut proof = found.into_inner().expect("nobody panics while it is held");
    proof.wrong.sort();
    proof
}

fn both(proven: &Proven, seed: u64) -> Result<Outcome, Failure> {
    let alone = untouched(&proven.exercise, seed)?;
    if alone.wrong.is_some() {
        return Ok(alone);
    }
    solved(&proven.exercise, &proven.solution, seed, &mut std::io::sink())
}

fn report(id: &str, proven: &Proven, proof: &Proof, out: &mut dyn Write) -> Result<bool, Failure> {
    let languages = proven.languages.iter().map(|(language, incomplete)| {
        if *incomplete { format!("{language} (incomplete)") } else { language.clone() }
    });
    let languages = languages.collect::<Vec<_>>().join(" ");
    let steps = &proven.exercise.steps;
    let checks: usize = steps.iter().map(|step| step.checks.len()).sum();
    let size = format!("{languages}, {} steps, {checks} checks", steps.len());
    let Some((seed, why)) = proof.wrong.first() else {
        let (least, most) = proof.took.unwrap_or_default();
        writeln!(
            out,
            "{id}: {size}: unsolved untouched, solved with {} seeds in {} to {} s",
            proof.seeds,
            least.as_secs(),
            most.as_secs()
        )?;
        return Ok(true);
    };
    writeln!(out, "{id}: {size}: FAILS with {} of {} seeds", proof.wrong.len(), proof.seeds)?;
    writeln!(out, "  seed {seed}: {why}")?;
    writeln!(out, "  look at it: cargo lab check {id} --seeds {seed} --show")?;
    Ok(false)
}
