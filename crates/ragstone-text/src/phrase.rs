//! Phrases: words that stand side by side, in order.

use crate::analysis::Analyzer;
use crate::bm25::term_id;

/// The words of a text in order, as ids; stop words stand for themselves.
///
/// An identifier is its parts, and words of prose are stems, as when they are searched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WordSequence(Vec<u32>);

impl WordSequence {
    /// Reads a text; allocates once for the whole of it.
    pub fn new(analyzer: &Analyzer, text: &str) -> Self {
        let mut words = Vec::with_capacity(text.len() / 5);
        analyzer.words(text, |word, id| words.push(id.unwrap_or_else(|| term_id(word))));
        Self(words)
    }

    /// Whether there is no word.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the words of `phrase` stand here side by side; a phrase without words stands nowhere.
    pub fn contains(&self, phrase: &Self) -> bool {
        !phrase.is_empty() && self.0.windows(phrase.0.len()).any(|words| words == phrase.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::AnalyzerKind;

    #[track_caller]
    fn check(text: &str, phrase: &str, is_there: bool) {
        check_kind(AnalyzerKind::English, text, phrase, is_there);
    }

    #[track_caller]
    fn check_kind(kind: AnalyzerKind, text: &str, phrase: &str, is_there: bool) {
        let analyzer = Analyzer::new(kind);
        let (words, phrase_words) =
            (WordSequence::new(&analyzer, text), WordSequence::new(&analyzer, phrase));
        assert_eq!(words.contains(&phrase_words), is_there, "{phrase:?} in {text:?}");
    }

    #[test]
    fn words_stand_side_by_side_and_in_order() {
        check("The borrow checker rejects this.", "borrow checker", true);
        check("The borrow checker rejects this.", "checker borrow", false);
        check("You borrow from the checker.", "borrow checker", false);
        check("Borrowing, checkers!", "borrowed checker", true);
        check_kind(AnalyzerKind::Simple, "Borrowing checkers", "borrowed checker", false);
    }

    #[test]
    fn stop_words_stand_for_themselves() {
        check("To be, or not to be: that is the question.", "to be or not to be", true);
        check("the Bill of Rights", "bill of rights", true);
        check("a bill for rights", "bill of rights", false);
        check("bill rights", "bill of rights", false);
        check("nothing here", "the", false);
        check("the end", "The", true);
    }

    #[test]
    fn identifiers_are_their_parts() {
        check("call std::sync::Arc here", "sync::Arc", true);
        check("call parseHttpRequest()", "http request", true);
        check("write C++ and C#", "c++ and c#", true);
        check("write C and C#", "c++ and c#", false);
        check("since 1,000,000 years", "1000000 years", true);
    }

    #[test]
    fn other_scripts_work_as_well() {
        check("東京都に住む", "京都", true);
        check("東京都に住む", "都京", false);
        check("маленькая ёлка стоит", "Ёлка стоит", true);
    }

    #[test]
    fn nothing_is_in_no_text() {
        check("some words", "...", false);
        check("", "", false);
    }
}
