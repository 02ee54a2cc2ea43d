//! Saved searches: what is refused when one is saved, and whose rights a run has.

use std::collections::BTreeSet;

use ragstone_core::detail::Detail;
use ragstone_core::facet::FacetField;
use ragstone_core::page::PageRequest;
use ragstone_core::query::FusionMethod;
use ragstone_core::request::{IngestText, RunSavedSearch, SaveSearch};
use ragstone_core::saved_search::{NewSavedSearch, SaveEffect, SaveReceipt};
use ragstone_core::{
    AccessList, CallContext, CollectionName, ErrorKind, Principal, Result, SavedSearchName, Scope,
    SearchDefinition, SearchMode, SearchOptions, Sequence, TenantId,
};

use crate::workbench::{Workbench, note};

fn name(name: &str) -> SavedSearchName {
    SavedSearchName::try_new(name).expect("valid")
}

fn definition(text: &str) -> SearchDefinition {
    SearchDefinition {
        text: text.to_owned(),
        collections: Vec::new(),
        filter: None,
        limit: 10,
        mode: SearchMode::Hybrid,
        detail: Detail::Passages,
        options: SearchOptions::default(),
        is_explained: false,
        facets: Vec::new(),
    }
}

fn caller(name: &str, scope: Scope) -> CallContext {
    CallContext::new(Principal::new(name, TenantId::default(), scope))
}

impl Workbench {
    async fn save(&self, ctx: &CallContext, of: &str, search: SearchDefinition) -> Result<SaveReceipt> {
        let new = SaveSearch { name: name(of), description: "why".to_owned(), search };
        self.engine.save_search(ctx, new).await
    }

    /// Sources that a run finds, in order.
    async fn run(&self, ctx: &CallContext, of: &str, run: RunSavedSearch) -> Result<Vec<String>> {
        let found = self.engine.run_saved_search(ctx, &name(of), run).await?;
        Ok(found.answer.hits.into_iter().map(|hit| hit.citation.source.to_string()).collect())
    }
}

fn kind<T>(result: Result<T>) -> Option<ErrorKind> {
    result.err().map(|error| error.kind())
}

/// One open document, and one that Ann and Bob are kept from each.
async fn library() -> Workbench {
    let bench = Workbench::new().await;
    let without = |denied: &str| {
        let denied = BTreeSet::from([denied.parse().expect("is an entry")]);
        AccessList::try_new(BTreeSet::new(), denied).expect("is small")
    };
    let guarded = |id, access| IngestText { access, ..note(id, "terns of the sea") };
    bench.put("open", "terns of the sea and of the shore").await;
    bench.engine.ingest_text(&bench.ctx, guarded("not-bob", without("user:bob"))).await.expect("is stored");
    let last = bench.engine.ingest_text(&bench.ctx, guarded("not-ann", without("user:ann"))).await;
    let last = last.expect("is stored").sequence;
    bench.engine.wait_indexed(&bench.ctx, last).await.expect("is indexed");
    bench
}

#[tokio::test]
async fn a_run_answers_as_the_search_does() {
    let bench = library().await;
    let search = SearchDefinition {
        filter: Some("format = \"text\"".to_owned()),
        limit: 2,
        detail: Detail::Snippets,
        options: SearchOptions { per_document: Some(1), ..SearchOptions::default() },
        facets: vec![FacetField::Format],
        ..definition("terns \"the sea\" -storks")
    };
    let receipt = bench.save(&bench.ctx, "terns", search.clone()).await.expect("is saved");
    assert_eq!(receipt.effect, SaveEffect::Created);
    let saved = bench.engine.saved_search(&bench.ctx, &name("terns")).await.expect("is read");
    assert_eq!((&saved.entry, &saved.search), (&receipt.entry, &search));

    let run = RunSavedSearch::default();
    let found = bench.engine.run_saved_search(&bench.ctx, &name("terns"), run).await.expect("answers");
    let asked = bench.engine.search_defined(&bench.ctx, &search, None).await.expect("answers");
    assert_eq!((&found.answer.hits, &found.facets), (&asked.answer.hits, &asked.facets));
    assert_eq!((found.answer.hits.len(), found.facets.is_some()), (2, true));

    let one = RunSavedSearch { limit: Some(1), min_sequence: None };
    assert_eq!(bench.run(&bench.ctx, "terns", one).await.expect("answers").len(), 1);
    let never = RunSavedSearch { limit: None, min_sequence: Some(Sequence(1_000_000)) };
    assert_eq!(kind(bench.run(&bench.ctx, "terns", never).await), Some(ErrorKind::InvalidArgument));
    let many = RunSavedSearch { limit: Some(1001), min_sequence: None };
    assert_eq!(kind(bench.run(&bench.ctx, "terns", many).await), Some(ErrorKind::InvalidArgument));
}

