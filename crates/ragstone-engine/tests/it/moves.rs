//! Files that move keep their vectors.

use std::path::Path;
use std::sync::Arc;
use std::sync::Mutex;

use ragstone_core::clock::SystemClock;
use ragstone_core::embedding::{Dimensions, Embedding, EmbeddingModel, InputKind, TokenCount};
use ragstone_core::memory::HashingModel;
use ragstone_core::port::Embedder;
use ragstone_core::{CallContext, Result};
use ragstone_engine::Stores;

use crate::workbench::{Workbench, stores};

/// Hashed words; remembers the passages that it was given.
struct Counting {
    model: HashingModel,
    passages: Mutex<Vec<String>>,
}

impl Counting {
    fn new() -> Arc<Self> {
        let dimensions = Dimensions::try_new(64).expect("in range");
        let model = HashingModel::new(Arc::new(SystemClock), dimensions, 256);
        Arc::new(Self { model, passages: Mutex::default() })
    }

    fn taken(&self) -> Vec<String> {
        std::mem::take(&mut self.passages.lock().expect("no panic"))
    }
}

impl Embedder for Counting {
    fn model(&self) -> EmbeddingModel {
        Embedder::model(&self.model)
    }

    async fn embed(&self, ctx: &CallContext, kind: InputKind, texts: &[&str]) -> Result<Vec<Embedding>> {
        if kind == InputKind::Passage {
            let given = texts.iter().map(|text| (*text).to_owned());
            self.passages.lock().expect("no panic").extend(given);
        }
        Embedder::embed(&self.model, ctx, kind, texts).await
    }

    async fn count_tokens(
        &self,
        ctx: &CallContext,
        kind: InputKind,
        texts: &[&str],
    ) -> Result<Vec<TokenCount>> {
        Embedder::count_tokens(&self.model, ctx, kind, texts).await
    }
}

async fn bench() -> (Workbench, Arc<Counting>) {
    let model = Counting::new();
    let stores = Stores { embedder: Some(Arc::clone(&model) as _), ..stores(Arc::new(SystemClock)) };
    (Workbench::over(stores, tempfile::tempdir().expect("temporary folder")).await, model)
}

impl Workbench {
    /// Ingests the folder and waits until everything is embedded.
    async fn settle(&self) -> (u64, u64) {
        let report = self.ingest_folder().await;
        if let Some(sequence) = report.sequence {
            self.engine.wait_embedded(&self.ctx, sequence).await.expect("is embedded");
        }
        (report.created, report.deleted)
    }

    fn rename(&self, from: &str, to: &str) {
        let to = self.folder.path().join(to);
        std::fs::create_dir_all(to.parent().unwrap_or(Path::new("/"))).expect("creates");
        std::fs::rename(self.folder.path().join(from), to).expect("renames");
    }
}

#[tokio::test]
async fn a_moved_file_is_not_embedded_again() {
    let (bench, model) = bench().await;
    for number in 0..80 {
        bench.write(
            &format!("old/{number}.md"),
            format!("# Note {number}\n\nThe albatross number {number} glides."),
        );
    }
    assert_eq!(bench.settle().await, (80, 0));
    assert_eq!(model.taken().len(), 80);

    bench.rename("old", "new/place");
    assert_eq!(bench.settle().await, (80, 80));
    assert_eq!(model.taken(), Vec::<String>::new());
    let answer = bench.search("albatross number 7").await;
    assert!(answer.hits.iter().any(|hit| hit.citation.source.as_str().ends_with("/new/place/7.md")));
    assert!(answer.degraded.is_empty());
}

#[tokio::test]
async fn a_file_whose_name_is_its_title_keeps_its_vectors_under_another_name() {
    let (bench, model) = bench().await;
    bench.write("old.txt", "The albatross glides.");
    bench.settle().await;
    model.taken();
    bench.rename("old.txt", "sub/old.txt");
    assert_eq!(bench.settle().await, (1, 1));
    bench.rename("sub/old.txt", "sub/new.txt");
    assert_eq!(bench.settle().await, (1, 1));
    assert_eq!(model.taken().len(), 0, "the name of a file is not shown to the model");
}
