//! `cargo fuzz run rdb`
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(
    init: libfuzzer::write_seeds(&fuzz::RDB),
    |input: &[u8]| (fuzz::RDB.try_it)(input)
);
