//! Splitting one long block at the best places inside it.

use memchr::memmem;
use ragstone_core::ByteSpan;

use super::ruler::{Ruler, next_char};

/// Whether a character separates without being content: white space or a byte order mark.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

/// The span without blank ends, but with the indentation of its first line; `None` where nothing is left.
pub(super) fn trim(text: &str, start: usize, end: usize) -> Option<ByteSpan> {
    let (start, end) = (text.floor_char_boundary(start), text.floor_char_boundary(end));
    let whole = text.get(start..end)?;
    let body = whole.trim_start_matches(is_blank);
    let content_start = end - body.len();
    let content_end = content_start + body.trim_end_matches(is_blank).len();
    if content_start == content_end {
        return None;
    }
    let indentation = whole.get(..content_start - start)?.trim_end_matches([' ', '\t']);
    let has_line_start = match indentation.chars().next_back() {
        Some(c) => c == '\n',
        None => start == 0 || text.as_bytes().get(start - 1) == Some(&b'\n'),
    };
    let start = if has_line_start { start + indentation.len() } else { content_start };
    ByteSpan::try_new(start, content_end)
}

/// Parts of `span`, each at most `limit` long and about `target`, whole where it fits.
///
/// `target <= limit` is expected. Every part of the text is looked at a bounded number of times.
pub(super) fn split(
    (text, ruler): (&str, &Ruler<'_>),
    span: ByteSpan,
    is_prose: bool,
    target: usize,
    limit: usize,
) -> Vec<ByteSpan> {
    let mut parts = Vec::new();
    let mut start = span.start();
    loop {
        let left = ruler.between(start, span.end());
        if left <= limit {
            break;
        }
        // Equal parts rather than full ones and a crumb.
        let goal = left / left.div_ceil(target).max(1);
        let low = ruler.at_least(start, goal - goal / 4);
        let high = ruler.at_most(start, (goal + goal / 4).min(limit)).max(next_char(text, start));
        let cut = best_cut(text, low.min(high), high, is_prose);
        parts.extend(trim(text, start, cut));
        start = cut;
    }
    parts.extend(trim(text, start, span.end()));
    parts
}

/// Best place in `low..=high`: after a blank line, a sentence, a line or a word; else `high`.
fn best_cut(text: &str, low: usize, high: usize, is_prose: bool) -> usize {
    let window = text.get(low..high).unwrap_or_default();
    let bytes = window.as_bytes();
    let after_blank_line = || memmem::rfind(bytes, b"\n\n").map(|at| at + 2);
    let after_line = || memchr::memrchr(b'\n', bytes).map(|at| at + 1);
    let after_sentence = || if is_prose { last_sentence_end(window) } else { None };
    let after_word = || {
        let (at, c) = window.char_indices().rev().find(|(_, c)| c.is_whitespace())?;
        Some(at + c.len_utf8())
    };
    after_blank_line()
        .or_else(after_sentence)
        .or_else(after_line)
        .or_else(after_word)
        .map_or(high, |at| low + at)
}

/// End of the last sentence that is followed by white space, or of the last one in a script without spaces.
fn last_sentence_end(window: &str) -> Option<usize> {
    let mut follows_blank = false;
    for (at, c) in window.char_indices().rev() {
        let is_end = match c {
            '.' | '!' | '?' => follows_blank,
            '。' | '！' | '？' => true,
            _ => false,
        };
        if is_end {
            return Some(at + c.len_utf8());
        }
        follows_blank = c.is_whitespace() || (follows_blank && matches!(c, '"' | '\'' | ')' | '”' | '’'));
    }
    None
}
