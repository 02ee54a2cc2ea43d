//! Documents that say the same as others, or nearly so.

use std::fmt::Write as _;

use owo_colors::OwoColorize as _;
use ragstone_api::duplicate::{Duplicate, DuplicateGroup};
use ragstone_core::Result;

use super::hit::printable;

/// Prints groups, each document with how much of the first one it says.
pub(crate) fn duplicates(groups: &[DuplicateGroup]) -> Result<()> {
    let mut out = String::new();
    for group in groups {
        let title = printable(&group.title);
        let _ = writeln!(out, "{}  {}  {}", group.document.dimmed(), title.bold(), group.source);
        for duplicate in &group.duplicates {
            let (id, likeness) = (duplicate.document.dimmed(), likeness(duplicate));
            let _ = writeln!(out, "{id}  {:>5}  {}", likeness.dimmed(), duplicate.source);
        }
        let unlisted = group.total.saturating_sub(group.duplicates.len() as u64);
        if unlisted > 0 {
            let _ = writeln!(out, "… and {unlisted} more");
        }
        out.push('\n');
    }
    let _ = writeln!(out, "{}", format!("{} groups", groups.len()).dimmed());
    super::text(&out)
}

/// How alike a document is, for people.
pub(super) fn likeness(duplicate: &Duplicate) -> String {
    if duplicate.is_exact { "same".to_owned() } else { format!("{:.0} %", duplicate.similarity * 100.0) }
}
