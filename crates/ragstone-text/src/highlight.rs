//! Showing why a passage was found: the places of query terms, and the window that holds most of them.

use ragstone_core::ByteSpan;

use crate::analysis::Analyzer;

/// Places in `text` whose analysed term is one of the query's, ascending and apart from each other.
///
/// Places that touch or overlap are one place: a whole identifier covers its parts.
pub fn highlights(analyzer: &Analyzer, query: &str, text: &str) -> Vec<ByteSpan> {
    let terms = QueryTerms::new(analyzer, query);
    let mut found: Vec<(usize, usize)> = Vec::new();
    analyzer.visit_some(
        text,
        |first| terms.may_begin_with(first),
        |piece, _, id| {
            if !terms.contain(id) {
                return;
            }
            // Pieces ascend by start, so only the last place can be touched.
            match found.last_mut() {
                Some((_, end)) if piece.start <= *end => *end = (*end).max(piece.end),
                _ => found.push((piece.start, piece.end)),
            }
        },
    );
    found.into_iter().filter_map(|(start, end)| ByteSpan::try_new(start, end)).collect()
}

/// The terms that a query looks for.
struct QueryTerms {
    /// Ascending.
    ids: Vec<u32>,
    /// A bit for each ASCII byte that one of the words begins with, in lower case. Stemming leaves the first letter of a
    /// word alone, so that most words of a text need not be looked up.
    initials: u128,
}

impl QueryTerms {
    fn new(analyzer: &Analyzer, query: &str) -> Self {
        let (mut ids, mut initials) = (Vec::new(), 0);
        analyzer.visit_some(
            query,
            |_| true,
            |_, word, id| {
                ids.push(id);
                initials |= word.bytes().next().map_or(0, bit);
            },
        );
        ids.sort_unstable();
        Self { ids, initials }
    }

    /// `first` is the first byte of a word, in lower case.
    fn may_begin_with(&self, first: u8) -> bool {
        !first.is_ascii() || self.initials & bit(first) != 0
    }

    fn contain(&self, id: u32) -> bool {
        self.ids.binary_search(&id).is_ok()
    }
}

/// The bit of an ASCII byte, and none of another.
fn bit(byte: u8) -> u128 {
    if byte.is_ascii() { 1 << byte } else { 0 }
}

/// The window of at most `max_bytes` that holds the most highlights, cut between words.
///
/// The whole text where it fits, its beginning where nothing is highlighted, and never a cut character; words
/// longer than the window are cut. `highlights` must ascend, as [`highlights`] gives them.
pub fn best_window(text: &str, highlights: &[ByteSpan], max_bytes: usize) -> ByteSpan {
    if text.len() <= max_bytes {
        return ByteSpan::of(text);
    }
    let (first, last) = densest(highlights, max_bytes).unwrap_or((0, 0));
    // What is left over is shared between both sides, so that the highlights stand in their context.
    let spare = max_bytes.saturating_sub(last - first);
    let start = first.saturating_sub(spare / 2).min(text.len().saturating_sub(max_bytes));
    let end = (start + max_bytes).min(text.len());
    window_between_words(text, start, end, (first, last))
}

/// First and last byte of the largest run of highlights that fits; the earliest of equals.
fn densest(highlights: &[ByteSpan], max_bytes: usize) -> Option<(usize, usize)> {
    let mut best: Option<(usize, usize, usize)> = None;
    let mut from = 0;
    for (to, last) in highlights.iter().enumerate() {
        while from < to
            && highlights.get(from).is_some_and(|first| last.end().saturating_sub(first.start()) > max_bytes)
        {
            from += 1;
        }
        let count = to - from + 1;
        let start = highlights.get(from)?.start();
        if best.is_none_or(|(most, ..)| count > most) {
            let end = last.end().min(start.saturating_add(max_bytes)).max(start);
            best = Some((count, start, end));
        }
    }
    best.map(|(_, start, end)| (start, end))
}

/// Moves both ends inwards to word boundaries, but not past `kept`.
fn window_between_words(text: &str, start: usize, end: usize, kept: (usize, usize)) -> ByteSpan {
    let start = text.ceil_char_boundary(start);
    let end = text.floor_char_boundary(end).max(start);
    let is_word_start =
        start == 0 || text.get(..start).is_some_and(|before| before.ends_with(char::is_whitespace));
    let inner_start = if is_word_start {
        start
    } else {
        let head = text.get(start..end).unwrap_or_default();
        head.find(char::is_whitespace).map_or(start, |at| start + at)
    };
    let inner_end =
        if end == text.len() || text.get(end..).is_some_and(|after| after.starts_with(char::is_whitespace)) {
            end
        } else {
            let tail = text.get(start..end).unwrap_or_default();
            tail.rfind(char::is_whitespace).map_or(end, |at| start + at)
        };
    let start = if inner_start <= kept.0 || kept.0 == kept.1 { inner_start } else { start };
    let end = if inner_end >= kept.1 && inner_end > start { inner_end } else { end };
    trimmed(text, start, end)
}

fn trimmed(text: &str, start: usize, end: usize) -> ByteSpan {
    let window = text.get(start..end).unwrap_or_default();
    let start = end - window.trim_start().len();
    let end = start + window.trim().len();
    ByteSpan::try_new(start, end).unwrap_or_else(|| ByteSpan::of(""))
}

#[cfg(test)]
mod tests;
