//! Documents of many programs with known text, and documents made to do harm.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod archive;
mod hostile;
mod known;
mod small;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use ragstone_text::{ChunkOptions, ExtractError, Extracted, WalkOptions, chunk, walk};

use self::known::{Known, Outcome};
use crate::extract;
use crate::real::data;

/// What became of the files of one format.
#[derive(Default)]
struct Tally {
    known: usize,
    passed: usize,
    /// Files without known text that were read.
    read: usize,
    refused: usize,
}

/// Share of files with known text in which at least 95 % of its words were found, as it was measured.
const FLOORS: [(&str, f64); 11] = [
    ("docx", 1.0),
    ("eml", 0.0),
    ("epub", 1.0),
    ("odp", 1.0),
    ("ods", 1.0),
    ("odt", 1.0),
    ("pdf", 1.0),
    ("pptx", 1.0),
    ("xls", 1.0),
    ("xlsm", 1.0),
    ("xlsx", 1.0),
];

#[test]
fn documents_with_known_text_are_read() {
    let Some(root) = data("formats") else {
        return;
    };
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    let mut lines = Vec::new();
    for path in documents(&root) {
        let extension = path.extension().unwrap_or_default().to_string_lossy().into_owned();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let tally = tallies.entry(extension).or_default();
        let found = extract(&name, &fs::read(&path).unwrap());
        let known = Known::of(&path);
        lines.push(format!("{name:50} {}", tally.add(found, known.as_ref())));
    }
    report(&lines, &tallies);
    for (format, floor) in FLOORS {
        let Some(tally) = tallies.get(format).filter(|tally| tally.known > 0) else {
            continue;
        };
        assert!(tally.share() >= floor, "{format}: {} of {}", tally.passed, tally.known);
    }
}

fn documents(root: &Path) -> Vec<std::path::PathBuf> {
    let is_format = |path: &Path| {
        let extension = path.extension().unwrap_or_default();
        FLOORS.iter().any(|(format, _)| extension == *format)
            || ["doc", "ppt", "msg", "zip", "bin"].iter().any(|other| extension == *other)
    };
    let entries = walk(root, &WalkOptions::default()).filter_map(Result::ok).map(|entry| entry.path);
    let mut paths: Vec<_> = entries.filter(|path| is_format(path)).collect();
    paths.sort();
    paths
}

impl Tally {
    fn add(&mut self, found: Result<Extracted, ExtractError>, known: Option<&Known>) -> String {
        let extracted = match found {
            Ok(extracted) => extracted,
            Err(error) => {
                self.refused += 1;
                self.known += usize::from(known.is_some());
                return format!("refused: {error}");
            }
        };
        let chunks = chunk(&extracted, &ChunkOptions::default());
        assert!(!chunks.is_empty());
        assert!(chunks.iter().all(|chunk| chunk.pages.is_some() != extracted.pages.starts().is_empty()));
        let Some(known) = known else {
            self.read += 1;
            return format!("{} bytes", extracted.text.len());
        };
        self.known += 1;
        let Outcome { share, missing } = known.compare(&extracted);
        self.passed += usize::from(share >= 0.95);
        format!("{share:.3} {}", missing.join(" "))
    }

    #[expect(clippy::cast_precision_loss, reason = "there are few files")]
    fn share(&self) -> f64 {
        self.passed as f64 / self.known as f64
    }
}

#[expect(clippy::print_stderr, reason = "the table is what the test is read for")]
fn report(lines: &[String], tallies: &BTreeMap<String, Tally>) {
    for line in lines {
        eprintln!("{line}");
    }
    eprintln!("{:8} {:>6} {:>7} {:>9} {:>8}", "format", "known", "passed", "other", "refused");
    for (format, tally) in tallies {
        let Tally { known, passed, read, refused } = tally;
        eprintln!("{format:8} {known:>6} {passed:>7} {read:>9} {refused:>8}");
    }
}
