//! How well a text is read: its words against those that were expected.

use std::collections::HashMap;

/// Measure by which a page is well read.
const WELL_READ: f64 = 0.9;

/// Words of a text, without case and marks, and how often each is there.
fn words(text: &str) -> HashMap<String, usize> {
    let mut words = HashMap::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        *words.entry(word.to_lowercase()).or_default() += 1;
    }
    words
}

/// Harmonic mean of precision and recall of the words.
#[cfg(feature = "html")]
#[expect(clippy::cast_precision_loss, reason = "numbers of words of a page are small")]
pub(crate) fn f1(found: &str, expected: &str) -> f64 {
    let (found, expected) = (words(found), words(expected));
    let shared: usize = found.iter().map(|(word, count)| *count.min(expected.get(word).unwrap_or(&0))).sum();
    let all: usize = found.values().chain(expected.values()).sum();
    if all == 0 { 1.0 } else { 2.0 * shared as f64 / all as f64 }
}

/// Share of the expected words that were found.
#[expect(clippy::cast_precision_loss, reason = "numbers of words of a page are small")]
pub(crate) fn recall(found: &str, expected: &str) -> f64 {
    let (found, expected) = (words(found), words(expected));
    let shared: usize = expected.iter().map(|(word, count)| *count.min(found.get(word).unwrap_or(&0))).sum();
    shared as f64 / expected.values().sum::<usize>().max(1) as f64
}

/// Text of HTML or Markdown without tags, read in another way than the crate does.
pub(crate) fn without_tags(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        text.push(' ');
        rest = tag.split_once('>').map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    for (reference, character) in
        [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")]
    {
        text = text.replace(reference, character);
    }
    text
}

/// Markdown without images and without the targets of links, which are not for reading.
pub(crate) fn without_targets(markdown: &str) -> String {
    let mut text = String::new();
    let mut rest = markdown;
    while let Some((before, target)) = rest.split_once("](") {
        text.push_str(match before.rsplit_once("![") {
            Some((before, _)) => before,
            None => before,
        });
        rest = target.split_once(')').map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    text
}

/// Prints a summary and returns the mean.
#[expect(
    clippy::print_stderr,
    clippy::cast_precision_loss,
    reason = "the measured figures are what the test is for, and pages are few"
)]
pub(crate) fn mean(name: &str, figures: &mut [(f64, String)]) -> f64 {
    figures.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mean = figures.iter().map(|(f1, _)| f1).sum::<f64>() / figures.len() as f64;
    let well_read = figures.iter().filter(|(f1, _)| *f1 >= WELL_READ).count();
    eprintln!("{name}: {} pages, mean F1 {mean:.4}, {well_read} at {WELL_READ} or better", figures.len());
    for (f1, page) in figures.iter().filter(|(f1, _)| *f1 < WELL_READ) {
        eprintln!("  {f1:.3} {page}");
    }
    mean
}
