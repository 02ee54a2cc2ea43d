//! Writes that are bound to a request: each is made once, whoever makes it and however often.

use std::time::Duration;

use ragstone_core::ErrorKind::{AlreadyExists, Conflict, NotFound};
use ragstone_core::document::{DocumentDraft, WriteEffect};
use ragstone_core::graph::{GraphKind, GraphVersion, NewGraph, NewPart};
use ragstone_core::id::HolderId;
use ragstone_core::idempotency::{KeyPolicy, KeyState};
use ragstone_core::job::{ClaimRequest, JobFailure, JobKind, JobState, Lane, NewJob, Outcome};
use ragstone_core::page::PageRequest;
use ragstone_core::saved_search::NewSavedSearch;
use ragstone_core::{CollectionId, DocumentVersion, ErrorKind, GraphId, GraphName, JobId, SavedSearchName};
use uuid::Uuid;

use super::driver::{AFTER, Doer, LONG, SHORT, policy, request};
use crate::KeyFixture;
use crate::draft::{DraftBuilder, collection_name, new_collection};
use crate::law::assert_refused;

fn draft(text: &str) -> DocumentDraft {
    DraftBuilder::new("text:a").with_text(text).build()
}

async fn collection(doer: &Doer) -> CollectionId {
    doer.catalog.create_collection(&doer.ctx, new_collection("birds")).await.expect("creates").id
}

/// A document that others have changed since is left alone, and the receipt is that of the first time.
pub async fn bound_put_is_made_once(fixture: KeyFixture) {
    let doer = Doer::new(&fixture);
    let birds = collection(&doer).await;
    let claim = doer.claim("a").await;
    let put = |ctx, text| {
        let (doer, ctx): (&Doer, ragstone_core::CallContext) = (&doer, ctx);
        async move { doer.catalog.put_documents(&ctx, birds, vec![draft(text)]).await.expect("stores") }
    };
    let first = put(doer.bound(&claim), "terns").await;
    assert_eq!(first[0].effect, WriteEffect::Created);
    assert_eq!(put(doer.bound(&claim), "terns").await, first);
    let newer = put(doer.ctx.clone(), "storks").await;
    let again = doer.take_up_again("a", &claim).await;
    assert_eq!(put(doer.bound(&again), "terns").await, first);
    let stored = doer.catalog.document_content(&doer.ctx, first[0].document).await.expect("reads");
    assert_eq!((stored.text.as_str(), stored.document.version), ("storks", newer[0].version));
}

/// That nothing was to be stored is remembered, too: a newer version is not replaced later.
pub async fn bound_put_that_changed_nothing_is_remembered(fixture: KeyFixture) {
    let doer = Doer::new(&fixture);
    let birds = collection(&doer).await;
    let put = |ctx, text| {
        let (doer, ctx): (&Doer, ragstone_core::CallContext) = (&doer, ctx);
        async move { doer.catalog.put_documents(&ctx, birds, vec![draft(text)]).await.expect("stores") }
    };
    put(doer.ctx.clone(), "terns").await;
    let claim = doer.claim("a").await;
    let first = put(doer.bound(&claim), "terns").await;
    assert_eq!(first[0].effect, WriteEffect::Unchanged);
    put(doer.ctx.clone(), "storks").await;
    let again = doer.take_up_again("a", &claim).await;
    assert_eq!(put(doer.bound(&again), "terns").await, first);
    let stored = doer.catalog.document_content(&doer.ctx, first[0].document).await.expect("reads");
    assert_eq!(stored.text, "storks");
}

/// A document that was stored again after its deletion stays.
pub async fn bound_delete_is_made_once(fixture: KeyFixture) {
    let doer = Doer::new(&fixture);
    let birds = collection(&doer).await;
    let put = || doer.catalog.put_documents(&doer.ctx, birds, vec![draft("terns")]);
    let document = put().await.expect("stores")[0].document;
    let claim = doer.claim("a").await;
    let delete = |ctx| {
        let (doer, ctx): (&Doer, ragstone_core::CallContext) = (&doer, ctx);
        async move { doer.catalog.delete_document(&ctx, document, None).await.expect("deletes") }
    };
    let first = delete(doer.bound(&claim)).await;
    put().await.expect("stores again");
    let again = doer.take_up_again("a", &claim).await;
    assert_eq!(delete(doer.bound(&again)).await, first);
    doer.catalog.document(&doer.ctx, document).await.expect("is there");
}

