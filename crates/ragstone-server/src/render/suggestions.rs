//! Suggestions, and words that were looked for in other spellings.

use std::fmt::Write as _;

use owo_colors::OwoColorize as _;
use ragstone_api::search::Correction;
use ragstone_api::suggest::SuggestResponse;
use ragstone_core::Result;

use super::hit::printable;

/// Prints completions, one for each line, and another spelling of the whole.
pub(crate) fn suggestions(answer: &SuggestResponse) -> Result<()> {
    let mut out = String::new();
    for completion in &answer.completions {
        let _ = writeln!(out, "{}", printable(completion));
    }
    if let Some(text) = &answer.did_you_mean {
        let _ = writeln!(out, "{} {}", "did you mean:".dimmed(), printable(text).bold());
    }
    for missing in &answer.degraded {
        let line = format!("incomplete: {}: {}", missing.collection, missing.reason);
        let _ = writeln!(out, "{}", line.yellow());
    }
    if answer.completions.is_empty() && answer.did_you_mean.is_none() {
        let _ = writeln!(out, "{}", "no suggestions".dimmed());
    }
    super::text(&out)
}

/// A line that says which other words a word was looked for as.
pub(super) fn correction(correction: &Correction) -> String {
    let others: Vec<String> = correction.searched_as.iter().map(|word| printable(word)).collect();
    format!("nothing has `{}`; searched for {} too", printable(&correction.word), others.join(", "))
}
