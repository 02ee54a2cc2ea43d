//! Splitting identifiers at underscores and capitals.

use super::class::INNER;
use super::{Form, Piece, Scanner};

/// Shortest identifier that is split at capitals; shorter ones are mostly abbreviations such as `HeLa`.
const MIN_CAMEL_BYTES: usize = 6;

impl<F: FnMut(Piece)> Scanner<'_, '_, F> {
    /// A word without separators; `classes` says whether it may have parts.
    pub(super) fn identifier(&mut self, start: usize, end: usize, classes: u8) {
        if classes & INNER == 0 {
            self.push_word(start, end);
        } else {
            self.split(start, end);
        }
    }

    fn split(&mut self, start: usize, end: usize) {
        let raw = self.text.get(start..end).unwrap_or_default();
        let start = end - raw.trim_start_matches('_').len();
        let name = raw.trim_matches('_');
        let end = start + name.len();
        if name.is_empty() {
            return;
        }
        let mut parts = std::mem::take(&mut self.parts);
        parts.clear();
        let mut at = start;
        for word in name.split('_') {
            if !word.is_empty() {
                push_camel_parts(word, at, &mut parts);
            }
            at += word.len() + 1;
        }
        if parts.len() > 1 {
            let form = if name.contains('_') { Form::Whole } else { Form::Camel };
            self.push_whole(start, end, form);
        }
        for &(part_start, part_end) in &parts {
            self.push_word(part_start, part_end);
        }
        self.parts = parts;
    }
}

/// Adds the parts of `word`, which begins at `start`; the word itself where it is not worth splitting.
fn push_camel_parts(word: &str, start: usize, parts: &mut Vec<(usize, usize)>) {
    let known = parts.len();
    let bytes = word.as_bytes();
    let mut from = 0;
    for at in 1..bytes.len() {
        if begins_part(bytes, at) {
            parts.push((start + from, start + at));
            from = at;
        }
    }
    parts.push((start + from, start + bytes.len()));
    let found = parts.get(known..).unwrap_or_default();
    if found.len() > 1 && !is_worth_splitting(bytes, start, found) {
        parts.truncate(known);
        parts.push((start, start + bytes.len()));
    }
}

/// Whether a part begins at `at`: at a capital after anything else, or at the last capital of several.
fn begins_part(bytes: &[u8], at: usize) -> bool {
    let is_upper = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_uppercase);
    let is_lower = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_lowercase);
    if !is_upper(at) {
        return false;
    }
    let is_plural_acronym = bytes.get(at + 1..) == Some(b"s");
    !is_upper(at - 1) || (is_lower(at + 1) && !is_plural_acronym)
}

/// Whether the parts are words rather than an abbreviation such as `mRNA`, `PhD` or `siRNAs`.
fn is_worth_splitting(word: &[u8], start: usize, parts: &[(usize, usize)]) -> bool {
    let len = |part: &(usize, usize)| part.1 - part.0;
    let Some((first, rest)) = parts.split_first() else {
        return false;
    };
    let words = parts.iter().filter(|part| len(part) >= 2).count();
    let tail = word.get(first.1 - start..).unwrap_or_default();
    let tail = tail.strip_suffix(b"s").unwrap_or(tail);
    let is_prefixed_acronym = len(first) <= 2 && rest.len() == 1 && !tail.iter().any(u8::is_ascii_lowercase);
    word.len() >= MIN_CAMEL_BYTES && len(first) >= 2 && words >= 2 && !is_prefixed_acronym
}