/// A version that others have replaced since is not brought back a second time.
pub async fn bound_restoration_is_made_once(fixture: KeyFixture) {
    let doer = Doer::new(&fixture);
    let birds = collection(&doer).await;
    let put = |text| doer.catalog.put_documents(&doer.ctx, birds, vec![draft(text)]);
    let document = put("terns").await.expect("stores")[0].document;
    put("storks").await.expect("stores");
    let restore = |ctx, version| {
        let (doer, ctx): (&Doer, ragstone_core::CallContext) = (&doer, ctx);
        let version = DocumentVersion(version);
        async move { doer.catalog.restore_version(&ctx, document, version, None).await.expect("restores") }
    };
    let claim = doer.claim("a").await;
    let first = restore(doer.bound(&claim), 1).await;
    assert_eq!((first.effect, first.version), (WriteEffect::Updated, DocumentVersion(3)));
    put("gulls").await.expect("stores");
    let again = doer.take_up_again("a", &claim).await;
    assert_eq!(restore(doer.bound(&again), 1).await, first);
    // That the version was the current one is remembered, too.
    let claim = doer.claim("b").await;
    let same = restore(doer.bound(&claim), 4).await;
    assert_eq!(same.effect, WriteEffect::Unchanged);
    put("auks").await.expect("stores");
    let again = doer.take_up_again("b", &claim).await;
    assert_eq!(restore(doer.bound(&again), 4).await, same);
    let stored = doer.catalog.document_content(&doer.ctx, document).await.expect("reads");
    assert_eq!(stored.text, "auks");
}

/// A document that was stored again after it was purged stays.
pub async fn bound_purge_is_made_once(fixture: KeyFixture) {
    let doer = Doer::new(&fixture);
    let birds = collection(&doer).await;
    let put = || doer.catalog.put_documents(&doer.ctx, birds, vec![draft("terns")]);
    let document = put().await.expect("stores")[0].document;
    let claim = doer.claim("a").await;
    let purge = |ctx| {
        let (doer, ctx): (&Doer, ragstone_core::CallContext) = (&doer, ctx);
        async move { doer.catalog.purge_document(&ctx, document, None).await.expect("purges") }
    };
    let first = purge(doer.bound(&claim)).await;
    put().await.expect("stores again");
    let again = doer.take_up_again("a", &claim).await;
    assert_eq!(purge(doer.bound(&again)).await, first);
    doer.catalog.document(&doer.ctx, document).await.expect("is there");
}

/// A collection is created once, also when it was deleted since.
pub async fn bound_collection_is_created_once(fixture: KeyFixture) {
    let doer = Doer::new(&fixture);
    let claim = doer.claim("a").await;
    let create = |ctx| {
        let (doer, ctx): (&Doer, ragstone_core::CallContext) = (&doer, ctx);
        async move { doer.catalog.create_collection(&ctx, new_collection("birds")).await }
    };
    let first = create(doer.bound(&claim)).await.expect("creates");
    let again = doer.take_up_again("a", &claim).await;
    assert_eq!(create(doer.bound(&again)).await.expect("answers"), first);
    assert_refused(create(doer.ctx.clone()).await.map(drop), AlreadyExists, "an unbound creation");
    doer.catalog.delete_collection(&doer.ctx, &collection_name("birds")).await.expect("deletes");
    assert_eq!(create(doer.bound(&again)).await.expect("answers"), first);
    let found = doer.catalog.collection(&doer.ctx, &collection_name("birds")).await;
    assert_refused(found.map(drop), NotFound, "the deleted collection");
}

/// A new collection of the name stays.
pub async fn bound_collection_is_deleted_once(fixture: KeyFixture) {
    let doer = Doer::new(&fixture);
    let (name, claim) = (collection_name("birds"), doer.claim("a").await);
    collection(&doer).await;
    let first = doer.catalog.delete_collection(&doer.bound(&claim), &name).await.expect("deletes");
    let other = collection(&doer).await;
    let again = doer.take_up_again("a", &claim).await;
    let second = doer.catalog.delete_collection(&doer.bound(&again), &name).await.expect("answers");
    assert_eq!(second, first);
    assert_eq!(doer.catalog.collection(&doer.ctx, &name).await.expect("is there").id, other);
}