#[tokio::test]
async fn a_run_has_the_rights_of_who_runs_it() {
    let bench = library().await;
    let (ann, bob) = (caller("ann", Scope::Write), caller("bob", Scope::Read));
    bench.save(&ann, "terns", definition("terns")).await.expect("is saved");
    let found_by = async |ctx: &CallContext| {
        let found = bench.run(ctx, "terns", RunSavedSearch::default()).await.expect("answers");
        found.into_iter().collect::<BTreeSet<_>>()
    };
    let sources = |ids: &[&str]| ids.iter().map(|id| format!("text:{id}")).collect::<BTreeSet<_>>();
    assert_eq!(found_by(&ann).await, sources(&["open", "not-bob"]));
    assert_eq!(found_by(&bob).await, sources(&["open", "not-ann"]), "the saver's rights are not lent");
    assert_eq!(found_by(&bench.ctx).await, sources(&["open", "not-ann", "not-bob"]));

    let elsewhere = TenantId::try_new("elsewhere").expect("valid");
    let stranger = CallContext::new(Principal::new("ann", elsewhere, Scope::Admin));
    let run = bench.run(&stranger, "terns", RunSavedSearch::default()).await;
    assert_eq!(kind(run), Some(ErrorKind::NotFound));
}

#[tokio::test]
async fn readers_run_and_writers_save() {
    let bench = library().await;
    let (reader, writer) = (caller("r", Scope::Read), caller("w", Scope::Write));
    let denied = Some(ErrorKind::PermissionDenied);
    assert_eq!(kind(bench.save(&reader, "terns", definition("terns")).await), denied);
    bench.save(&writer, "terns", definition("terns")).await.expect("is saved");
    assert_eq!(kind(bench.engine.delete_saved_search(&reader, &name("terns")).await), denied);

    let page = PageRequest::try_new(10).expect("valid");
    let listed = bench.engine.saved_searches(&reader, &page).await.expect("lists").items;
    let told =
        listed.iter().map(|entry| (entry.name.as_str(), entry.query.as_str(), entry.saved_by.as_str()));
    assert_eq!(told.collect::<Vec<_>>(), [("terns", "terns", "w")]);
    assert_eq!(bench.run(&reader, "terns", RunSavedSearch::default()).await.expect("answers").len(), 3);

    bench.engine.delete_saved_search(&writer, &name("terns")).await.expect("is deleted");
    let run = bench.run(&reader, "terns", RunSavedSearch::default()).await;
    assert_eq!(kind(run), Some(ErrorKind::NotFound));
}

