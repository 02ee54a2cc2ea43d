//! Fuzz targets over the languages and small values that callers write.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ragstone_fuzz::{target, values};

fuzz_target!(init: target::choose(values::TARGETS), |bytes: &[u8]| target::run(bytes));
