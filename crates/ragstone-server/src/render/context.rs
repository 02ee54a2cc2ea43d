//! Contexts: the text for the model, and beside it what people want to know.

use std::io::IsTerminal as _;

use owo_colors::OwoColorize as _;
use ragstone_api::context::ContextResponse;
use ragstone_core::Result;

/// Prints the text as it is, so that it can be passed on; the rest goes to standard error.
///
/// On a terminal it is printed without control characters, with which a document could steer it.
pub(crate) fn context(answer: &ContextResponse) -> Result<()> {
    if std::io::stdout().is_terminal() {
        super::text(&format!("{}\n", super::hit::printable(&answer.text)))?;
    } else {
        super::text(&format!("{}\n", answer.text))?;
    }
    for correction in &answer.corrections {
        anstream::eprintln!("{}", super::suggestions::correction(correction).yellow());
    }
    for missing in &answer.degraded {
        let line = format!("incomplete: {} of {}: {}", missing.leg, missing.collection, missing.reason);
        anstream::eprintln!("{}", line.yellow());
    }
    let facts = format!(
        "{} tokens, {} citations, {} repeated passages left out",
        answer.tokens,
        answer.citations.len(),
        answer.duplicates
    );
    anstream::eprintln!("{}", facts.dimmed());
    if let Some(cursor) = &answer.next_cursor {
        anstream::eprintln!("{} --cursor {cursor}", "more:".dimmed());
    }
    Ok(())
}