fn search(query: &str) -> NewSavedSearch {
    NewSavedSearch {
        name: SavedSearchName::try_new("terns").expect("is a name"),
        description: "for \"tests\"".to_owned(),
        query: query.to_owned(),
        form: "{}".to_owned(),
    }
}

/// What others saved under the name since stays.
pub async fn bound_search_is_saved_once(fixture: KeyFixture) {
    let doer = Doer::new(&fixture);
    let claim = doer.claim("a").await;
    let save = |ctx, query| {
        let (doer, ctx): (&Doer, ragstone_core::CallContext) = (&doer, ctx);
        async move { doer.catalog.save_search(&ctx, search(query)).await.expect("saves") }
    };
    let first = save(doer.bound(&claim), "terns").await;
    save(doer.ctx.clone(), "storks").await;
    let again = doer.take_up_again("a", &claim).await;
    assert_eq!(save(doer.bound(&again), "terns").await, first);
    let page = PageRequest::try_new(10).expect("is a page");
    let listed = doer.catalog.saved_searches(&doer.ctx, &page).await.expect("lists").items;
    assert_eq!(listed.iter().map(|entry| entry.query.as_str()).collect::<Vec<_>>(), ["storks"]);
}

/// A search that was saved again after its deletion stays.
pub async fn bound_search_is_deleted_once(fixture: KeyFixture) {
    let doer = Doer::new(&fixture);
    let (name, claim) = (search("").name, doer.claim("a").await);
    doer.catalog.save_search(&doer.ctx, search("terns")).await.expect("saves");
    doer.catalog.delete_saved_search(&doer.bound(&claim), &name).await.expect("deletes");
    doer.catalog.save_search(&doer.ctx, search("terns")).await.expect("saves again");
    let again = doer.take_up_again("a", &claim).await;
    doer.catalog.delete_saved_search(&doer.bound(&again), &name).await.expect("answers");
    doer.catalog.saved_search(&doer.ctx, &name).await.expect("is there");
}

/// A graph that others have changed since is left alone, and the answer is that of the first time.
pub async fn bound_change_of_a_graph_is_made_once(fixture: KeyFixture) {
    let doer = Doer::new(&fixture);
    let kind = GraphKind { is_directed: false, is_multigraph: true };
    let id = GraphId::from_uuid(Uuid::from_u128(7));
    let name = GraphName::try_new("birds").expect("is a name");
    let new = NewGraph { id, name: name.clone(), description: "é".to_owned(), kind, content: None };
    let claim = doer.claim("a").await;
    let created = doer.catalog.create_graph(&doer.bound(&claim), new.clone()).await.expect("creates");
    let part = |mark: &str| NewPart { bytes: vec![1], nodes: 2, edges: 3, mark: Some(mark.to_owned()) };
    let append = |ctx, base, mark| {
        let (doer, ctx): (&Doer, ragstone_core::CallContext) = (&doer, ctx);
        async move { doer.catalog.append_to_graph(&ctx, id, GraphVersion(base), part(mark)).await }
    };
    let change = doer.claim("b").await;
    let first = append(doer.bound(&change), 0, "first").await.expect("appends");
    append(doer.ctx.clone(), 1, "other").await.expect("appends");
    let again = doer.take_up_again("b", &change).await;
    assert_eq!(append(doer.bound(&again), 0, "first").await.expect("answers"), first);
    let again = doer.take_up_again("a", &claim).await;
    assert_eq!(doer.catalog.create_graph(&doer.bound(&again), new).await.expect("answers"), created);
    assert_eq!(doer.catalog.graph(&doer.ctx, &name).await.expect("finds").version, GraphVersion(2));
}

