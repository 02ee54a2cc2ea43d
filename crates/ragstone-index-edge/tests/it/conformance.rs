//! The laws of the chunk index.

use std::path::Path;
use std::sync::Arc;

use ragstone_conformance::IndexFixture;
use ragstone_core::port::DynChunkIndex;
use tempfile::TempDir;

use crate::sample;

fn open(root: &Path) -> Arc<dyn DynChunkIndex> {
    Arc::new(sample::open(root))
}

fn empty() -> IndexFixture {
    let directory = TempDir::new().expect("a directory");
    let root = directory.path().to_owned();
    let reopen = move |store: Arc<dyn DynChunkIndex>| {
        let root = root.clone();
        async move {
            store.close(&sample::ctx()).await.expect("closes");
            drop(store);
            open(&root)
        }
    };
    let fixture = IndexFixture::new(open(directory.path())).backed_by("qdrant-edge");
    fixture.reopening(reopen).keeping(directory)
}

ragstone_conformance::index_suite!("Qdrant Edge", async { empty() });
