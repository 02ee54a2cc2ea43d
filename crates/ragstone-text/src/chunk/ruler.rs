//! How long passages are, in the unit that chunks are measured in.

use ragstone_core::ByteSpan;

/// Longest piece in bytes, but for the rest of its last character.
const MAX_PIECE: usize = 48;
/// White space that counts as one, in bytes; less counts nothing.
const BLANK_PIECE: usize = 64;

/// Cuts a text into what a measure is asked about: words between white space, ideographs each alone, and parts of what
/// is very long.
///
/// White space is left out, but for runs of 64 bytes. Costs one pass over the text.
pub fn measured_pieces(text: &str) -> impl Iterator<Item = &str> {
    Pieces { text, at: 0 }.filter_map(|(start, end)| text.get(start..end))
}

/// Tokens of a piece where no tokenizer says how many there are: one for each five letters or digits in a row, and one
/// for each other character.
///
/// Made to err upwards: the vocabularies of models join most words of English to fewer.
pub fn estimated_tokens(piece: &str) -> usize {
    let (mut tokens, mut run) = (0, 0_usize);
    for c in piece.chars() {
        if c.is_alphanumeric() && !is_ideograph(c) {
            run += 1;
        } else {
            tokens += run.div_ceil(5) + 1;
            run = 0;
        }
    }
    tokens + run.div_ceil(5)
}

/// Measures passages of one text.
pub(super) enum Ruler<'t> {
    /// In bytes.
    Bytes(&'t str),
    /// In what a measure counts, which was asked about each piece once.
    Pieces { text: &'t str, marks: Vec<Mark>, total: u32 },
}

/// A piece, with what is counted before it.
pub(super) struct Mark {
    start: u32,
    end: u32,
    before: u32,
}

impl<'t> Ruler<'t> {
    pub(super) fn of_pieces(text: &'t str, measure: &dyn Fn(&str) -> usize) -> Self {
        let (mut marks, mut total) = (Vec::new(), 0_u32);
        for (start, end) in (Pieces { text, at: 0 }) {
            let piece = text.get(start..end).unwrap_or_default();
            let is_blank = piece.starts_with(char::is_whitespace);
            let count = if is_blank { 1 } else { measure(piece).max(1) };
            marks.push(Mark { start: small(start), end: small(end), before: total });
            total = total.saturating_add(small(count));
        }
        Self::Pieces { text, marks, total }
    }

    pub(super) fn len(&self, span: ByteSpan) -> usize {
        self.between(span.start(), span.end())
    }

    /// Length of what lies between two bytes.
    pub(super) fn between(&self, start: usize, end: usize) -> usize {
        match self {
            Self::Bytes(_) => end.saturating_sub(start),
            Self::Pieces { marks, total, .. } => {
                (before(marks, *total, end).saturating_sub(before(marks, *total, start))) as usize
            }
        }
    }

    /// First place that is at least `length` behind `start`, between two characters.
    pub(super) fn at_least(&self, start: usize, length: usize) -> usize {
        match self {
            Self::Bytes(text) => text.ceil_char_boundary(start + length),
            Self::Pieces { .. } => self.at_most(start, length),
        }
    }

    /// Last place that is at most `length` behind `start`, between two characters and behind one.
    pub(super) fn at_most(&self, start: usize, length: usize) -> usize {
        match self {
            Self::Bytes(text) => text.floor_char_boundary(start + length).max(next_char(text, start)),
            Self::Pieces { text, marks, total } => {
                let most = before(marks, *total, start).saturating_add(small(length));
                // The piece that goes beyond begins with what no longer fits.
                let fitting = marks.partition_point(|mark| mark.before <= most);
                let last = marks.get(fitting.saturating_sub(1));
                let end = match last {
                    Some(mark) if fitting < marks.len() || *total > most => mark.start as usize,
                    _ => text.len(),
                };
                let end = if end > start { end } else { within(text, (marks, *total), start, length) };
                end.max(next_char(text, start))
            }
        }
    }

    /// First place from which it is at most `length` to `end`, between two characters.
    pub(super) fn back(&self, end: usize, length: usize) -> usize {
        match self {
            Self::Bytes(text) => text.ceil_char_boundary(end.saturating_sub(length)),
            Self::Pieces { marks, total, .. } => {
                let least = before(marks, *total, end).saturating_sub(small(length));
                let first = marks.partition_point(|mark| mark.before < least);
                marks.get(first).map_or(end, |mark| (mark.start as usize).min(end))
            }
        }
    }
}

/// What is counted before a byte; of a piece that holds it, the share that lies before.
fn before(marks: &[Mark], total: u32, at: usize) -> u32 {
    let at = small(at);
    let index = marks.partition_point(|mark| mark.end <= at);
    let Some(mark) = marks.get(index) else { return total };
    if mark.start >= at {
        return mark.before;
    }
    let count = marks.get(index + 1).map_or(total, |next| next.before) - mark.before;
    let share = u64::from(count) * u64::from(at - mark.start) / u64::from(mark.end - mark.start);
    mark.before + u32::try_from(share).unwrap_or(count)
}

/// Where to end within a piece that is too long alone.
fn within(text: &str, (marks, total): (&[Mark], u32), start: usize, length: usize) -> usize {
    let index = marks.partition_point(|mark| mark.end as usize <= start);
    let Some(mark) = marks.get(index) else { return text.len() };
    let count = marks.get(index + 1).map_or(total, |next| next.before) - mark.before;
    let share = (mark.end - mark.start) as usize * length / (count.max(1) as usize);
    text.floor_char_boundary((start + share).min(mark.end as usize))
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

pub(super) fn next_char(text: &str, at: usize) -> usize {
    text.ceil_char_boundary(at + 1)
}

/// Start and end of each piece.
struct Pieces<'t> {
    text: &'t str,
    at: usize,
}

impl Iterator for Pieces<'_> {
    type Item = (usize, usize);

    fn next(&mut self) -> Option<(usize, usize)> {
        let rest = self.text.get(self.at..)?;
        let mut blank = 0;
        for c in rest.chars().take_while(|c| c.is_whitespace()) {
            blank += c.len_utf8();
            if blank >= BLANK_PIECE {
                return Some(self.advance(0, blank));
            }
        }
        let len = first_len(rest.get(blank..)?);
        (len > 0).then(|| self.advance(blank, len))
    }
}

