//! A document that its access list keeps from a caller is to that caller as if it did not exist.

use std::collections::BTreeSet;

use ragstone_core::collection::CollectionStatistics;
use ragstone_core::document::WriteEffect;
use ragstone_core::error::ErrorKind::{NotFound, PermissionDenied};
use ragstone_core::id::{CollectionId, DocumentId, Sequence};
use ragstone_core::metadata::MetadataValue;
use ragstone_core::{AccessList, CallContext};

use crate::draft::{access, span};
use crate::law::assert_refused;
use crate::random::Random;
use crate::{CatalogDriver, CatalogFixture, DraftBuilder};

const NAMES: [&str; 3] = ["ann", "bob", "É; -- '"];
const GROUPS: [&str; 3] = ["ann", "staff", "a%_b"];

fn random_entries(random: &mut Random) -> Vec<String> {
    let mut entries = Vec::new();
    for _ in 0..random.below(3) {
        entries.push(if random.chance(50) {
            format!("user:{}", random.pick(&NAMES))
        } else {
            format!("group:{}", random.pick(&GROUPS))
        });
    }
    entries
}

fn random_access(random: &mut Random) -> AccessList {
    let (allow, deny) = (random_entries(random), random_entries(random));
    let texts = |entries: &[String]| entries.iter().map(|entry| entry.parse().expect("is one")).collect();
    AccessList::try_new(texts(&allow), texts(&deny)).expect("is small")
}

fn random_reader(driver: &CatalogDriver, random: &mut Random) -> CatalogDriver {
    let groups: Vec<&str> = GROUPS.into_iter().filter(|_| random.chance(40)).collect();
    let name = *random.pick(&NAMES);
    driver.as_reader(name, &groups)
}

fn admits(list: &AccessList, ctx: &CallContext) -> bool {
    list.admits(&ctx.principal().reader())
}

/// Every read of a hidden document is answered as that of one that never was.
pub async fn hidden_documents_are_as_missing_ones(fixture: CatalogFixture) {
    let owner = CatalogDriver::new(&fixture);
    let id = owner.create("notes").await.id;
    let draft = DraftBuilder::new("text:a").with_access(access(&["user:ann"], &[]));
    let hidden = owner.put(id, draft.build()).await.document;
    let never = DocumentId::from_uuid(uuid::Uuid::from_u128(7));
    let chunk = owner.content(hidden).await.chunks[0].id;
    let (ann, bob) = (owner.as_reader("ann", &[]), owner.as_reader("bob", &["ann"]));
    assert_eq!(ann.document(hidden).await, owner.document(hidden).await);
    assert_eq!(ann.passages(&[chunk]).await.len(), 1);
    assert_eq!(ann.documents(id, 10).await.len(), 1);
    for document in [hidden, never] {
        let (catalog, ctx) = (&bob.catalog, &bob.ctx);
        assert_refused(catalog.document(ctx, document).await, NotFound, "document");
        assert_refused(catalog.document_text(ctx, document, span(0, 1)).await, NotFound, "document_text");
        assert_refused(catalog.document_text(ctx, document, span(0, 999)).await, NotFound, "document_text");
        assert_refused(catalog.document_content(ctx, document).await, NotFound, "document_content");
    }
    assert_eq!(bob.passages(&[chunk]).await, Vec::new());
    assert_eq!(bob.documents(id, 10).await, Vec::new());
    assert_eq!(bob.sources(id, "", 10).await, Vec::<String>::new());
    assert_eq!(bob.statistics(id).await, CollectionStatistics::default());
}

