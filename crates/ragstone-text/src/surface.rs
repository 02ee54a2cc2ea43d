//! Words as they are spelt: what a misspelt word can be compared with.

use std::ops::RangeInclusive;

use ragstone_core::ByteSpan;

use crate::analysis::Analyzer;

/// Letters of a word: shorter ones are near too many others, longer ones are hardly words.
pub const LETTERS: RangeInclusive<usize> = 3..=40;

/// A word as it is spelt, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurfaceWord {
    /// The word, with its ending.
    pub text: String,
    /// Bytes of the text that it stands for.
    pub span: ByteSpan,
    /// Id of the term that it is searched by, which other words may share.
    pub term: u32,
}

/// The words of a text that consist of [`LETTERS`] letters, by ascending start.
///
/// Identifiers are their parts. Stop words of the analyzer, numbers, words with digits or apostrophes, and characters of
/// scripts without spaces are left out.
pub fn surface_words(analyzer: &Analyzer, text: &str) -> Vec<SurfaceWord> {
    let mut words = Vec::new();
    each_surface_word(analyzer, text, |text, span, term| {
        words.push(SurfaceWord { text: text.to_owned(), span, term });
    });
    words
}

/// Calls `found` with the words of [`surface_words`], where they stand, and the ids of their terms; allocates nothing
/// for each of them.
pub fn each_surface_word(analyzer: &Analyzer, text: &str, mut found: impl FnMut(&str, ByteSpan, u32)) {
    analyzer.spelt(text, |word, span, term| {
        if LETTERS.contains(&word.chars().count()) {
            found(word, span, term);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::AnalyzerKind;

    fn words(kind: AnalyzerKind, text: &str) -> Vec<String> {
        let analyzer = Analyzer::new(kind);
        let words = surface_words(&analyzer, text);
        for word in &words {
            assert_eq!(analyzer.term_of(&word.text), Some(word.term), "{}", word.text);
        }
        words.into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn words_are_lower_case_and_keep_their_endings() {
        let text = "The Owners of a heron's nest: don't touch 3 eggs, HTTP2 or sha256.";
        assert_eq!(words(AnalyzerKind::English, text), ["owners", "heron", "nest", "touch", "eggs"]);
        assert_eq!(words(AnalyzerKind::Simple, "The owners of it"), ["the", "owners"]);
    }

    #[test]
    fn identifiers_are_their_parts() {
        let text = "parseHttpRequest, snake_case and std::sync::Arc";
        let parts = ["parse", "http", "request", "snake", "case", "std", "sync", "arc"];
        assert_eq!(words(AnalyzerKind::English, text), parts);
    }

    #[test]
    fn other_scripts_have_words_where_they_have_spaces() {
        assert_eq!(words(AnalyzerKind::English, "Ёлка стоит 東京都"), ["ёлка", "стоит"]);
        assert_eq!(words(AnalyzerKind::English, &"x".repeat(41)), Vec::<String>::new());
    }

    #[test]
    fn places_are_those_of_the_text() {
        let text = "say Ownershp, parseHttp";
        let spans = surface_words(&Analyzer::new(AnalyzerKind::English), text);
        let places: Vec<_> = spans.iter().filter_map(|word| word.span.slice(text)).collect();
        assert_eq!(places, ["say", "Ownershp", "parse", "Http"]);
    }
}
