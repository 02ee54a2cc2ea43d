//! Options of a search: each makes the difference that it promises.

use std::sync::Arc;
use std::time::Duration;

use ragstone_core::clock::{ManualClock, SystemClock};
use ragstone_core::embedding::{ModelFingerprint, Pooling, Precision, Relevance, RerankModel};
use ragstone_core::index::{Accuracy, Likeness};
use ragstone_core::port::{DynReranker, Reranker};
use ragstone_core::query::{FusionMethod, SourceWeight};
use ragstone_core::{CallContext, ErrorKind, Result, SearchMode, SearchOptions, SearchQuery};
use ragstone_engine::Stores;

use crate::answers::Watched;
use crate::workbench::{Workbench, stores};

/// Title of a text of many sections: its first line.
const LONG: &str = "# Heron 0";

fn none() -> SearchOptions {
    SearchOptions::default()
}

fn query(text: &str, limit: u32, options: SearchOptions) -> SearchQuery {
    SearchQuery::try_new(text, limit).and_then(|query| query.with_options(options)).expect("valid")
}

#[tokio::test]
async fn a_least_score_cuts_the_tail() {
    let bench = Workbench::new().await;
    bench
        .learn_all(&[
            ("all", "heron gannet puffin"),
            ("two", "heron gannet and some other animals"),
            ("one", "heron among a great many other things that are no birds at all, such as stones"),
        ])
        .await;
    let text = "heron gannet puffin";
    assert_eq!(bench.titles(text).await, ["all", "two", "one"]);
    for (least, titles) in [(0.0, &["all", "two", "one"][..]), (0.15, &["all", "two"]), (1.0, &["all"])] {
        let answer = bench.found(query(text, 10, SearchOptions { min_score: Some(least), ..none() })).await;
        assert_eq!(answer, titles, "{least}");
    }
    let answer =
        bench.engine.search(&bench.ctx, query(text, 10, SearchOptions { min_score: Some(0.0), ..none() }));
    let best = answer.await.expect("answers").hits[0].score;
    assert!((best - 1.0).abs() < 1e-6, "scores are those that the least one is compared with: {best}");
}

#[tokio::test]
async fn a_document_has_no_more_hits_than_its_share() {
    let bench = Workbench::new().await;
    let section =
        |number: u32| format!("# Heron {number}\n\n{}\n\n", "The heron waits in the reeds. ".repeat(30));
    let long: String = (0..150).map(section).collect();
    bench.learn_all(&[("long", &long), ("short", "A heron among other birds.")]).await;
    let plain = bench.found(query("heron", 5, none())).await;
    assert!(plain.iter().filter(|title| *title == LONG).count() >= 4, "{plain:?}");
    for most in [1, 2] {
        let titles =
            bench.found(query("heron", 5, SearchOptions { per_document: Some(most), ..none() })).await;
        assert_eq!(titles.iter().filter(|title| *title == LONG).count(), most as usize);
        assert!(titles.contains(&"short".to_owned()), "what stands far below is found: {titles:?}");
    }
}

#[tokio::test]
async fn diversity_prefers_what_is_not_like_better_hits() {
    let bench = Workbench::new().await;
    bench
        .learn_all(&[
            ("first", "heron heron gannet in the quiet salt marsh at dawn"),
            ("copy", "heron heron gannet in the quiet salt marsh at dawn"),
            ("other", "a heron by the river eats frogs, newts and fish"),
        ])
        .await;
    let plain = bench.found(query("heron gannet", 2, none())).await;
    assert!(!plain.contains(&"other".to_owned()), "{plain:?}");
    let unchanged =
        bench.found(query("heron gannet", 2, SearchOptions { diversity: Some(0.0), ..none() })).await;
    assert_eq!(unchanged, plain);
    let diverse = SearchOptions { diversity: Some(0.7), ..none() };
    let titles = bench.found(query("heron gannet", 2, diverse.clone())).await;
    assert_eq!(titles, [plain[0].as_str(), "other"]);
    let explained = query("heron gannet", 2, diverse).explained();
    let cuts = bench
        .engine
        .search(&bench.ctx, explained)
        .await
        .expect("answers")
        .explanation
        .expect("is there")
        .cuts;
    assert_eq!(cuts.too_alike, 1);
}

