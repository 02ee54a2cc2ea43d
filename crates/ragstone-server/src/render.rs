//! What the command line prints for people. JSON and results go to standard output, everything else to standard error.

use std::fmt::Write as _;
use std::io::{BufRead as _, IsTerminal as _, Write as _};

use owo_colors::OwoColorize;
use ragstone_api::collection::Collection;
use ragstone_api::document::{Document, Passage};
use ragstone_api::ingest::IngestReport;
use ragstone_auth::BearerToken;
use ragstone_core::{Error, ErrorKind, Result};
use serde::Serialize;

pub(crate) use self::context::context;
pub(crate) use self::duplicates::duplicates;
pub(crate) use self::facets::facets;
pub(crate) use self::graphs::{analysis, graph_algorithms, graph_schema, graphs};
pub(crate) use self::history::{difference, versions};
pub(crate) use self::hit::{example, hits};
pub(crate) use self::jobs::{job, jobs};
pub(crate) use self::migration::{MigrationBar, migration};
pub(crate) use self::preview::preview;
pub(crate) use self::progress::ProgressBar;
pub(crate) use self::repositories::{repositories, repositories_as_json};
pub(crate) use self::saved_searches::{saved_search, saved_searches};
pub(crate) use self::similar::similar;
pub(crate) use self::suggestions::suggestions;

mod context;
mod duplicates;
mod explanation;
mod facets;
mod graphs;
mod history;
mod hit;
mod jobs;
mod migration;
mod preview;
mod progress;
mod repositories;
mod saved_searches;
mod similar;
mod suggestions;

/// Failures that are listed one by one; the rest is counted.
const LISTED_FAILURES: usize = 20;

// ---- Results ----

/// Prints a value as indented JSON.
pub(crate) fn json(value: &impl Serialize) -> Result<()> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|source| Error::new(ErrorKind::Unexpected, "cannot write JSON").with_source(source))?;
    self::text(&format!("{text}\n"))
}

/// Prints a value as JSON on a line of its own.
pub(crate) fn json_line(value: &impl Serialize) -> Result<()> {
    let text = serde_json::to_string(value)
        .map_err(|source| Error::new(ErrorKind::Unexpected, "cannot write JSON").with_source(source))?;
    self::text(&format!("{text}\n"))
}

/// Prints text as it is. A reader that went away is no failure.
pub(crate) fn text(text: &str) -> Result<()> {
    match anstream::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error::new(ErrorKind::Unexpected, "cannot write to standard output").with_source(error))
        }
        _ => Ok(()),
    }
}

/// Prints one line.
pub(crate) fn done(line: &str) {
    anstream::println!("{line}");
}

/// Prints a table of documents.
pub(crate) fn documents(documents: &[Document]) -> Result<()> {
    let mut out = String::new();
    for document in documents {
        let id = document.id.dimmed().to_string();
        let _ = writeln!(out, "{id}  {}  {}", document.title.bold(), document.source);
    }
    let _ = writeln!(out, "{} documents", documents.len());
    text(&out)
}

/// Prints what is known of a document.
pub(crate) fn document(document: &Document) {
    anstream::println!("{}", document.title.bold());
    anstream::println!("{}", document.source);
    let language = document.language.as_ref().map_or_else(String::new, |language| format!(" in {language}"));
    let facts = format!(
        "{}{language} · version {} · {} chunks · {} bytes of text · updated {}",
        document.format, document.version, document.chunks, document.text_len, document.updated_at
    );
    anstream::println!("{}", facts.dimmed());
    if let Some(access) = document.access.as_ref().filter(|access| !access.is_open()) {
        for (word, entries) in [("allowed", &access.allow), ("denied", &access.deny)] {
            let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
            let line =
                format!("{word}: {}", if entries.is_empty() { "-".to_owned() } else { entries.join(", ") });
            anstream::println!("{}", line.dimmed());
        }
    }
    anstream::println!();
}

/// Prints a passage with its place.
pub(crate) fn passage(passage: &Passage) -> Result<()> {
    text(&format!("{}\n{}\n", hit::place(&passage.citation).dimmed(), passage.text))
}

/// Prints a table of collections.
pub(crate) fn collections(collections: &[Collection]) -> Result<()> {
    let mut out = String::new();
    for collection in collections {
        let sizes = format!("{} documents, {} chunks", collection.documents, collection.chunks);
        let _ = writeln!(out, "{}  {}  {}", collection.name.bold(), sizes, collection.description.dimmed());
    }
    text(&out)
}

