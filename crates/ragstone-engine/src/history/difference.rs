//! The difference of two texts.

use std::time::Duration;

use ragstone_core::document::DocumentContent;
use ragstone_core::report::VersionDiff;
use ragstone_core::{Error, ErrorKind, Result};
use similar::{ChangeTag, TextDiff};

/// Longest text that is compared, in bytes.
const LONGEST: usize = 8 << 20;
/// Longest unified difference that is shown, in bytes.
const SHOWN: usize = 256 << 10;
/// Time after which the comparison stops looking for the smallest difference.
const PATIENCE: Duration = Duration::from_secs(2);

/// Compares two versions on a blocking thread.
pub(super) async fn between(from: DocumentContent, to: DocumentContent) -> Result<VersionDiff> {
    for content in [&from, &to] {
        if content.text.len() > LONGEST {
            return Err(Error::new(ErrorKind::TooLarge, "the text is too long to be compared")
                .with_context("version", content.document.version)
                .with_context("limit", LONGEST)
                .with_help("read both versions and compare them yourself"));
        }
    }
    let comparing = tokio::task::spawn_blocking(move || compare(from, to));
    comparing.await.map_err(|source| {
        Error::new(ErrorKind::Unexpected, "two versions cannot be compared").with_source(source)
    })
}

fn compare(from: DocumentContent, to: DocumentContent) -> VersionDiff {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(&from.text, &to.text);
    let (mut added_lines, mut removed_lines) = (0, 0);
    for change in diff.iter_all_changes() {
        match change.tag() {
            ChangeTag::Insert => added_lines += 1,
            ChangeTag::Delete => removed_lines += 1,
            ChangeTag::Equal => {}
        }
    }
    let names = [&from.document, &to.document].map(|document| format!("version {}", document.version));
    let mut unified = diff.unified_diff().header(&names[0], &names[1]).to_string();
    let is_cut = unified.len() > SHOWN;
    if is_cut {
        let end = unified.floor_char_boundary(SHOWN);
        let end = unified.get(..end).and_then(|shown| shown.rfind('\n')).map_or(0, |at| at + 1);
        unified.truncate(end);
    }
    VersionDiff { from: from.document, to: to.document, added_lines, removed_lines, unified, is_cut }
}