/// Random callers read, list and count what `AccessList::admits` admits.
pub async fn readers_read_what_the_core_says(fixture: CatalogFixture) {
    let owner = CatalogDriver::new(&fixture);
    let id = owner.create("notes").await.id;
    let mut random = Random::new(28);
    let drafts = (0..40).map(|number| {
        let text = "line\n".repeat(1 + random.below(3) as usize);
        let draft = DraftBuilder::new(&format!("text:{number:02}")).with_text(&text);
        draft.with_access(random_access(&mut random)).build()
    });
    let drafts = drafts.collect();
    owner.put_all(id, drafts).await;
    let documents = owner.audit(id).await;
    for _ in 0..40 {
        let reader = random_reader(&owner, &mut random);
        let readable: Vec<_> =
            documents.iter().filter(|held| admits(&held.access, &reader.ctx)).cloned().collect();
        assert_eq!(reader.documents(id, 100).await, readable, "{:?}", reader.ctx.principal());
        let mut sums = CollectionStatistics::default();
        for document in &documents {
            let content = owner.content(document.id).await;
            let chunks: Vec<_> = content.chunks.iter().map(|chunk| chunk.id).collect();
            let is_admitted = readable.contains(document);
            let found = reader.passages(&chunks).await.len();
            assert_eq!(found, if is_admitted { chunks.len() } else { 0 });
            assert_eq!(reader.catalog.document(&reader.ctx, document.id).await.is_ok(), is_admitted);
            if is_admitted {
                sums.documents += 1;
                sums.chunks += u64::from(document.chunk_count);
                sums.text_bytes += document.text_len;
                sums.terms += content.chunks.iter().map(|chunk| u64::from(chunk.terms)).sum::<u64>();
            }
        }
        assert_eq!(reader.statistics(id).await, sums);
    }
}

/// Pages are as full as if hidden documents were not there, and their keys name readable ones.
pub async fn hidden_documents_take_no_place_of_a_page(fixture: CatalogFixture) {
    let owner = CatalogDriver::new(&fixture);
    let id = owner.create("notes").await.id;
    let drafts = (0..30).map(|number| {
        let list = if number % 10 == 9 { AccessList::OPEN } else { access(&["user:ann"], &[]) };
        DraftBuilder::new(&format!("text:{number:02}")).with_access(list).build()
    });
    owner.put_all(id, drafts.collect()).await;
    let bob = owner.as_reader("bob", &[]);
    let page = ragstone_core::page::PageRequest::try_new(2).expect("is a size");
    let first = bob.catalog.documents(&bob.ctx, id, &page).await.expect("lists");
    let sources: Vec<_> = first.items.iter().map(|held| held.source.to_string()).collect();
    assert_eq!(sources, ["text:09", "text:19"]);
    assert_eq!(first.next.as_deref(), Some("text:19"));
    for size in [1, 2, 3, 10] {
        assert_eq!(bob.sources(id, "text:", size).await, ["text:09", "text:19", "text:29"]);
        assert_eq!(bob.documents(id, size).await.len(), 3);
        assert_eq!(bob.sources(id, "text:1", size).await, ["text:19"]);
        assert_eq!(bob.sources(id, "text:29", size).await, ["text:29"]);
    }
}

/// Statistics are over what the caller may read, after every kind of write.
pub async fn hidden_documents_are_not_counted(fixture: CatalogFixture) {
    let owner = CatalogDriver::new(&fixture);
    let id = owner.create("notes").await.id;
    let bob = owner.as_reader("bob", &[]);
    owner.put(id, DraftBuilder::new("text:open").build()).await;
    let open = owner.statistics(id).await;
    let hidden = DraftBuilder::new("text:a").with_access(access(&["user:ann"], &[]));
    let receipt = owner.put(id, hidden.clone().build()).await;
    assert_eq!(bob.statistics(id).await, open);
    owner.put(id, hidden.clone().with_text("much\nlonger\ntext").build()).await;
    assert_eq!(bob.statistics(id).await, open);
    owner.put(id, hidden.with_access(access(&[], &["user:ann"])).build()).await;
    assert_eq!(bob.statistics(id).await, owner.statistics(id).await);
    assert_eq!(owner.as_reader("ann", &[]).statistics(id).await, open);
    owner.delete(receipt.document).await;
    assert_eq!(owner.as_reader("ann", &[]).statistics(id).await, open);
    assert_eq!(owner.statistics(id).await, open);
}

/// Keys that only hidden documents have are not listed; those that open ones ever had stay.
pub async fn metadata_keys_of_hidden_documents_are_not_listed(fixture: CatalogFixture) {
    let owner = CatalogDriver::new(&fixture);
    let id = owner.create("notes").await.id;
    let keyed = |name: &str, key: &str| DraftBuilder::new(name).with_metadata(key, MetadataValue::Integer(1));
    let keys = async |driver: &CatalogDriver| {
        let listed = driver.catalog.metadata_keys(&driver.ctx, id).await;
        listed.expect("lists keys").join(" ")
    };
    let (ann, bob) = (owner.as_reader("ann", &[]), owner.as_reader("bob", &[]));
    assert_eq!(keys(&bob).await, "");
    let secret = || keyed("text:a", "secret").with_access(access(&["user:ann"], &[]));
    owner.put_all(id, vec![secret().build(), keyed("text:b", "year").build()]).await;
    assert_eq!((keys(&owner).await, keys(&ann).await), ("secret year".into(), "secret year".into()));
    assert_eq!(keys(&bob).await, "year");
    owner.put(id, secret().with_access(access(&["user:bob"], &[])).build()).await;
    assert_eq!((keys(&ann).await, keys(&bob).await), ("year".into(), "secret year".into()));
    let both = vec![keyed("text:b", "other").build(), keyed("text:c", "secret").build()];
    owner.put_all(id, both).await;
    assert_eq!(keys(&ann).await, "other secret year", "what was open once was known");
    assert_eq!(keys(&owner).await, "other secret year");
}

