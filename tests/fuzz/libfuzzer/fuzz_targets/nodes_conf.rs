//! `cargo fuzz run nodes_conf`
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(
    init: libfuzzer::write_seeds(&fuzz::NODES_CONF),
    |input: &[u8]| (fuzz::NODES_CONF.try_it)(input)
);
