//! Finding words, identifiers and their parts in a text, in one pass.
//!
//! ASCII is read by byte classes; a stretch with other characters is left to Unicode word segmentation.

use unicode_segmentation::UnicodeSegmentation;

use self::class::{FOREIGN, INNER, WORD, class};

mod class;
mod compound;
mod identifier;

/// Longest piece, in bytes: a longer word is cut, a longer identifier gives its parts only.
const MAX_PIECE_BYTES: usize = 128;

/// What a piece of text is, which decides how it is normalised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A word, or a part of an identifier.
    Word,
    /// A whole identifier written `likeThis`; its parts follow.
    Camel,
    /// A whole identifier or path with separators; its parts follow.
    Whole,
    /// A number with decimal points or thousands separators.
    Number,
    /// Letters with full stops between them.
    Acronym,
    /// A character of a script without spaces.
    Glyph,
    /// Two such characters side by side.
    Pair,
}

impl Form {
    /// Whether the piece is a word of the text rather than a second reading of other pieces.
    pub(super) const fn is_word(self) -> bool {
        matches!(self, Self::Word | Self::Number | Self::Acronym | Self::Glyph)
    }
}

/// A stretch of text to be normalised into a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(super) position: u32,
    pub(super) form: Form,
}

/// Calls `found` with every piece, by ascending start.
pub(super) fn scan(text: &str, found: &mut impl FnMut(Piece)) {
    let mut scanner =
        Scanner { text, bytes: text.as_bytes(), position: 0, parts: Vec::new(), segments: Vec::new(), found };
    let mut at = 0;
    while let Some(&byte) = scanner.bytes.get(at) {
        at = match class(byte) {
            0 => at + 1,
            FOREIGN => scanner.foreign(at),
            _ => scanner.word(at),
        };
    }
}

struct Scanner<'t, 'f, F> {
    text: &'t str,
    bytes: &'t [u8],
    position: u32,
    /// Parts of the current identifier; kept for its capacity.
    parts: Vec<(usize, usize)>,
    /// Segments of the current path or number; kept for its capacity.
    segments: Vec<compound::Segment>,
    found: &'f mut F,
}

impl<F: FnMut(Piece)> Scanner<'_, '_, F> {
    /// Reads what begins with an ASCII word at `start`, and returns where it ends.
    fn word(&mut self, start: usize) -> usize {
        let (end, classes) = self.identifier_end(start);
        let Some(&next) = self.bytes.get(end) else {
            self.identifier(start, end, classes);
            return end;
        };
        match next {
            b'\'' => return self.with_apostrophe(start, end, classes),
            0xe2 if self.is_curly_apostrophe(end) => return self.with_apostrophe(start, end, classes),
            0x80.. if !self.is_punctuation(end) => return self.foreign(start),
            b'.' | b':' | b'/' | b'\\' | b',' => return self.compound(start, end, classes),
            b'+' | b'#' => return self.language_name(start, end, classes),
            _ => {}
        }
        self.identifier(start, end, classes);
        end
    }

    /// End of the ASCII word at `start`, and the classes of its bytes after the first.
    fn identifier_end(&self, start: usize) -> (usize, u8) {
        let mut classes = 0;
        let mut end = start + 1;
        while let Some(&byte) = self.bytes.get(end) {
            let class = class(byte);
            if class & WORD == 0 {
                break;
            }
            classes |= class;
            end += 1;
        }
        let first = self.bytes.get(start).map_or(0, |byte| if *byte == b'_' { INNER } else { 0 });
        (end, classes | first)
    }

    /// A word such as `don't` or `rock'n'roll`; the `'s` of a possessive is left out.
    fn with_apostrophe(&mut self, start: usize, end: usize, classes: u8) -> usize {
        let mut last = end;
        while let Some(suffix) = self.after_apostrophe(last) {
            let (suffix_end, suffix_classes) = self.identifier_end(suffix);
            let is_possessive = matches!(self.bytes.get(suffix..suffix_end), Some(b"s" | b"S"));
            let is_name = (classes | suffix_classes) & INNER != 0;
            if is_possessive || is_name {
                self.identifier(start, last, classes);
                return if is_possessive { suffix_end } else { suffix };
            }
            last = suffix_end;
        }
        self.identifier(start, last, classes);
        last
    }

