//! Versions of documents, and what changed between two of them.

use std::fmt::Write as _;

use owo_colors::OwoColorize;
use ragstone_api::history::{StoredVersion, VersionDiff};
use ragstone_core::Result;

use super::hit::printable;
use super::text;

/// Prints a table of versions.
pub(crate) fn versions(versions: &[StoredVersion]) -> Result<()> {
    let mut out = String::new();
    for StoredVersion { document, ended_at } in versions {
        let id = document.id.dimmed().to_string();
        let state = ended_at.as_ref().map_or_else(|| "current".to_owned(), |at| format!("until {at}"));
        let stored = format!("stored {}, {state}, {} bytes", document.updated_at, document.text_len);
        let _ = writeln!(
            out,
            "{id}  version {}  {}  {}\n    {}",
            document.version,
            printable(&document.title).bold(),
            printable(&document.source),
            stored.dimmed()
        );
    }
    let _ = writeln!(out, "{} versions", versions.len());
    text(&out)
}

/// Prints what changed, with removed lines in red and added ones in green.
pub(crate) fn difference(diff: &VersionDiff) -> Result<()> {
    let mut out = String::new();
    for line in printable(&diff.unified).lines() {
        let _ = match line.as_bytes().first() {
            Some(b'-') => writeln!(out, "{}", line.red()),
            Some(b'+') => writeln!(out, "{}", line.green()),
            Some(b'@') => writeln!(out, "{}", line.cyan()),
            _ => writeln!(out, "{line}"),
        };
    }
    if diff.is_cut {
        out.push_str("… the rest is too long to be shown\n");
    }
    let changed = if diff.changed.is_empty() { "nothing".to_owned() } else { diff.changed.join(", ") };
    let _ = writeln!(
        out,
        "version {} to {}: {} lines added, {} removed; besides the text, {changed} changed",
        diff.from, diff.to, diff.added_lines, diff.removed_lines
    );
    text(&out)
}