/// Each is refused as the search is that it would be.
#[tokio::test]
async fn what_no_search_may_ask_is_not_saved() {
    let bench = library().await;
    let plain = || definition("terns");
    let with = |options| SearchDefinition { options, ..plain() };
    let filtered = |filter: &str| SearchDefinition { filter: Some(filter.to_owned()), ..plain() };
    let none = SearchOptions::default;
    let year = FacetField::Metadata("year".to_owned());
    let bad = [
        definition(" "),
        definition("-terns"),
        definition("of the"),
        SearchDefinition { limit: 0, ..plain() },
        filtered("colour = 1"),
        filtered("tag = "),
        filtered("metadata.never = 1"),
        with(SearchOptions { min_score: Some(2.0), ..none() }),
        with(SearchOptions { is_reranked: true, ..none() }),
        with(SearchOptions { fusion: FusionMethod::ReciprocalRank, ..none() }),
        SearchDefinition { mode: SearchMode::Keyword, ..with(SearchOptions { weight: Some(0.5), ..none() }) },
        SearchDefinition { mode: SearchMode::Semantic, ..plain() },
        SearchDefinition { detail: Detail::Full, limit: 51, ..plain() },
        SearchDefinition { collections: vec![CollectionName::try_new("never").expect("valid")], ..plain() },
        SearchDefinition { facets: vec![FacetField::Tag, FacetField::Tag], ..plain() },
        SearchDefinition { facets: vec![year], ..plain() },
    ];
    for search in bad {
        let asked = bench.engine.search_defined(&bench.ctx, &search, None).await.expect_err("is refused");
        let saved = bench.save(&bench.ctx, "bad", search.clone()).await.expect_err("is refused");
        assert_eq!(saved.to_string(), asked.to_string(), "{search:?}");
        assert_eq!((saved.kind(), saved.help()), (asked.kind(), asked.help()), "{search:?}");
    }
    let saved = bench.engine.saved_search(&bench.ctx, &name("bad")).await;
    assert_eq!(kind(saved), Some(ErrorKind::NotFound));
}

#[tokio::test]
async fn what_is_too_long_to_keep_is_refused() {
    let bench = library().await;
    let weight = |number| ragstone_core::query::SourceWeight {
        prefix: format!("file:///{number}/{}", "x".repeat(4000)),
        weight: 2.0,
    };
    let options = SearchOptions { source_weights: (0..20).map(weight).collect(), ..SearchOptions::default() };
    let search = SearchDefinition { options, ..definition("terns") };
    assert!(bench.engine.search_defined(&bench.ctx, &search, None).await.is_ok());
    let error = bench.save(&bench.ctx, "long", search).await.expect_err("is refused");
    assert_eq!((error.kind(), error.help().is_some()), (ErrorKind::TooLarge, true));
}

#[tokio::test]
async fn a_form_of_another_version_is_refused_until_it_is_saved_again() {
    let bench = library().await;
    let new = NewSavedSearch {
        name: name("terns"),
        description: String::new(),
        query: "terns".to_owned(),
        form: "{\"version\":99}".to_owned(),
    };
    bench.stores.catalog.save_search(&bench.ctx, new).await.expect("is stored");
    let page = PageRequest::try_new(10).expect("valid");
    let listed = bench.engine.saved_searches(&bench.ctx, &page).await.expect("lists").items;
    assert_eq!(listed.len(), 1, "it is listed nevertheless");
    let error = bench.engine.run_saved_search(&bench.ctx, &name("terns"), RunSavedSearch::default()).await;
    let error = error.expect_err("cannot be read");
    assert_eq!(error.kind(), ErrorKind::FailedPrecondition);
    assert!(error.help().is_some_and(|help| help.contains("save the search again")), "{error}");

    let again = bench.save(&bench.ctx, "terns", definition("terns")).await.expect("is saved");
    assert_eq!(again.effect, SaveEffect::Replaced);
    assert_eq!(bench.run(&bench.ctx, "terns", RunSavedSearch::default()).await.expect("answers").len(), 3);
}

#[tokio::test]
async fn a_search_whose_collection_is_gone_fails_as_the_search_does() {
    let bench = library().await;
    let papers = CollectionName::try_new("papers").expect("valid");
    let new = ragstone_core::request::CreateCollection {
        name: papers.clone(),
        description: String::new(),
        keyword: ragstone_core::collection::KeywordSettings::default(),
    };
    bench.engine.create_collection(&bench.ctx, new).await.expect("is created");
    let search = SearchDefinition { collections: vec![papers.clone()], ..definition("terns") };
    bench.save(&bench.ctx, "terns", search).await.expect("is saved");
    assert!(bench.run(&bench.ctx, "terns", RunSavedSearch::default()).await.expect("answers").is_empty());
    bench.engine.delete_collection(&bench.ctx, &papers).await.expect("is deleted");
    let run = bench.run(&bench.ctx, "terns", RunSavedSearch::default()).await;
    assert_eq!(kind(run), Some(ErrorKind::NotFound));
}
