//! What the tree of a page would cost, told from its tags before one is built.
//!
//! Building a tree is linear for pages that are written to be read, but a page can be written to make it quadratic
//! and worse: by nesting, by formatting that is left open and has to be repeated in each paragraph, by attributes.

use super::scan::{Markup, Scanner};

/// Largest page of which a tree is built.
const MAX_BYTES: usize = 2 * 1024 * 1024;
/// Deepest nesting; pages of the wild stay below 60.
const MAX_DEPTH: usize = 200;
/// Most nodes, counted high.
const MAX_NODES: usize = 200_000;
/// Most attributes of one element, counted high.
const MAX_ATTRIBUTES: usize = 200;

/// Elements that end by themselves where the next of their kind begins, and so do not nest when left open.
const SELF_ENDING: &[&str] =
    &["dd", "dt", "li", "option", "p", "rp", "rt", "tbody", "td", "tfoot", "th", "thead", "tr"];

/// Elements that are opened again in every block, until their end tag is met.
const FORMATTING: &[&str] =
    &["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// Elements that a table needs around each cell; they count for the table.
const NODES_OF_TABLE: usize = 4;

/// Whether a tree of the page is small and flat enough to be built and walked.
pub(super) fn is_affordable(html: &str) -> bool {
    if html.len() > MAX_BYTES {
        return false;
    }
    let (mut depth, mut formatting, mut nodes) = (0_usize, 0_usize, 0_usize);
    for markup in Scanner::new(html) {
        match markup {
            Markup::Text(text) => nodes += memchr::memchr_iter(b'&', text.as_bytes()).count(),
            Markup::Start { name, attributes, is_void } => {
                if attribute_count(attributes) > MAX_ATTRIBUTES {
                    return false;
                }
                if !is_void {
                    depth += weight(&name);
                    formatting += usize::from(FORMATTING.contains(&name.as_str()));
                }
            }
            Markup::End { name } => {
                depth = depth.saturating_sub(weight(&name));
                formatting = formatting.saturating_sub(usize::from(FORMATTING.contains(&name.as_str())));
            }
        }
        nodes += 1 + formatting;
        if depth > MAX_DEPTH || nodes > MAX_NODES {
            return false;
        }
    }
    true
}

fn weight(name: &str) -> usize {
    match name {
        "table" => NODES_OF_TABLE,
        name => usize::from(!SELF_ENDING.contains(&name)),
    }
}

/// At least the number of attributes: the runs of blanks before them, and their quotes, are counted.
fn attribute_count(attributes: &str) -> usize {
    let is_blank = |byte: u8| byte.is_ascii_whitespace() || byte == b'/';
    let mut count = 0;
    let mut quote = None;
    let mut before = b' ';
    for byte in attributes.bytes() {
        if quote.is_none() {
            let is_quote = matches!(byte, b'"' | b'\'');
            quote = is_quote.then_some(byte);
            count += usize::from(is_quote || (is_blank(byte) && !is_blank(before)));
        } else if quote == Some(byte) {
            quote = None;
        }
        before = byte;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_made_to_be_expensive_are_not_affordable() {
        for html in [
            "<div>".repeat(201),
            "<table><tr><td>".repeat(60),
            format!("{}{}", "<b>".repeat(100), "<p>x".repeat(10_000)),
            format!("<p {}>", "a ".repeat(1000)),
            format!("<p {}>", "a='b'".repeat(1000)),
            "&amp;".repeat(210_000),
            " ".repeat(MAX_BYTES + 1),
        ] {
            assert!(!is_affordable(&html), "{}", &html[..30]);
        }
    }

    #[test]
    fn long_pages_are_affordable() {
        for html in [
            "<li>a<p>b<td>c".repeat(20_000),
            "<div><table><tr><td><b>x</b></table></div>".repeat(10_000),
            format!("<img src='{}'>", " / ".repeat(100_000)),
        ] {
            assert!(is_affordable(&html), "{}", &html[..30]);
        }
    }
}
