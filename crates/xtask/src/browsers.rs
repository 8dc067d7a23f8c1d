//! The browser tests: all of them in Chromium, and chosen ones or all of them in Firefox.

use std::process::Command;

use crate::run::cargo;

/// What runs with everything else: of each topic what leans most on the browser. All of them take as
/// long as Chromium does: `cargo xtask test firefox-whole`.
pub const CHOSEN: [&str; 10] = [
    // Tab, Enter, Space, Escape on every kind of control.
    "accessibility::walkthrough_needs_no_mouse",
    "beliefs::a_node_that_is_cut_off_believes_what_is_not_true_and_the_page_marks_it",
    "clients::load_can_be_typed_and_the_panel_shows_it",
    "designs::a_template_opens_and_a_mistake_leaves_the_lab_as_it_is",
    // Service workers.
    "offline::page_opens_without_a_network_after_the_first_visit",
    "packets::a_fault_is_aimed_from_the_panel_seen_and_undone",
    // Files to save and to choose, the clipboard, the address, a second profile.
    "travel::a_file_brings_a_moment_back_and_damage_leaves_the_lab_as_it_is",
    "travel::a_link_opens_in_another_profile_to_the_same_moment_and_hash",
    // Web workers.
    "workers::killing_a_node_terminates_its_worker_and_restarting_brings_a_new_one",
    "workshop::manual_failover_is_solved_by_clicks_alone",
];

/// The browser tests in Chromium.
pub fn in_chromium() -> Command {
    let mut tests = cargo(&["test", "--locked", "-p", "failover-tests", "--features", "browser"]);
    tests.args(["--test", "browser", "--no-fail-fast", "--", "--test-threads=1", "--nocapture"]);
    tests
}

/// All of them in Firefox.
pub fn whole() -> Command {
    let mut tests = in_chromium();
    tests.env("LAB_BROWSER", "firefox");
    tests
}

/// The chosen ones in Firefox.
pub fn chosen() -> Command {
    let mut tests = whole();
    tests.arg("--exact").args(CHOSEN);
    tests
}
