//! From text to terms: words, identifiers and their parts, normalised the same way for documents and queries.

use std::fmt;

use ragstone_core::ByteSpan;
use rust_stemmers::{Algorithm, Stemmer};

use self::cache::{Cached, TermCache};
use self::scan::{Form, Piece, scan};
use crate::bm25::{TermCounts, term_id};

mod cache;
mod scan;
mod stop;

/// How words become terms.
///
/// Changing what an analyzer does changes what is found in an index that was written before; the name of a
/// kind therefore stands for one behaviour for ever, and a new behaviour gets a new kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum AnalyzerKind {
    /// Lower case, English possessives and stop words removed, English words stemmed (Porter2).
    #[default]
    English,
    /// Lower case only.
    Simple,
}

impl AnalyzerKind {
    /// Stable lower-case name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "english",
            Self::Simple => "simple",
        }
    }
}

/// A term and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Normalised form.
    pub term: String,
    /// Bytes of the text that it stands for.
    pub span: ByteSpan,
    /// Place among the words of the text; a whole identifier has the place of its first part.
    pub position: u32,
}

/// Splits text into terms; cheap to share, and safe to use from many threads at once.
///
/// A word of prose gives exactly one term, or none where it is a stop word. An identifier such as
/// `parseHttpRequest`, `snake_case`, `std::sync::Arc` or `path/to/file.rs` gives itself and its parts.
/// Scripts without spaces give characters and pairs of them.
///
/// Terms are kept with their ids in a cache of fixed size (256 KiB), which makes the stemmer's cost vanish.
pub struct Analyzer {
    kind: AnalyzerKind,
    stemmer: Stemmer,
    cache: TermCache,
}

impl Analyzer {
    /// Builds an analyzer; allocates its cache.
    pub fn new(kind: AnalyzerKind) -> Self {
        Self { kind, stemmer: Stemmer::create(Algorithm::English), cache: TermCache::new() }
    }

    /// What the analyzer does.
    pub const fn kind(&self) -> AnalyzerKind {
        self.kind
    }

    /// The terms of `text` by ascending start; allocates one string per term.
    ///
    /// For counting use [`Analyzer::count`], which does not.
    pub fn tokens(&self, text: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        let mut word = String::new();
        scan(text, &mut |piece| {
            self.normalise(text, &piece, &mut word);
            if let Some(term) = self.term(&word, piece.form)
                && let Some(span) = ByteSpan::try_new(piece.start, piece.end)
            {
                tokens.push(Token { term, span, position: piece.position });
            }
        });
        tokens
    }

    /// How often each term occurs, and the length of the text in words.
    ///
    /// A whole identifier does not count towards the length, which is that of its parts.
    pub fn count(&self, text: &str) -> TermCounts {
        let mut ids = Vec::with_capacity(text.len() / 6);
        let mut length = 0;
        self.visit(text, |piece, id| {
            length += u32::from(piece.form.is_word());
            ids.push(id);
        });
        TermCounts::from_ids(ids, length)
    }

