//! Sources: longer than an index takes, and in the order of their bytes whatever the database's own order is.

use ragstone_core::page::PageRequest;
use ragstone_core::port::DocumentStore;
use ragstone_core::{ErrorKind, SourceUri};

use super::server::TestDatabase;
use crate::fixture::{context_of, create, draft};

/// Text that does not become shorter when it is compressed.
fn noise(len: usize, mut seed: u64) -> String {
    let mut text = String::with_capacity(len);
    while text.len() < len {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        text += &seed.to_string();
    }
    text.truncate(len);
    text
}

#[tokio::test]
async fn the_longest_sources_are_stored_and_listed_in_order() {
    let Some(database) = TestDatabase::create().await else { return };
    let ctx = context_of("acme");
    let catalog = database.open().await;
    let collection = create(&catalog, &ctx, "notes", 1).await;
    let shared = noise(3_000, 1);
    let mut sources: Vec<String> = (0..12)
        .map(|number| {
            let start = format!("file:///{shared}/{number:02}/");
            let rest = SourceUri::MAX_LEN - start.len();
            start + &noise(rest, number)
        })
        .collect();
    sources.push(format!("file:///{}", "\u{1f980}".repeat(1_000)));
    sources.extend(["file:///Z", "file:///a", "file:///é", "file:///"].map(str::to_owned));
    let drafts = sources.iter().map(|source| draft(source, source)).collect();
    catalog.put_documents(&ctx, collection, drafts).await.expect("stored");
    sources.sort();

    let mut found = Vec::new();
    let mut page = PageRequest::try_new(3).expect("a page");
    loop {
        let part = catalog.documents(&ctx, collection, &page).await.expect("a page");
        found.extend(part.items.into_iter().map(|document| document.source.to_string()));
        match part.next {
            Some(next) => page = PageRequest::try_new(3).expect("a page").after(next),
            None => break,
        }
    }
    assert_eq!(found, sources);

    let prefix = format!("file:///{shared}/0");
    let page = PageRequest::try_new(100).expect("a page");
    let states = catalog.source_states(&ctx, collection, &prefix, &page).await.expect("a page");
    let found: Vec<&str> = states.items.iter().map(|state| state.source.as_str()).collect();
    let expected: Vec<&String> = sources.iter().filter(|source| source.starts_with(&prefix)).collect();
    assert_eq!(found, expected);
    assert_eq!(found.len(), 10);
}

#[tokio::test]
async fn a_listing_is_read_from_the_index() {
    let Some(database) = TestDatabase::create().await else { return };
    let ctx = context_of("acme");
    let catalog = database.open().await;
    let collection = create(&catalog, &ctx, "notes", 1).await;
    for batch in 0..10 {
        let drafts = (0..200).map(|n| draft(&format!("file:///docs/{batch}/{n:04}.md"), "one\n")).collect();
        catalog.put_documents(&ctx, collection, drafts).await.expect("stored");
    }
    database.run("ANALYZE documents").await;
    let listing = format!(
        "EXPLAIN SELECT d.id, d.source FROM documents d
         WHERE d.collection = '{}' AND d.deleted = 0 AND d.source > 'file:///docs/5/'
             AND left(d.source, 600) >= left('file:///docs/5/', 600)
         ORDER BY left(d.source, 600), d.source LIMIT 50",
        collection.as_uuid()
    );
    let mut connection = database.connect().await;
    let rows = sqlx::raw_sql(sqlx::AssertSqlSafe(listing)).fetch_all(&mut connection).await.expect("a plan");
    let plan: String = rows.iter().map(|row| sqlx::Row::get::<String, _>(row, 0)).collect();
    assert!(plan.contains("documents_live_source") && plan.contains("Incremental Sort"), "{plan}");
}

#[tokio::test]
async fn a_text_that_postgresql_cannot_keep_is_refused() {
    let Some(database) = TestDatabase::create().await else { return };
    let ctx = context_of("acme");
    let catalog = database.open().await;
    let collection = create(&catalog, &ctx, "notes", 1).await;
    let mut bad = draft("text:a", "one\n");
    bad.title = "nul\0".to_owned();
    let error = catalog.put_documents(&ctx, collection, vec![bad]).await.expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert!(error.help().is_some());
    // A body keeps it, because it is kept as bytes.
    let kept =
        catalog.put_documents(&ctx, collection, vec![draft("text:b", "nul\0\n")]).await.expect("stored");
    assert_eq!(catalog.document_content(&ctx, kept[0].document).await.expect("found").text, "nul\0\n");
}
