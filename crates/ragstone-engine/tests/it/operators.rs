//! Operators of query texts: phrases, exclusions and fields, in every mode.

use ragstone_core::metadata::MetadataValue;
use ragstone_core::{ErrorKind, SearchMode, SearchQuery};

use crate::workbench::{Workbench, note};

const BIRDS: [(&str, &str); 4] = [
    ("coast", "The grey heron stands in the salt marsh."),
    ("inland", "In the marsh a heron, grey with age, looks for salt."),
    ("city", "A heron in the park is no rare bird."),
    ("sea", "A gannet dives into the sea."),
];

fn query(text: &str, mode: SearchMode) -> SearchQuery {
    SearchQuery::try_new(text, 10).expect("valid").with_mode(mode)
}

async fn sorted(bench: &Workbench, text: &str, mode: SearchMode) -> Vec<String> {
    let mut titles = bench.found(query(text, mode)).await;
    titles.sort_unstable();
    titles
}

#[tokio::test]
async fn phrases_stand_in_every_hit_and_exclusions_in_none() {
    let bench = Workbench::with_model().await;
    bench.learn_all(&BIRDS).await;
    for mode in [SearchMode::Keyword, SearchMode::Hybrid, SearchMode::Semantic] {
        for (text, titles) in [
            (r#""grey heron""#, &["coast"][..]),
            (r#""herons" "salt marshes""#, &["coast"]),
            (r#"heron "in the marsh""#, &["inland"]),
            (r#"heron "the grey heron" -marsh"#, &[]),
            (r#"heron "in the""#, &["city", "coast", "inland"]),
        ] {
            assert_eq!(sorted(&bench, text, mode).await, titles, "{text} {mode:?}");
        }
        let without = sorted(&bench, r#"heron -"salt marsh" -parks"#, mode).await;
        assert!(!without.contains(&"coast".to_owned()) && !without.contains(&"city".to_owned()), "{mode:?}");
        assert!(without.contains(&"inland".to_owned()), "{mode:?}");
    }
    assert_eq!(sorted(&bench, "heron marsh", SearchMode::Keyword).await, ["city", "coast", "inland"]);
}

#[tokio::test]
async fn a_phrase_of_stop_words_has_to_stand_there_too() {
    let bench = Workbench::new().await;
    bench
        .learn_all(&[("hamlet", "To be, or not to be: that is the question."), ("exam", "A question.")])
        .await;
    assert_eq!(bench.titles(r#"question "to be or not to be""#).await, ["hamlet"]);
    assert_eq!(bench.titles("question -the").await, ["exam"]);
    let refused = query(r#""to be or not to be""#, SearchMode::Keyword);
    let kind = bench.engine.search(&bench.ctx, refused).await.map(drop).map_err(|error| error.kind());
    assert_eq!(kind, Err(ErrorKind::InvalidArgument), "no term is left to search for");
}

#[tokio::test]
async fn a_phrase_is_found_below_many_better_passages_without_it() {
    let bench = Workbench::with_model().await;
    let scrambled: Vec<String> =
        (0..300).map(|number| format!("checker borrow checker borrow {number}")).collect();
    let ids: Vec<String> = (0..300).map(|number| format!("scrambled-{number}")).collect();
    let mut texts: Vec<(&str, &str)> =
        ids.iter().zip(&scrambled).map(|(id, text)| (id.as_str(), text.as_str())).collect();
    let long = format!(
        "{} Here is what the borrow checker thinks. {}",
        "Some words. ".repeat(20),
        "More. ".repeat(20)
    );
    texts.push(("exact", &long));
    bench.learn_all(&texts).await;
    for mode in [SearchMode::Keyword, SearchMode::Semantic, SearchMode::Hybrid] {
        let query = SearchQuery::try_new(r#""the borrow checker""#, 2).expect("valid").with_mode(mode);
        assert_eq!(bench.found(query).await, ["exact"], "{mode:?}");
        let query =
            SearchQuery::try_new("borrow checker -scrambled -borrow", 2).expect("valid").with_mode(mode);
        assert!(bench.found(query).await.is_empty(), "{mode:?}");
    }
}

#[tokio::test]
async fn fields_narrow_a_search_and_unknown_ones_are_refused() {
    let bench = Workbench::new().await;
    let mut tagged = note("tagged", "water for gardens");
    tagged.tags.insert("plants".to_owned());
    tagged.metadata.insert("year".to_owned(), MetadataValue::Integer(2021));
    tagged.metadata.insert("edition".to_owned(), MetadataValue::Text("2".to_owned()));
    bench.engine.ingest_text(&bench.ctx, tagged).await.expect("is stored");
    bench.learn_all(&[("plain", "water for all")]).await;
    for (text, titles) in [
        ("water", &["plain", "tagged"][..]),
        ("water tag:plants", &["tagged"]),
        ("water -tag:plants", &["plain"]),
        ("water source:text:plain", &["plain"]),
        ("water metadata.year:2021", &["tagged"]),
        ("water metadata.year:2020", &[]),
        ("water metadata.edition:2", &["tagged"]),
        ("water tag:plants -gardens", &[]),
    ] {
        assert_eq!(sorted(&bench, text, SearchMode::Keyword).await, titles, "{text}");
    }
    let unknown = query("water metadata.yaer:2021", SearchMode::Keyword);
    let refused = bench.engine.search(&bench.ctx, unknown).await.expect_err("is refused");
    assert_eq!(refused.kind(), ErrorKind::InvalidArgument);
    assert!(refused.help().is_some_and(|help| help.contains("metadata.year")), "{refused}");
}

#[tokio::test]
async fn what_only_looks_like_an_operator_is_searched() {
    let bench = Workbench::new().await;
    bench
        .learn_all(&[
            ("language", "Templates in C++ are checked late."),
            ("path", "Use std::vec and foo-bar."),
            ("cold", "It was -1 degrees, see http://example.com/cold."),
        ])
        .await;
    for (text, title) in [
        ("C++", "language"),
        ("std::vec", "path"),
        ("foo-bar", "path"),
        ("-1", "cold"),
        ("http://example.com/cold", "cold"),
        ("templates \"checked", "language"),
    ] {
        assert_eq!(bench.titles(text).await.first().map(String::as_str), Some(title), "{text}");
    }
}

#[tokio::test]
async fn only_what_is_looked_for_is_marked() {
    let bench = Workbench::new().await;
    bench.learn_all(&[("note", "Salt water and fresh water.")]).await;
    let hit = &bench.search(r#""fresh water" -sweet tag"#).await.hits[0];
    let marked: Vec<&str> = hit.highlights.iter().filter_map(|span| span.slice(&hit.text)).collect();
    assert_eq!(marked, ["water", "fresh", "water"]);
}
