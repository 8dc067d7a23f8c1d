//! `cargo fuzz run packets`
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(
    init: libfuzzer::write_seeds(&fuzz::PACKETS),
    |input: &[u8]| (fuzz::PACKETS.try_it)(input)
);
