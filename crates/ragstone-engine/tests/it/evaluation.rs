//! What is measured is what a search answers.

use std::sync::Arc;

use ragstone_core::clock::SystemClock;
use ragstone_core::embedding::Dimensions;
use ragstone_core::memory::HashingModel;
use ragstone_core::{SearchMode, SearchQuery};
use ragstone_engine::evaluation::{LegHit, Legs, QueryLegs, Run};
use ragstone_engine::{EngineConfig, Stores};

use crate::workbench::{Workbench, stores};

const WORDS: [&str; 7] = ["albatross", "petrel", "herring", "cod", "glacier", "moraine", "tide"];

async fn bench() -> Workbench {
    let clock = Arc::new(SystemClock);
    let dimensions = Dimensions::try_new(64).expect("in range");
    let model = HashingModel::new(clock.clone(), dimensions, 256);
    let stores = Stores { embedder: Some(Arc::new(model)), ..stores(clock) };
    Workbench::over(stores, tempfile::tempdir().expect("temporary folder")).await
}

impl Workbench {
    async fn passages(&self, text: &str, mode: SearchMode, limit: u32) -> Vec<LegHit> {
        let query = SearchQuery::try_new(text, limit).expect("valid").with_mode(mode);
        let answer = self.engine.search(&self.ctx, query).await.expect("answers");
        let hits = answer.hits.into_iter().map(|hit| LegHit {
            document: hit.citation.source.to_string(),
            start: hit.citation.span.start(),
            score: hit.score,
        });
        hits.collect()
    }
}

/// Texts of few words, in which each query has many and uneven matches.
async fn learn(bench: &Workbench, texts: usize) {
    let mut last = None;
    for number in 0..texts {
        let words: Vec<&str> = (0..=number % 5)
            .filter_map(|place| WORDS.get((number * 3 + place * place) % WORDS.len()).copied())
            .collect();
        last =
            Some(bench.put(&format!("n{number}"), &format!("{} n{number}", words.join(" "))).await.sequence);
    }
    bench.engine.wait_embedded(&bench.ctx, last.expect("some texts")).await.expect("is embedded");
}

#[tokio::test]
async fn fused_legs_are_the_hybrid_search() {
    let bench = bench().await;
    learn(&bench, 300).await;
    for (limit, query) in [(1000, "albatross tide"), (10, "albatross tide"), (10, "glacier"), (10, "nowhere")]
    {
        let legs = QueryLegs {
            keyword: bench.passages(query, SearchMode::Keyword, 1000).await,
            semantic: bench.passages(query, SearchMode::Semantic, 1000).await,
        };
        let fused =
            Legs { queries: [("q".to_owned(), legs)].into() }.fused(EngineConfig::default().semantic_weight);
        let hits = bench.passages(query, SearchMode::Hybrid, limit).await;
        let ranking: Vec<(String, f32)> = hits.into_iter().map(|hit| (hit.document, hit.score)).collect();
        let mut hybrid = Run::default();
        hybrid.insert("q", ranking);
        let scores = |run: &Run| -> Vec<f32> {
            let text = run.to_trec("x");
            let score = |line: &str| line.split(' ').nth(4).and_then(|score| score.parse().ok());
            text.lines().filter_map(score).take(limit as usize).collect()
        };
        let (ours, theirs) = (scores(&fused), scores(&hybrid));
        assert_eq!(ours.len().min(limit as usize), theirs.len(), "{query}");
        for (ours, theirs) in ours.iter().zip(&theirs) {
            assert!((ours - theirs).abs() < 1e-5, "{query}, {limit}: {ours} is not {theirs}");
        }
    }
}
