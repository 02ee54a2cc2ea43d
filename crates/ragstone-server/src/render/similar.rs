//! Documents that are like another one.

use std::fmt::Write as _;

use owo_colors::OwoColorize as _;
use ragstone_api::similar::SimilarResponse;
use ragstone_core::Result;

use super::hit::printable;

/// Prints documents with their scores.
pub(crate) fn similar(answer: &SimilarResponse) -> Result<()> {
    let mut out = String::new();
    for similar in &answer.documents {
        let document = &similar.document;
        let score = format!("{:.2}", similar.score);
        let (id, title) = (document.id.dimmed(), printable(&document.title));
        let _ = writeln!(out, "{id}  {}  {}  {}", score.dimmed(), title.bold(), document.source);
    }
    for missing in &answer.degraded {
        let line = format!("incomplete: {} of {}: {}", missing.leg, missing.collection, missing.reason);
        let _ = writeln!(out, "{}", line.yellow());
    }
    let by = if answer.leg == "semantic" { "by meaning" } else { "by words" };
    let _ = writeln!(out, "{}", format!("{} documents, {by}", answer.documents.len()).dimmed());
    super::text(&out)
}