/// A job that died again is not queued again.
pub async fn bound_retry_is_made_once(fixture: KeyFixture) {
    let doer = Doer::new(&fixture);
    let kind = JobKind::try_new("work").expect("is a kind");
    let id = JobId::from_uuid(Uuid::from_u128(7));
    doer.jobs.enqueue(&doer.ctx, NewJob::new(id, kind.clone(), "{}")).await.expect("enqueues");
    let die = || async {
        let request = ClaimRequest {
            lane: Lane::Urgent,
            kinds: [(kind.clone(), 9)].into(),
            most_per_tenant: 9,
            holder: HolderId::from_uuid(Uuid::from_u128(1)),
            ttl: LONG,
        };
        let claim = doer.jobs.claim(&doer.ctx, &request).await.expect("answers").expect("may run");
        let failure = JobFailure { kind: ErrorKind::Unavailable, reason: "away".to_owned() };
        let outcome = Outcome::Failed { failure, retry_after: None };
        assert_eq!(doer.jobs.finish(&doer.ctx, &claim, outcome).await.expect("ends"), JobState::Dead);
    };
    die().await;
    let claim = doer.claim("a").await;
    let queued = doer.jobs.retry(&doer.bound(&claim), id).await.expect("queues again");
    assert_eq!((queued.id, queued.state), (id, JobState::Queued));
    die().await;
    let again = doer.take_up_again("a", &claim).await;
    let seen = doer.jobs.retry(&doer.bound(&again), id).await.expect("answers");
    assert_eq!((seen.id, seen.state), (id, JobState::Dead));
}

/// A write that was refused changed nothing, and leaves the request as if it had not been tried.
pub async fn failed_write_is_not_remembered(fixture: KeyFixture) {
    let doer = Doer::new(&fixture);
    let (name, claim) = (collection_name("birds"), doer.claim("a").await);
    let refused = doer.catalog.delete_collection(&doer.bound(&claim), &name).await;
    assert_refused(refused.map(drop), NotFound, "deleting what is not there");
    collection(&doer).await;
    doer.catalog.delete_collection(&doer.bound(&claim), &name).await.expect("deletes");
    let other = doer.claim("b").await;
    let refused = doer.catalog.delete_collection(&doer.bound(&other), &name).await;
    assert_refused(refused.map(drop), NotFound, "deleting what is not there");
    doer.catalog.release_request(&doer.ctx, &other).await.expect("gives it back");
    assert!(matches!(doer.begin(&request("b", "other")).await, KeyState::Claimed(_)));
}

/// Whoever slept past the end of a claim writes nothing under it.
pub async fn write_under_a_lost_claim_is_refused(fixture: KeyFixture) {
    let (doer, other) = (Doer::new(&fixture), Doer::numbered(&fixture, 2));
    let birds = collection(&doer).await;
    let lost = doer.claim_with("a", &KeyPolicy { hold: SHORT, ..policy() }).await;
    fixture.pass(AFTER).await;
    let put = |ctx| {
        let (doer, ctx): (&Doer, ragstone_core::CallContext) = (&doer, ctx);
        async move { doer.catalog.put_documents(&ctx, birds, vec![draft("terns")]).await }
    };
    assert_refused(put(doer.bound(&lost)).await.map(drop), Conflict, "a write under a claim that ran out");
    let taken = other.claim("a").await;
    assert_refused(put(doer.bound(&lost)).await.map(drop), Conflict, "a write under a lost claim");
    let first = put(doer.bound(&taken)).await.expect("stores");
    assert_eq!(first[0].effect, WriteEffect::Created);
    let late = doer.catalog.delete_document(&doer.bound(&lost), first[0].document, None).await;
    assert_refused(late.map(drop), Conflict, "a deletion under a lost claim");
}

/// Only the write that says so is bound.
pub async fn unbound_write_is_made_again(fixture: KeyFixture) {
    let doer = Doer::new(&fixture);
    let birds = collection(&doer).await;
    let claim = doer.claim("a").await;
    let beside = doer.ctx.clone().with_claim(claim.clone());
    assert!(beside.bound_claim().is_none());
    for (text, effect) in [("terns", WriteEffect::Created), ("storks", WriteEffect::Updated)] {
        let receipts = doer.catalog.put_documents(&beside, birds, vec![draft(text)]).await.expect("stores");
        assert_eq!(receipts[0].effect, effect);
    }
    let first =
        doer.catalog.put_documents(&beside.bound(), birds, vec![draft("gulls")]).await.expect("stores");
    fixture.pass(Duration::from_millis(1)).await;
    let again =
        doer.catalog.put_documents(&beside.bound(), birds, vec![draft("gulls")]).await.expect("stores");
    assert_eq!(first, again);
}
