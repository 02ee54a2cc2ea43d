//! Places of query terms and the windows around them.

use proptest::prelude::*;

use super::*;
use crate::analysis::AnalyzerKind;

#[track_caller]
fn check(query: &str, text: &str, expected: &[&str]) {
    let analyzer = Analyzer::new(AnalyzerKind::English);
    let found: Vec<&str> =
        highlights(&analyzer, query, text).into_iter().filter_map(|span| span.slice(text)).collect();
    assert_eq!(found, expected);
}

#[test]
fn forms_of_a_word_are_highlighted() {
    check("running", "He runs. She was running the run.", &["runs", "running", "run"]);
    check("the of", "the of", &[]);
    check("cat", "the cat's toy", &["cat"]);
}

#[test]
fn part_of_an_identifier_is_highlighted_at_its_place() {
    check("request", "call parseHttpRequest here", &["Request"]);
    check("parseHttpRequest", "call parseHttpRequest here", &["parseHttpRequest"]);
    check("東京", "在東京都", &["東京"]);
}

#[track_caller]
fn check_window(text: &str, query: &str, max_bytes: usize, expected: &str) {
    let analyzer = Analyzer::new(AnalyzerKind::English);
    let window = best_window(text, &highlights(&analyzer, query, text), max_bytes);
    assert_eq!(window.slice(text), Some(expected));
}

#[test]
fn window_holds_the_densest_highlights_between_words() {
    let text = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda";
    check_window(text, "delta epsilon", 26, "gamma delta epsilon zeta");
    check_window(text, "alpha theta iota", 20, "eta theta iota");
    check_window(text, "nothing", 12, "alpha beta");
    check_window(text, "lambda", 1000, text);
    check_window("", "x", 10, "");
}

proptest! {
    #[test]
    fn window_is_valid_and_bounded(text in "([a-z东é]{1,12}[ \n]){0,40}", query in "[a-z东é]{1,3}", max in 0_usize..80) {
        let analyzer = Analyzer::new(AnalyzerKind::Simple);
        let found = highlights(&analyzer, &query, &text);
        prop_assert!(found.is_sorted_by(|a, b| a.end() < b.start()));
        let window = best_window(&text, &found, max);
        prop_assert!(window.slice(&text).is_some());
        prop_assert!(window.len() <= max.max(text.len().min(max)));
    }

    /// Compared with all terms of the text, none of which is left out beforehand.
    #[test]
    fn no_place_is_passed_over(text in "([a-gA-G_'.:é東\u{212a}k0-9]{1,10}(ing|s|'s|ed)?[ ,]){0,30}", every in 1_usize..4) {
        let query: Vec<String> = text.split([' ', ',']).step_by(every).map(str::to_uppercase).collect();
        for kind in [AnalyzerKind::English, AnalyzerKind::Simple] {
            let analyzer = Analyzer::new(kind);
            let terms: Vec<String> = analyzer.tokens(&query.join(" ")).into_iter().map(|token| token.term).collect();
            let found = highlights(&analyzer, &query.join(" "), &text);
            for token in analyzer.tokens(&text).into_iter().filter(|token| terms.contains(&token.term)) {
                let is_covered = |place: &ByteSpan| place.start() <= token.span.start() && token.span.end() <= place.end();
                prop_assert!(found.iter().any(is_covered), "{token:?} for {query:?}");
            }
        }
    }

    #[test]
    fn any_highlights_give_a_valid_window(text in any::<String>(), places in proptest::collection::vec((0_usize..200, 0_usize..20), 0..8), max in 0_usize..60) {
        let mut places: Vec<_> = places.into_iter().filter_map(|(start, len)| ByteSpan::try_new(start, start + len)).collect();
        places.sort_unstable();
        let window = best_window(&text, &places, max);
        prop_assert!(window.slice(&text).is_some());
    }
}
