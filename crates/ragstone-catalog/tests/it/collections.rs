//! Collections.

use ragstone_core::ErrorKind;
use ragstone_core::collection::{AnalyzerChoice, KeywordSettings};
use ragstone_core::page::PageRequest;
use ragstone_core::port::{ChangeFeed, CollectionStore, DocumentStore};

use crate::fixture::{Fixture, context_of, create, draft, new_collection};

#[tokio::test]
async fn what_was_created_is_found_again_after_a_restart() {
    let mut fixture = Fixture::new().await;
    let mut new = new_collection("code", 7);
    new.keyword = KeywordSettings { analyzer: AnalyzerChoice::Simple, k1: 0.9, b: 0.4 };
    let created = fixture.catalog.create_collection(&fixture.ctx, new.clone()).await.expect("created");
    assert_eq!((created.id, created.keyword), (new.id, new.keyword));
    fixture.reopen().await;
    let found = fixture.catalog.collection(&fixture.ctx, &new.name).await.expect("found");
    assert_eq!(found, created);
}

#[tokio::test]
async fn a_live_name_exists_and_a_deleted_one_is_free() {
    let fixture = Fixture::new().await;
    let again = fixture.catalog.create_collection(&fixture.ctx, new_collection("notes", 2)).await;
    assert_eq!(again.map_err(|error| error.kind()), Err(ErrorKind::AlreadyExists));

    let name = new_collection("notes", 2).name;
    fixture.catalog.delete_collection(&fixture.ctx, &name).await.expect("deleted");
    let gone = fixture.catalog.collection(&fixture.ctx, &name).await;
    assert_eq!(gone.map_err(|error| error.kind()), Err(ErrorKind::NotFound));
    create(&*fixture.catalog, &fixture.ctx, "notes", 2).await;
}

#[tokio::test]
async fn a_failed_creation_uses_no_sequence() {
    let fixture = Fixture::new().await;
    let before = fixture.catalog.head(&fixture.ctx).await.expect("head");
    let again = fixture.catalog.create_collection(&fixture.ctx, new_collection("notes", 2)).await;
    assert!(again.is_err());
    assert_eq!(fixture.catalog.head(&fixture.ctx).await.expect("head"), before);
}

#[tokio::test]
async fn tenants_do_not_see_each_other() {
    let fixture = Fixture::new().await;
    let other = context_of("other");
    create(&*fixture.catalog, &other, "notes", 2).await;
    let statistics = fixture.catalog.statistics(&other, fixture.collection).await;
    assert_eq!(statistics.map_err(|error| error.kind()), Err(ErrorKind::NotFound));
    let put = fixture.catalog.put_documents(&other, fixture.collection, vec![draft("text:a", "x")]).await;
    assert_eq!(put.map_err(|error| error.kind()), Err(ErrorKind::NotFound));
    let keys = fixture.catalog.metadata_keys(&other, fixture.collection).await;
    assert_eq!(keys.map_err(|error| error.kind()), Err(ErrorKind::NotFound));
}

#[tokio::test]
async fn pages_end_where_the_names_end() {
    let fixture = Fixture::new().await;
    for (name, id) in [("b", 2), ("a", 3), ("c", 4)] {
        create(&*fixture.catalog, &fixture.ctx, name, id).await;
    }
    let mut names = Vec::new();
    let mut page = PageRequest::try_new(2).expect("a page");
    loop {
        let found = fixture.catalog.collections(&fixture.ctx, &page).await.expect("a page");
        names.extend(found.items.into_iter().map(|collection| collection.name.as_str().to_owned()));
        match found.next {
            Some(next) => page = PageRequest::try_new(2).expect("a page").after(next),
            None => break,
        }
    }
    assert_eq!(names, ["a", "b", "c", "notes"]);
}
