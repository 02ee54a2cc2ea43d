//! Fuzz targets over everything that reads texts and documents.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ragstone_fuzz::{readers, target};

fuzz_target!(init: target::choose(readers::TARGETS), |bytes: &[u8]| target::run(bytes));