/// Prints a fresh token and the lines that allow it.
pub(crate) fn token(token: &str, lines: &str) {
    anstream::println!("{token}");
    anstream::eprintln!(
        "\nThe token is shown only now. These lines in the configuration allow it:\n\n{lines}"
    );
}

// ---- Progress ----

/// Says that requests are answered from now on.
pub(crate) fn ready(base: &str) {
    anstream::eprintln!("{} {base}", "listening on".dimmed());
}

/// Says something in passing, on standard error.
pub(crate) fn note(line: &str) {
    anstream::eprintln!("{}", line.dimmed());
}

/// Says what somebody should look at, on standard error.
pub(crate) fn warning(word: &str, line: &str) {
    anstream::eprintln!("{} {}", word.yellow().bold(), line.trim_end());
}

/// Says that there is no model, and why.
pub(crate) fn keyword_only(reason: &str) {
    anstream::eprintln!(
        "{} there is no model for search by meaning ({reason}); `ragstone model pull` brings one",
        "search is by keyword:".yellow().bold()
    );
}

/// Says what an ingest did, on standard error.
pub(crate) fn ingested(report: &ragstone_core::report::IngestReport) {
    summary(&IngestReport::from(report.clone()), &mut anstream::stderr());
}

/// Prints what an ingest did.
pub(crate) fn ingest_report(report: &IngestReport) {
    summary(report, &mut anstream::stdout());
}

fn summary(report: &IngestReport, out: &mut impl std::io::Write) {
    let counts = format!(
        "{} new, {} changed, {} unchanged, {} deleted, {} failed",
        report.created, report.updated, report.unchanged, report.deleted, report.failed_total
    );
    let took = format!("in {:.1} s", report.took_ms / 1000.0);
    // A closed terminal must not stop the server.
    let _ = writeln!(out, "{} {counts} {took}", "indexed:".green().bold());
    for failure in report.failed.iter().take(LISTED_FAILURES) {
        let _ = writeln!(out, "{} {}: {}", "skipped:".yellow().bold(), failure.path, failure.detail);
        if let Some(help) = &failure.help {
            let _ = writeln!(out, "         {}", help.dimmed());
        }
    }
    for duplicate in report.duplicates.iter().take(LISTED_FAILURES) {
        let (source, of) = (&duplicate.source, &duplicate.of);
        let likeness = duplicates::likeness(of);
        let _ = writeln!(out, "{} {source} is like {} ({likeness})", "duplicate:".yellow().bold(), of.source);
    }
    let unlisted = report.duplicates_total.saturating_sub(LISTED_FAILURES as u64);
    if unlisted > 0 {
        let _ = writeln!(out, "         … and {unlisted} more; `ragstone documents duplicates` lists them");
    }
    let unlisted = report.failed_total.saturating_sub(LISTED_FAILURES as u64);
    if unlisted > 0 {
        let _ = writeln!(out, "         … and {unlisted} more");
    }
}

/// Says where the server is and how clients reach it.
///
/// The token is printed where a person reads; a service manager's journal gets the name of its file instead.
pub(crate) fn served(base: &str, admin: &BearerToken, journal: Option<&std::path::Path>) {
    let file = journal.filter(|_| !std::io::stdout().is_terminal()).map(|path| path.display().to_string());
    let token = file.map_or_else(|| admin.expose().to_owned(), |file| format!("<content of {file}>"));
    let client = serde_json::json!({"mcpServers": {"ragstone": {
        "type": "http",
        "url": format!("{base}/mcp"),
        "headers": {"Authorization": format!("Bearer {token}")},
    }}});
    let client = serde_json::to_string_pretty(&client).unwrap_or_default();
    anstream::println!("\n{}  {base}/api/v1   (documentation: {base}/docs)", "REST".bold());
    anstream::println!("{}   {base}/mcp", "MCP".bold());
    anstream::println!("{} {token}   (admin of this machine; keep it to yourself)", "token".bold());
    anstream::println!("\nMCP client configuration:\n{client}");
    anstream::println!("\nCtrl-C stops the server.");
}

// ---- Questions ----

/// Asks before something is destroyed; without a terminal to ask on, `--yes` is needed.
pub(crate) fn confirm(action: &str, yes: bool) -> Result<()> {
    if yes {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        return Err(Error::new(ErrorKind::FailedPrecondition, "the deletion was not confirmed")
            .with_help("pass --yes where nobody can be asked"));
    }
    anstream::eprint!("{action}? [y/N] ");
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    if read.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes") {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Cancelled, "nothing was deleted"))
}