impl Pieces<'_> {
    fn advance(&mut self, skipped: usize, len: usize) -> (usize, usize) {
        let start = self.at + skipped;
        self.at = start + len;
        (start, self.at)
    }
}

/// Length of the first piece of a text without white space before it.
fn first_len(text: &str) -> usize {
    for (at, c) in text.char_indices() {
        if at >= MAX_PIECE || c.is_whitespace() {
            return at;
        }
        if is_ideograph(c) {
            return if at == 0 { c.len_utf8() } else { at };
        }
    }
    text.len()
}

/// Whether a character is written without spaces between words: Chinese characters and kana.
pub(crate) const fn is_ideograph(c: char) -> bool {
    matches!(c,
        '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pieces_are_words_ideographs_and_parts_of_long_runs() {
        assert_eq!(measured_pieces(" a fn(x)\n\tb ").collect::<Vec<_>>(), ["a", "fn(x)", "b"]);
        assert_eq!(measured_pieces("x東京y").collect::<Vec<_>>(), ["x", "東", "京", "y"]);
        let long = "z".repeat(100);
        assert_eq!(measured_pieces(&long).map(str::len).collect::<Vec<_>>(), [48, 48, 4]);
        let gap = format!("a{}b", " ".repeat(130));
        assert_eq!(measured_pieces(&gap).map(str::len).collect::<Vec<_>>(), [1, 64, 64, 1]);
    }

    #[test]
    fn estimates_count_letters_in_fives_and_the_rest_alone() {
        for (piece, tokens) in
            [("the", 1), ("insects", 2), ("foo_bar(x)", 6), ("東", 1), ("…", 1), ("2026-01-31", 5)]
        {
            assert_eq!(estimated_tokens(piece), tokens, "{piece}");
        }
    }

    proptest! {
        #[test]
        fn places_agree_with_lengths(text in "(?s)[a-c é東\n]{0,200}", length in 1_usize..40) {
            let ruler = Ruler::of_pieces(&text, &estimated_tokens);
            let mut start = 0;
            while start < text.len() {
                let end = ruler.at_most(start, length);
                prop_assert!(end > start && text.is_char_boundary(end));
                prop_assert!(ruler.between(start, end) <= length.max(1), "{start}..{end}");
                let back = ruler.back(end, length);
                prop_assert!(back <= end && text.is_char_boundary(back));
                prop_assert!(ruler.between(back, end) <= length, "{back}..{end}");
                start = end;
            }
            let total = measured_pieces(&text).map(|piece| estimated_tokens(piece).max(1)).sum::<usize>();
            prop_assert_eq!(ruler.between(0, text.len()), total);
        }
    }
}
