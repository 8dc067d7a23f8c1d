//! `cargo fuzz run requests`
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(
    init: libfuzzer::write_seeds(&fuzz::REQUESTS),
    |input: &[u8]| (fuzz::REQUESTS.try_it)(input)
);
