//! The standard stacks around the reference stores.

use std::sync::Arc;

use ragstone_core::collection::{KeywordSettings, NewCollection};
use ragstone_core::index::IndexSchema;
use ragstone_core::memory::{MemoryCatalog, MemoryIndex};
use ragstone_core::{CallContext, CollectionId, CollectionName, ErrorKind, Reader};
use ragstone_layers::{StackPolicy, standard_catalog, standard_index};

use crate::bench;

fn policy() -> StackPolicy {
    bench::stack(&bench::backend())
}

#[tokio::test(start_paused = true)]
async fn the_catalog_behind_the_stack_answers_as_itself() {
    let catalog = standard_catalog(Arc::new(MemoryCatalog::new(bench::clock())), &policy());
    let ctx = bench::user("default");
    let new = NewCollection {
        id: CollectionId::from_uuid(uuid::Uuid::from_u128(7)),
        name: CollectionName::default(),
        description: String::new(),
        keyword: KeywordSettings::default(),
    };
    let created = catalog.create_collection(&ctx, new.clone()).await.expect("creates");
    assert_eq!(catalog.collection(&ctx, &new.name).await.expect("finds"), created);
    let again = catalog.create_collection(&ctx, new).await.map_err(|error| error.kind());
    assert_eq!(again, Err(ErrorKind::AlreadyExists));
}

#[tokio::test(start_paused = true)]
async fn the_index_behind_the_stack_refuses_foreign_tenants() {
    let index = standard_index(Arc::new(MemoryIndex::new()), &policy());
    let target = bench::target();
    let generation = ragstone_core::GenerationId::from_uuid(target.collection.as_uuid());
    index.create(&CallContext::system(), &target, generation, IndexSchema::default()).await.expect("creates");
    assert_eq!(
        index.count(&bench::user("default"), &target, None, &Reader::Everything).await.expect("counts"),
        0
    );
    let foreign = index.count(&bench::user("other"), &target, None, &Reader::Everything).await;
    assert_eq!(foreign.map_err(|error| error.kind()), Err(ErrorKind::NotFound));
}