    /// Where the word goes on behind an apostrophe at `at`, straight or curly.
    fn after_apostrophe(&self, at: usize) -> Option<usize> {
        let width = match self.bytes.get(at..)? {
            [b'\'', ..] => 1,
            [0xe2, 0x80, 0x99, ..] => '’'.len_utf8(),
            _ => return None,
        };
        self.bytes.get(at + width).is_some_and(u8::is_ascii_alphabetic).then_some(at + width)
    }

    /// `C++`, `C#` and `F#` are words of their own; any other sign after a word is none.
    fn language_name(&mut self, start: usize, end: usize, classes: u8) -> usize {
        let rest = self.bytes.get(start..).unwrap_or_default();
        let len = match rest {
            [b'c' | b'C', b'+', b'+', ..] => 3,
            [b'c' | b'C' | b'f' | b'F', b'#', ..] => 2,
            _ => 0,
        };
        let is_followed = self.bytes.get(start + len).is_some_and(|byte| class(*byte) != 0);
        if len == 0 || is_followed {
            self.identifier(start, end, classes);
            return end;
        }
        self.push(start, start + len, Form::Number);
        start + len
    }

    /// Reads a stretch that holds characters beyond ASCII, and returns where it ends.
    fn foreign(&mut self, start: usize) -> usize {
        let mut end = start;
        while self.bytes.get(end).is_some_and(|byte| class(*byte) != 0) && !self.is_punctuation(end) {
            end += 1;
        }
        if end == start {
            return start + '\u{2014}'.len_utf8();
        }
        let stretch = self.text.get(start..end).unwrap_or_default();
        let mut word_start = start;
        let mut glyph: Option<(usize, usize)> = None;
        for (offset, c) in stretch.char_indices() {
            if !class::is_spaceless(c) {
                glyph = None;
                continue;
            }
            let (at, after) = (start + offset, start + offset + c.len_utf8());
            if glyph.is_none() {
                self.foreign_words(word_start, at);
            }
            self.glyph(glyph, at, after);
            glyph = Some((at, after));
            word_start = after;
        }
        self.foreign_words(word_start, end);
        end
    }

    fn glyph(&mut self, before: Option<(usize, usize)>, start: usize, end: usize) {
        if let Some((pair_start, _)) = before {
            let position = self.position.saturating_sub(1);
            (self.found)(Piece { start: pair_start, end, position, form: Form::Pair });
        }
        self.push(start, end, Form::Glyph);
    }

    fn foreign_words(&mut self, start: usize, end: usize) {
        let stretch = self.text.get(start..end).unwrap_or_default();
        for (offset, word) in stretch.unicode_word_indices() {
            let (word_start, word_end) = (start + offset, start + offset + word.len());
            if word.is_ascii() || word.contains('_') {
                self.identifier(word_start, word_end, INNER);
            } else {
                self.push_word(word_start, word_end);
            }
        }
    }

    /// Whether the bytes at `at` are a dash, a quotation mark or a space of the block General Punctuation;
    /// the joiners and the apostrophe of that block are parts of words.
    fn is_punctuation(&self, at: usize) -> bool {
        let is_block = matches!(self.bytes.get(at..at + 2), Some([0xe2, 0x80]));
        is_block && !matches!(self.bytes.get(at + 2), Some(0x8b..=0x8d | 0x99 | 0xbf))
    }

    fn is_curly_apostrophe(&self, at: usize) -> bool {
        self.bytes.get(at..at + 3) == Some("’".as_bytes())
    }

    /// A word, cut where it is too long to be one.
    fn push_word(&mut self, start: usize, end: usize) {
        let mut at = start;
        while end - at > MAX_PIECE_BYTES {
            let cut = self.text.floor_char_boundary(at + MAX_PIECE_BYTES);
            self.push(at, cut, Form::Word);
            at = cut;
        }
        self.push(at, end, Form::Word);
    }

    /// A piece that is a word of the text, and takes a position.
    fn push(&mut self, start: usize, end: usize, form: Form) {
        (self.found)(Piece { start, end, position: self.position, form });
        self.position = self.position.saturating_add(1);
    }

    /// A piece that is a second reading of the words that follow.
    fn push_whole(&mut self, start: usize, end: usize, form: Form) {
        if end - start <= MAX_PIECE_BYTES {
            (self.found)(Piece { start, end, position: self.position, form });
        }
    }
}