    /// The stop words of `text` in lower case, each once, in the order of the text.
    pub fn stop_words(&self, text: &str) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        self.words(text, |word, id| {
            if id.is_none() && !found.iter().any(|known| known == word) {
                found.push(word.to_owned());
            }
        });
        found
    }

    /// Calls `found` with every word, normalised, and the id of its term, which a stop word has not.
    pub(crate) fn words(&self, text: &str, mut found: impl FnMut(&str, Option<u32>)) {
        let mut word = String::new();
        scan(text, &mut |piece| {
            if piece.form.is_word() {
                self.normalise(text, &piece, &mut word);
                if !word.is_empty() {
                    found(&word, self.id(&word, piece.form));
                }
            }
        });
    }

    /// Calls `found` with every word of letters that is searched, normalised but not stemmed, where it stands, and the id
    /// of its term: parts of identifiers are words, stop words are none.
    pub(crate) fn spelt(&self, text: &str, mut found: impl FnMut(&str, ByteSpan, u32)) {
        let mut word = String::new();
        scan(text, &mut |piece| {
            if piece.form != Form::Word {
                return;
            }
            self.normalise(text, &piece, &mut word);
            if word.chars().all(char::is_alphabetic)
                && let Some(id) = self.id(&word, piece.form)
                && let Some(span) = ByteSpan::try_new(piece.start, piece.end)
            {
                found(&word, span, id);
            }
        });
    }

    /// The id of the term of a word as [`surface`](crate::surface) gives it; `None` for a stop word.
    pub fn term_of(&self, word: &str) -> Option<u32> {
        self.id(word, Form::Word)
    }

    /// Calls `found` with the piece and the id of every term.
    pub(crate) fn visit(&self, text: &str, mut found: impl FnMut(&Piece, u32)) {
        self.visit_some(text, |_| true, |piece, _, id| found(piece, id));
    }

    /// Calls `found` with the piece, the normalised word and the id of every term whose piece begins with a byte that is
    /// `wanted`, in lower case.
    pub(crate) fn visit_some(
        &self,
        text: &str,
        wanted: impl Fn(u8) -> bool,
        mut found: impl FnMut(&Piece, &str, u32),
    ) {
        let mut word = String::new();
        scan(text, &mut |piece| {
            let first = text.as_bytes().get(piece.start).map(u8::to_ascii_lowercase);
            if !first.is_some_and(&wanted) {
                return;
            }
            self.normalise(text, &piece, &mut word);
            if let Some(id) = self.id(&word, piece.form) {
                found(&piece, &word, id);
            }
        });
    }

    /// Writes the word of a piece in lower case, without a possessive ending, into `word`.
    fn normalise(&self, text: &str, piece: &Piece, word: &mut String) {
        word.clear();
        let raw = text.get(piece.start..piece.end).unwrap_or_default();
        if raw.is_ascii() {
            word.push_str(raw);
            word.make_ascii_lowercase();
        } else {
            let folded = raw.chars().filter(|c| !is_ignorable(*c)).flat_map(char::to_lowercase);
            word.extend(folded.map(|c| if c == '’' { '\'' } else { c }));
        }
        match piece.form {
            Form::Number => word.retain(|c| c != ','),
            Form::Acronym => word.retain(|c| c != '.'),
            Form::Word if self.kind == AnalyzerKind::English => {
                let stem = word.strip_suffix("'s").or_else(|| word.strip_suffix('\'')).unwrap_or(word);
                word.truncate(stem.len());
            }
            _ => {}
        }
    }

    fn id(&self, word: &str, form: Form) -> Option<u32> {
        if !self.is_analysed(form) {
            return (!word.is_empty()).then(|| term_id(word));
        }
        let key = cache::key(word);
        if let Some(cached) = self.cache.get(key) {
            return cached.id();
        }
        let id = self.term(word, form).map(|term| term_id(&term));
        self.cache.put(key, Cached::new(id));
        id
    }

    /// The term of a normalised word; `None` for a stop word.
    fn term(&self, word: &str, form: Form) -> Option<String> {
        if word.is_empty() {
            return None;
        }
        if !self.is_analysed(form) {
            return Some(word.to_owned());
        }
        if stop::is_stop_word(word) {
            return None;
        }
        let is_english = word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'\'');
        Some(if is_english { self.stemmer.stem(word).into_owned() } else { word.to_owned() })
    }

    /// Whether stop words and stems apply.
    fn is_analysed(&self, form: Form) -> bool {
        self.kind == AnalyzerKind::English && matches!(form, Form::Word | Form::Camel)
    }
}

impl fmt::Debug for Analyzer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Analyzer").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Characters that are part of a word without being seen: soft hyphen and zero-width marks.
const fn is_ignorable(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests;