#[tokio::test]
async fn recency_prefers_what_changed_lately() {
    let clock = Arc::new(ManualClock::new());
    let bench = Workbench::over(stores(clock.clone()), tempfile::tempdir().expect("temporary folder")).await;
    bench.learn_all(&[("old", "heron heron heron"), ("none", "gannet heron and a lot of other words")]).await;
    clock.advance(Duration::from_hours(24 * 60));
    bench.learn_all(&[("new", "heron heron and one more word")]).await;
    assert_eq!(bench.found(query("heron", 1, none())).await, ["old"]);
    let options = |days| SearchOptions { half_life_days: Some(days), ..none() };
    assert_eq!(bench.found(query("heron", 1, options(10.0))).await, ["new"]);
    assert_eq!(bench.found(query("heron", 1, options(36_500.0))).await, ["old"]);
    assert!(bench.stores.clock.now() > ManualClock::START);
}

#[tokio::test]
async fn sources_are_weighted_by_their_longest_prefix() {
    let bench = Workbench::new().await;
    bench
        .learn_all(&[("notes/a", "heron heron"), ("notes/old/b", "heron"), ("mail/c", "heron and others")])
        .await;
    assert_eq!(bench.found(query("heron", 10, none())).await[0], "notes/a");
    let weights = |list: &[(&str, f32)]| {
        let weight =
            |(prefix, weight): &(&str, f32)| SourceWeight { prefix: (*prefix).to_owned(), weight: *weight };
        SearchOptions { source_weights: list.iter().map(weight).collect(), ..none() }
    };
    let titles =
        bench.found(query("heron", 10, weights(&[("text:notes/", 0.1), ("text:notes/old/", 10.0)]))).await;
    assert_eq!(titles[0], "notes/old/b", "{titles:?}");
    let titles = bench.found(query("heron", 1, weights(&[("text:notes/", 0.0)]))).await;
    assert_eq!(titles, ["mail/c"], "what has no weight comes last");
}

#[tokio::test]
async fn the_weight_of_meaning_may_be_given() {
    let bench = Workbench::with_model().await;
    bench
        .learn_all(&[
            ("heron", "gannet gannet gannet gannet puffin tern skua"),
            ("words", "heron once, and then so many other words that the angle to a single one is wide"),
            ("neither", "stone"),
        ])
        .await;
    let shares = |answer: &ragstone_core::answer::SearchAnswer| -> Vec<f32> {
        let legs = answer.hits.iter().flat_map(|hit| &hit.explanation.as_ref().expect("is explained").legs);
        legs.filter(|share| share.rank.leg == ragstone_core::answer::Leg::Semantic)
            .map(|share| share.weight)
            .collect()
    };
    for weight in [0.0, 0.25, 1.0] {
        let options = SearchOptions { weight: Some(weight), ..none() };
        let answer =
            bench.engine.search(&bench.ctx, query("heron", 10, options).explained()).await.expect("answers");
        assert!(shares(&answer).iter().all(|share| (share - weight).abs() < 1e-6), "{weight}");
        let alone = if weight < 0.5 { SearchMode::Keyword } else { SearchMode::Semantic };
        if weight.fract() == 0.0 {
            let best = bench.found(query("heron", 1, none()).with_mode(alone)).await;
            assert_eq!(answer.hits[0].citation.title, best[0], "{weight}");
        }
    }
}

#[tokio::test]
async fn reciprocal_ranks_score_by_places() {
    let bench = Workbench::with_model().await;
    bench.learn_all(&[("a", "heron heron"), ("b", "heron gannet"), ("c", "puffin")]).await;
    let options = SearchOptions { fusion: FusionMethod::ReciprocalRank, ..none() };
    let answer = bench.engine.search(&bench.ctx, query("heron", 10, options)).await.expect("answers");
    for hit in &answer.hits {
        let expected: f64 = hit.legs.iter().map(|leg| 0.5 * 61.0 / (60.0 + f64::from(leg.rank))).sum();
        assert!((f64::from(hit.score) - expected).abs() < 1e-5, "{:?} {}", hit.legs, hit.score);
    }
}