/// Another list alone is another version, which the feed tells of; the same list is not.
pub async fn change_of_the_access_list_is_a_change(fixture: CatalogFixture) {
    let owner = CatalogDriver::new(&fixture);
    let id = owner.create("notes").await.id;
    let draft = |list| DraftBuilder::new("text:a").with_access(list).build();
    let first = owner.put(id, draft(access(&["user:ann"], &[]))).await;
    let again = owner.put(id, draft(access(&["user:ann"], &[]))).await;
    assert_eq!((again.effect, again.sequence), (WriteEffect::Unchanged, first.sequence));
    let closer = owner.put(id, draft(access(&["user:ann"], &["group:night"]))).await;
    assert_eq!((closer.effect, closer.document), (WriteEffect::Updated, first.document));
    let changes = owner.changes(id, first.sequence).await;
    assert_eq!(changes.iter().map(|change| change.sequence).collect::<Vec<_>>(), [closer.sequence]);
    let stored = owner.document(first.document).await.access;
    assert_eq!(stored, access(&["user:ann"], &["group:night"]));
    owner.audit(id).await;
}

/// A writer can neither replace nor delete what the writer may not read; nothing of such a batch is stored.
pub async fn hidden_documents_are_neither_replaced_nor_deleted(fixture: CatalogFixture) {
    let owner = CatalogDriver::new(&fixture);
    let id = owner.create("notes").await.id;
    let hidden = DraftBuilder::new("text:a").with_access(access(&["user:ann"], &[])).build();
    let receipt = owner.put(id, hidden.clone()).await;
    let bob = owner.as_reader("bob", &[]);
    for expected in [None, Some(receipt.version)] {
        let deleted = bob.catalog.delete_document(&bob.ctx, receipt.document, expected).await;
        assert_refused(deleted, NotFound, "a deletion of a hidden document");
    }
    for draft in [hidden.clone(), DraftBuilder::new("text:a").with_text("mine").build()] {
        let batch = vec![DraftBuilder::new("text:b").build(), draft];
        let put = bob.catalog.put_documents(&bob.ctx, id, batch).await;
        assert_refused(put, PermissionDenied, "a draft in the place of a hidden document");
    }
    assert_eq!(owner.head().await, receipt.sequence);
    assert_eq!(owner.audit(id).await.len(), 1);

    let ann = owner.as_reader("ann", &[]);
    assert_eq!(ann.put(id, hidden).await.effect, WriteEffect::Unchanged);
    ann.delete(receipt.document).await;
    let mine = bob.put(id, DraftBuilder::new("text:a").with_text("mine").build()).await;
    assert_eq!(mine.effect, WriteEffect::Created);
}

/// A document that is created again has the list of its new draft, not that of the deleted one.
pub async fn access_lists_end_with_their_document(fixture: CatalogFixture) {
    let owner = CatalogDriver::new(&fixture);
    let id: CollectionId = owner.create("notes").await.id;
    let hidden = DraftBuilder::new("text:a").with_access(access(&["user:ann"], &["user:bob"]));
    let first = owner.put(id, hidden.build()).await;
    owner.delete(first.document).await;
    let bob = owner.as_reader("bob", &[]);
    let again = bob.put(id, DraftBuilder::new("text:a").build()).await;
    assert_eq!((again.document, again.effect), (first.document, WriteEffect::Created));
    assert_eq!(bob.document(again.document).await.access, AccessList::OPEN);
    let sources: BTreeSet<_> = bob.sources(id, "", 10).await.into_iter().collect();
    assert_eq!(sources, BTreeSet::from(["text:a".to_owned()]));
    assert_eq!(owner.changes(id, Sequence::ZERO).await.len(), 1);
}
