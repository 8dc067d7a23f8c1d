//! Some exercises, solved on real servers as in the lab. `cargo lab check --against redis-server` takes
//! all of them.
#![cfg(target_os = "linux")]

use failover_tests::say;
use failover_tests::servers::Program;
use lab::against::exercise::solve;
use lab::check::{find, load};

/// A reshard, and a frozen process that clients run into.
const CHOSEN: [&str; 2] = ["moving-slots", "the-frozen-process"];

#[test]
fn what_solves_an_exercise_in_the_lab_solves_it_on_real_servers() {
    if Program::Redis.is_missing("exercises on real servers") {
        return;
    }
    let names: Vec<String> = CHOSEN.iter().map(|id| (*id).to_owned()).collect();
    let (folders, catalogue) = find(&names).expect("they are in the catalogue");
    for folder in folders {
        let proven = load(&folder, &catalogue).unwrap_or_else(|faults| panic!("{faults:?}"));
        let id = &proven.exercise.head.id;
        let mut shown = Vec::new();
        let solved = solve(&proven.exercise, &proven.solution, "redis-server", &mut shown);
        let solved = solved.unwrap_or_else(|failure| Err(failure.to_string()));
        let took =
            solved.unwrap_or_else(|why| panic!("{id}: {why}\n{}", String::from_utf8_lossy(&shown)));
        say(&format!("{id}: solved on real servers in {} s", took.as_secs()));
    }
}