#[tokio::test]
async fn options_of_both_legs_are_refused_where_one_looks() {
    let with = [
        SearchOptions { weight: Some(0.5), ..none() },
        SearchOptions { fusion: FusionMethod::ReciprocalRank, ..none() },
    ];
    let (plain, model) = (Workbench::new().await, Workbench::with_model().await);
    for options in with {
        for mode in [SearchMode::Keyword, SearchMode::Semantic] {
            let refused =
                model.engine.search(&model.ctx, query("x", 1, options.clone()).with_mode(mode)).await;
            let refused = refused.expect_err("one leg");
            assert_eq!(refused.kind(), ErrorKind::InvalidArgument);
            assert!(refused.help().is_some());
        }
        let refused = plain.engine.search(&plain.ctx, query("x", 1, options.clone())).await;
        assert_eq!(refused.map(drop).map_err(|error| error.kind()), Err(ErrorKind::FailedPrecondition));
        assert!(model.engine.search(&model.ctx, query("x", 1, options)).await.is_ok());
    }
}

#[tokio::test]
async fn accuracy_is_asked_of_the_index() {
    let index = Arc::new(Watched::default());
    let bench = Workbench::with_model().await;
    let stores = Stores {
        index: index.clone(),
        embedder: bench.stores.embedder.clone(),
        ..stores(Arc::new(SystemClock))
    };
    let bench = Workbench::over(stores, tempfile::tempdir().expect("temporary folder")).await;
    bench.learn_all(&[("a", "heron")]).await;
    for accuracy in [Accuracy::Approximate, Accuracy::Exact] {
        let options = SearchOptions { accuracy, ..none() };
        assert_eq!(bench.found(query("heron", 1, options)).await, ["a"]);
        let asked = index.asked().into_iter().rev().find_map(|query| match query.likeness {
            Likeness::Dense(_, accuracy) => Some(accuracy),
            Likeness::Keyword(_) => None,
        });
        assert_eq!(asked, Some(accuracy));
    }
}

/// Likes one word, and nothing else.
struct Fond(&'static str);

impl Reranker for Fond {
    fn model(&self) -> RerankModel {
        let digest = ragstone_core::Digest::of(self.0.as_bytes());
        let fingerprint = ModelFingerprint::new(self.0, digest, Precision::F32, Pooling::None);
        RerankModel { fingerprint, max_tokens: 256 }
    }

    async fn rerank(&self, _: &CallContext, _: &str, passages: &[&str]) -> Result<Vec<Relevance>> {
        let score = |passage: &&str| if passage.contains(self.0) { 2.0 } else { -2.0 };
        Ok(passages.iter().map(|passage| Relevance { score: score(passage), is_truncated: false }).collect())
    }
}

#[tokio::test]
async fn a_model_that_reads_again_decides_and_one_that_is_missing_is_named() {
    let texts = [("most", "heron heron heron"), ("some", "heron among reeds"), ("none", "gannet")];
    let options = || SearchOptions { is_reranked: true, ..none() };
    let reranker: Arc<dyn DynReranker> = Arc::new(Fond("reeds"));
    let stores = Stores { reranker: Some(reranker), ..stores(Arc::new(SystemClock)) };
    let bench = Workbench::over(stores, tempfile::tempdir().expect("temporary folder")).await;
    bench.learn_all(&texts).await;
    assert_eq!(bench.titles("heron").await, ["most", "some"]);
    assert_eq!(bench.found(query("heron", 10, options())).await, ["some", "most"]);
    let explained = query("heron", 1, options()).explained();
    let answer = bench.engine.search(&bench.ctx, explained).await.expect("answers");
    let explanation = answer.hits[0].explanation.as_ref().expect("is explained");
    assert_eq!(explanation.relevance, Some(answer.hits[0].score));
    assert!((answer.hits[0].score - 0.880_797).abs() < 1e-5, "{}", answer.hits[0].score);
    let explanation = answer.explanation.expect("is explained");
    assert!(explanation.stages.iter().any(|time| time.stage == "rerank"));
    assert_eq!(explanation.cuts.beyond_limit, 1);

    let bench = Workbench::new().await;
    bench.learn_all(&texts).await;
    let refused =
        bench.engine.search(&bench.ctx, query("heron", 10, options())).await.expect_err("is refused");
    assert_eq!(refused.kind(), ErrorKind::FailedPrecondition);
    assert!(refused.help().is_some_and(|help| help.contains("reranker.folder")));
}
