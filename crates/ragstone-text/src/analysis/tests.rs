//! What text becomes which terms.

use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(text: &str, expected: &str) {
    check_kind(AnalyzerKind::English, text, expected);
}

#[track_caller]
fn check_kind(kind: AnalyzerKind, text: &str, expected: &str) {
    let tokens = Analyzer::new(kind).tokens(text);
    let terms: Vec<&str> = tokens.iter().map(|token| token.term.as_str()).collect();
    assert_eq!(terms.join(" "), expected, "{text}");
}

#[test]
fn prose_word_gives_one_stem() {
    check("The cats' owners were running", "cat owner were run");
    check("Boundary-layer flows, (heated).", "boundari layer flow heat");
    check_kind(AnalyzerKind::Simple, "The cats' owners", "the cats owners");
}

#[test]
fn apostrophes_belong_to_words_and_possessives_do_not() {
    check("the dog's bone", "dog bone");
    check("the dog’s bone", "dog bone");
    check("O'Neill doesn't", "o'neil doesn't");
    check("'quoted' rock'n'roll", "quot rock'n'rol");
    check("GitHub's", "github git hub");
}

#[test]
fn identifiers_give_themselves_and_their_parts() {
    check("parseHttpRequest()", "parsehttprequest pars http request");
    check("HTTPServer", "httpserver http server");
    check("snake_case_name", "snake_case_name snake case name");
    check("__init__", "init");
    check("MAX_FILE_BYTES", "max_file_bytes max file byte");
    check("std::sync::Arc", "std::sync::arc std sync arc");
    check("Option::is_some", "option::is_some option is_some some");
    check("src/walk/file.rs", "src/walk/file.rs src walk file.rs file rs");
    check(r"C:\dir\file.txt", r"c dir\file.txt dir file.txt file txt");
    check("os.path.join(a)", "os.path.join os path join");
}

#[test]
fn abbreviations_stay_whole() {
    check("mRNA siRNAs PhD HeLa pH CpG NASA APIs", "mrna sirna phd hela ph cpg nasa api");
    check("U.S.A. e.g. x", "usa eg x");
}

#[test]
fn choices_in_prose_are_no_paths() {
    check("and/or his/her input/output", "his her input output");
}

#[test]
fn numbers_are_kept() {
    check("0.05 1,000,000 v1.2.3 3 p53 utf8", "0.05 1000000 v1.2.3 v1 2.3 3 p53 utf8");
    check("[1,2,3] 10/5", "1 2 3 10 5");
}

#[test]
fn languages_with_signs_are_words() {
    check("C++ and C# or c", "c++ c# c");
    check("a+b c#d", "b c d");
}

#[test]
fn other_alphabets_are_words_in_lower_case() {
    check("Größe naïve ЁЛКА café’s", "größe naïve ёлка café");
    check("“quoted”—dash…", "quot dash");
    check("co\u{ad}operate", "cooper");
    check("naïve_name", "naïve_name naïve name");
}

#[test]
fn scripts_without_spaces_give_characters_and_pairs() {
    check("東京都", "東 東京 京 京都 都");
    check("Rust言語で", "rust 言 言語 語 語で で");
}

#[test]
fn parts_have_their_own_spans_and_the_whole_has_the_place_of_its_first_part() {
    let text = "see fooBarBaz now";
    let found: Vec<_> = Analyzer::new(AnalyzerKind::English)
        .tokens(text)
        .into_iter()
        .map(|token| (token.span.slice(text).unwrap_or_default(), token.position))
        .collect();
    assert_eq!(found, [("see", 0), ("fooBarBaz", 1), ("foo", 1), ("Bar", 2), ("Baz", 3), ("now", 4)]);
}

#[test]
fn length_counts_words_once() {
    let analyzer = Analyzer::new(AnalyzerKind::English);
    assert_eq!(analyzer.count("the quick fooBarBaz").length, 4);
    assert_eq!(analyzer.count("東京").length, 2);
    assert_eq!(analyzer.count("").length, 0);
}

#[test]
fn stop_words_are_told_once() {
    let analyzer = Analyzer::new(AnalyzerKind::English);
    assert_eq!(analyzer.stop_words("The art of the possible, and of art"), ["the", "of", "and"]);
    assert!(Analyzer::new(AnalyzerKind::Simple).stop_words("the art of").is_empty());
}

#[test]
fn very_long_words_are_cut_at_characters() {
    let analyzer = Analyzer::new(AnalyzerKind::English);
    for text in ["a".repeat(100_000), "é".repeat(100_000), "aB".repeat(100_000), "a_".repeat(100_000)] {
        assert!(analyzer.tokens(&text).iter().all(|token| token.term.len() <= 260), "{}", &text[..8]);
    }
}

#[test]
fn cached_and_uncached_words_have_the_same_ids() {
    let analyzer = Analyzer::new(AnalyzerKind::English);
    let text = "running the runner runs, running the runner runs";
    let ids: Vec<u32> = analyzer.tokens(text).iter().map(|token| term_id(&token.term)).collect();
    for _ in 0..2 {
        let mut seen = Vec::new();
        analyzer.visit(text, |_, id| seen.push(id));
        assert_eq!(seen, ids);
    }
}

/// Text made of the characters that decide something.
fn wild_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-cA-C_.:/,'’ 0-9é東ก\u{301}—\u{200d}-]{0,60}",
        any::<String>(),
        "([a-z]{1,8}[ _.:/'A-Z]){0,20}",
    ]
}

proptest! {
    #[test]
    fn spans_are_on_characters_and_ascend(text in wild_text()) {
        let tokens = Analyzer::new(AnalyzerKind::English).tokens(&text);
        for token in &tokens {
            prop_assert!(token.span.slice(&text).is_some_and(|slice| !slice.is_empty()));
            prop_assert!(!token.term.is_empty());
        }
        prop_assert!(tokens.is_sorted_by_key(|token| token.span.start()));
        prop_assert!(tokens.is_sorted_by_key(|token| token.position));
    }

    #[test]
    fn counting_agrees_with_tokens(text in wild_text()) {
        for kind in [AnalyzerKind::English, AnalyzerKind::Simple] {
            let analyzer = Analyzer::new(kind);
            let mut ids: Vec<u32> = analyzer.tokens(&text).iter().map(|token| term_id(&token.term)).collect();
            ids.sort_unstable();
            let counted: Vec<u32> =
                analyzer.count(&text).iter().flat_map(|(id, count)| vec![id; count as usize]).collect();
            prop_assert_eq!(counted, ids);
        }
    }

    #[test]
    fn every_ascii_letter_and_digit_is_covered(text in wild_text()) {
        let tokens = Analyzer::new(AnalyzerKind::Simple).tokens(&text);
        for (at, c) in text.char_indices().filter(|(_, c)| c.is_ascii_alphanumeric()) {
            let is_covered = tokens.iter().any(|token| token.span.range().contains(&at));
            let is_possessive = matches!(c, 's' | 'S') && text[..at].ends_with(['\'', '’']);
            prop_assert!(is_covered || is_possessive, "{:?} at {}", c, at);
        }
    }
}
