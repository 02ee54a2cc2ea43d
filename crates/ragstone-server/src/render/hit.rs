//! Hits with highlighted words and their citations.

use std::fmt::Write as _;

use owo_colors::OwoColorize;
use ragstone_api::citation::Citation;
use ragstone_api::detail::Detail;
use ragstone_api::place::Pages;
use ragstone_api::search::{Hit, SearchResponse};
use ragstone_core::{ByteSpan, Result};
use ragstone_text::best_window;

/// Bytes of a passage that are shown.
const WINDOW: usize = 480;

/// Prints the hits of a search; of whole documents all that there is.
pub(crate) fn hits(answer: &SearchResponse, detail: Detail) -> Result<()> {
    let window = if detail == Detail::Full { usize::MAX } else { WINDOW };
    let mut out = String::new();
    for (number, hit) in (1..).zip(&answer.hits) {
        out.push_str(&entry(number, hit, window));
    }
    if let Some(explanation) = &answer.explanation {
        let _ = writeln!(out, "{}", super::explanation::table(explanation, &answer.hits));
    }
    if let Some(facets) = &answer.facets {
        out.push_str(&super::facets(facets));
    }
    for correction in &answer.corrections {
        let _ = writeln!(out, "{}", super::suggestions::correction(correction).yellow());
    }
    for missing in &answer.degraded {
        let line = format!("incomplete: {} of {}: {}", missing.leg, missing.collection, missing.reason);
        let _ = writeln!(out, "{}", line.yellow());
    }
    let count = answer.hits.len();
    let footer = format!("{count} {} in {:.1} ms", if count == 1 { "hit" } else { "hits" }, answer.took_ms);
    let _ = writeln!(out, "{}", footer.dimmed());
    super::text(&out)
}

/// Prints an example search with its best hit.
pub(crate) fn example(query: &str, hit: &Hit) {
    let query = query.replace('"', "\\\"");
    anstream::println!("\nTry: {}\n", format!("ragstone search \"{query}\"").bold());
    anstream::println!("{}", entry(1, hit, WINDOW));
}

fn entry(number: u32, hit: &Hit, window: usize) -> String {
    let citation = &hit.citation;
    let score = format!("{:.2}", hit.score);
    let heading = citation.headings.join(" > ");
    let title = printable(if heading.is_empty() { &citation.title } else { &heading });
    let place = place(citation);
    format!(
        "{number}. {}  {}\n   {}\n{}\n\n",
        title.bold(),
        score.dimmed(),
        place.cyan(),
        quotation(hit, window)
    )
}

/// Where a citation points: the source with its lines.
pub(super) fn place(citation: &Citation) -> String {
    let source = url::Url::parse(&citation.source)
        .ok()
        .and_then(|url| url.to_file_path().ok())
        .map_or_else(|| citation.source.clone(), |path| path.display().to_string());
    let (first, last) = (citation.lines.first, citation.lines.last);
    let lines = if first == last { first.to_string() } else { format!("{first}-{last}") };
    let pages = citation.pages.map(pages).unwrap_or_default();
    format!(
        "{source}:{lines}  [{pages}bytes {}..{}, version {}]",
        citation.span.start, citation.span.end, citation.version
    )
}

fn pages(pages: Pages) -> String {
    if pages.first == pages.last {
        format!("page {}, ", pages.first)
    } else {
        format!("pages {}-{}, ", pages.first, pages.last)
    }
}

/// The part of the text with most of the matching words, which are set in bold.
fn quotation(hit: &Hit, most: usize) -> String {
    let marks: Vec<ByteSpan> = hit.highlights.iter().filter_map(|span| span.into_span().ok()).collect();
    let window = best_window(&hit.text, &marks, most);
    let mut out = String::new();
    let mut at = window.start();
    for mark in marks.into_iter().filter(|mark| window.contains(*mark)) {
        out.push_str(&printable(hit.text.get(at..mark.start()).unwrap_or_default()));
        out.push_str(&printable(mark.slice(&hit.text).unwrap_or_default()).bold().yellow().to_string());
        at = mark.end();
    }
    out.push_str(&printable(hit.text.get(at..window.end()).unwrap_or_default()));
    let indented: Vec<String> = out.lines().map(|line| format!("   {line}")).collect();
    indented.join("\n")
}

/// Text without control characters, with which a document could steer the reader's terminal.
pub(super) fn printable(text: &str) -> String {
    text.chars().filter(|char| !char.is_control() || matches!(char, '\n' | '\t')).collect()
}
