//! What is done with the text of passages: terms, highlights, windows, ends.

use ragstone_text::boundary::{Grain, ends, next_start};
use ragstone_text::{
    Analyzer, AnalyzerKind, ByteSpan, Duplicates, WordSequence, best_window, highlights as find_highlights,
    query_vector, snippet, surface_words,
};

const KINDS: [AnalyzerKind; 2] = [AnalyzerKind::English, AnalyzerKind::Simple];

/// Terms stand where they say, in order, and are counted as they are listed.
pub fn analysis(bytes: &[u8]) {
    let text = &String::from_utf8_lossy(bytes);
    for analyzer in KINDS.map(Analyzer::new) {
        let tokens = analyzer.tokens(text);
        assert!(tokens.is_sorted_by_key(|token| token.span.start()), "terms ascend");
        for token in &tokens {
            assert!(!token.term.is_empty() && token.span.slice(text).is_some_and(|text| !text.is_empty()));
        }
        let counts = analyzer.count(text);
        assert!(counts.distinct() <= tokens.len());
        let length = usize::try_from(counts.length).expect("short texts");
        assert!(length <= text.len());
        let places = surface_words(&analyzer, text);
        assert!(places.is_sorted_by_key(|word| word.span.start()));
        for word in &places {
            assert!(word.span.slice(text).is_some());
            assert_eq!(analyzer.term_of(&word.text), Some(word.term), "{}", word.text);
        }
        let _terms = (query_vector(&analyzer, text), analyzer.stop_words(text));
        let words = WordSequence::new(&analyzer, text);
        assert!(words.is_empty() || words.contains(&words), "a text has its own words");
    }
    let mut texts = Duplicates::default();
    assert!(!texts.is_repeated(text) && texts.is_repeated(text), "a text says what it says");
}

/// The first line is a query. Highlights are apart, and windows keep their lengths.
pub fn highlights(bytes: &[u8]) {
    let input = String::from_utf8_lossy(bytes);
    let (query, text) = input.split_once('\n').unwrap_or((&input, &input));
    for analyzer in KINDS.map(Analyzer::new) {
        let found = find_highlights(&analyzer, query, text);
        let mut end = None;
        for span in &found {
            assert!(end.is_none_or(|end| span.start() > end), "highlights are apart");
            assert!(span.slice(text).is_some_and(|text| !text.is_empty()));
            end = Some(span.end());
        }
        for most in [1, 7, 80, 320] {
            let window = best_window(text, &found, most);
            assert!(window.len() <= most || window == ByteSpan::of(text) && text.len() <= most);
            assert!(window.slice(text).is_some(), "a window between characters");
            let shown = snippet(text, &found, most);
            assert!(shown.slice(text).expect("between characters").chars().count() <= most);
        }
    }
}

/// Ends ascend between characters up to the last one, and a text goes on behind each.
pub fn boundaries(bytes: &[u8]) {
    let text = &String::from_utf8_lossy(bytes);
    for grain in [Grain::Sentence, Grain::Word, Grain::Character] {
        let ends = ends(text, grain);
        assert!(ends.is_sorted_by(|left, right| left < right));
        assert!(ends.iter().all(|end| *end > 0 && text.is_char_boundary(*end)));
        assert_eq!(ends.last().copied().unwrap_or_default(), text.trim_end().len(), "{grain:?}");
        for end in ends {
            let next = next_start(text, end);
            assert!(next >= end && text.get(end..next).is_some_and(|blank| blank.trim().is_empty()));
        }
    }
}
