//! Explained answers: what was looked for, who gave what, what was cut, and how scores came about.

use std::collections::BTreeSet;

use ragstone_core::answer::{Leg, SearchAnswer};
use ragstone_core::explanation::{Cuts, Explanation, Selectivity};
use ragstone_core::{Filter, SearchMode, SearchOptions, SearchQuery};

use crate::workbench::Workbench;

const TEXTS: [(&str, &str); 4] = [
    ("one", "The heron and the gannet are birds of the coast."),
    ("two", "A heron stands still. The heron waits."),
    ("three", "Gannets dive."),
    ("four", "Nothing of the kind."),
];

fn query(text: &str, limit: u32) -> SearchQuery {
    SearchQuery::try_new(text, limit).expect("valid").explained()
}

async fn explained(bench: &Workbench, query: SearchQuery) -> (SearchAnswer, Explanation) {
    let answer = bench.engine.search(&bench.ctx, query).await.expect("answers");
    let explanation = answer.explanation.clone().expect("is explained");
    (answer, explanation)
}

#[tokio::test]
async fn what_was_not_asked_is_not_explained() {
    let bench = Workbench::new().await;
    bench.learn_all(&TEXTS).await;
    let answer = bench.search("heron").await;
    assert_eq!(answer.explanation, None);
    assert!(answer.hits.iter().all(|hit| hit.explanation.is_none()));
}

#[tokio::test]
async fn scores_are_the_sum_of_their_shares() {
    let bench = Workbench::with_model().await;
    bench.learn_all(&TEXTS).await;
    for mode in [SearchMode::Keyword, SearchMode::Semantic, SearchMode::Hybrid] {
        let (answer, _) = explained(&bench, query("heron gannet", 10).with_mode(mode)).await;
        assert!(!answer.hits.is_empty());
        for hit in &answer.hits {
            let shares = &hit.explanation.as_ref().expect("is explained").legs;
            let sum: f32 = shares.iter().map(|share| share.contribution).sum();
            assert!((sum - hit.score).abs() < 1e-5, "{mode:?} {shares:?} {}", hit.score);
            assert_eq!(shares.iter().map(|share| share.rank).collect::<Vec<_>>(), hit.legs);
            assert!(shares.iter().all(|share| (0.0..=1.0).contains(&share.normalised)));
        }
    }
}

#[tokio::test]
async fn factors_are_told() {
    let bench = Workbench::new().await;
    bench.learn_all(&TEXTS).await;
    let weight = ragstone_core::query::SourceWeight { prefix: "text:two".to_owned(), weight: 0.5 };
    let options = SearchOptions {
        half_life_days: Some(30.0),
        source_weights: vec![weight],
        ..SearchOptions::default()
    };
    let (answer, _) = explained(&bench, query("heron", 10).with_options(options).expect("valid")).await;
    for hit in &answer.hits {
        let explanation = hit.explanation.as_ref().expect("is explained");
        let weight = explanation.source_weight.expect("sources have weights");
        assert!((weight - if hit.citation.title == "two" { 0.5 } else { 1.0 }).abs() < 1e-6);
        let recency = explanation.recency.expect("age counts");
        assert!((recency - 1.0).abs() < 1e-3, "was written just now: {recency}");
        let sum: f32 = explanation.legs.iter().map(|share| share.contribution).sum();
        assert!((sum * weight * recency - hit.score).abs() < 1e-5);
    }
}

#[tokio::test]
async fn the_query_is_told_as_it_was_asked() {
    let bench = Workbench::new().await;
    bench.learn_all(&TEXTS).await;
    let text = r#"the "birds of" Herons of the coasts -dove -tag:draft"#;
    let (_, explanation) = explained(&bench, query(text, 10)).await;
    let asked = explanation.query;
    assert_eq!(asked.words, "the birds of Herons of the coasts");
    assert_eq!((asked.phrases, asked.exclusions), (vec!["birds of".to_owned()], vec!["dove".to_owned()]));
    assert_eq!(asked.fields, ["-tag:draft"]);
    assert_eq!(asked.readings.len(), 1, "one analyzer");
    assert_eq!(asked.readings[0].terms, ["bird", "heron", "coast"]);
    assert_eq!(asked.readings[0].ignored, ["the", "of"]);
}

#[tokio::test]
async fn every_candidate_is_a_hit_or_was_cut_for_a_reason() {
    let bench = Workbench::with_model().await;
    bench.learn_all(&TEXTS).await;
    let (answer, explanation) = explained(&bench, query(r#"heron "heron" -gannet"#, 10)).await;
    let candidates: Vec<_> = explanation.yields.iter().map(|one| (one.leg, one.candidates)).collect();
    assert_eq!(candidates, [(Leg::Keyword, 2), (Leg::Semantic, 4)]);
    assert_eq!(answer.hits.len(), 1);
    assert_eq!(explanation.cuts, Cuts { without_phrase: 2, excluded: 1, ..Cuts::default() });

    let options = SearchOptions { min_score: Some(1.0), ..SearchOptions::default() };
    let limited = query("heron", 1).with_mode(SearchMode::Keyword).with_options(options).expect("valid");
    let (answer, explanation) = explained(&bench, limited).await;
    assert_eq!(answer.hits.len(), 1);
    assert_eq!(explanation.cuts, Cuts { below_min_score: 1, ..Cuts::default() });
    let (_, explanation) = explained(&bench, query("heron", 1)).await;
    assert_eq!(explanation.cuts, Cuts { beyond_limit: 3, ..Cuts::default() });
}

#[tokio::test]
async fn filters_are_told_with_what_they_admit() {
    let bench = Workbench::new().await;
    bench.learn_all(&TEXTS).await;
    let filter = Filter::parse(r#"source in ("text:one", "text:two", "text:none")"#).expect("valid");
    let (_, explanation) = explained(&bench, query("heron", 10).with_filter(Some(filter))).await;
    assert_eq!(explanation.selectivity, Some(Selectivity { admitted: 2, chunks: 4 }));
    let (_, explanation) = explained(&bench, query("heron source:text:one", 10)).await;
    assert_eq!(explanation.selectivity, Some(Selectivity { admitted: 1, chunks: 4 }));
    let (_, explanation) = explained(&bench, query("heron", 10)).await;
    assert_eq!(explanation.selectivity, None);
}

#[tokio::test]
async fn stages_are_told_with_their_times() {
    let bench = Workbench::with_model().await;
    bench.learn_words(&TEXTS).await;
    let (answer, explanation) = explained(&bench, query("heron", 10)).await;
    let stages: BTreeSet<&str> = explanation.stages.iter().map(|time| time.stage).collect();
    let all = ["analyse", "citations", "embed", "fusion", "keyword_leg", "passages", "semantic_leg"];
    assert_eq!(stages, BTreeSet::from(all));
    assert!(explanation.stages.iter().all(|time| time.took <= answer.took));
    let (_, explanation) = explained(&bench, query("hreon", 10)).await;
    assert!(explanation.stages.iter().any(|time| time.stage == "spelling"));
}
