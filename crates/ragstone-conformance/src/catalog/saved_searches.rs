//! Saved searches: names, replacement, pages, bounds.

use ragstone_core::error::ErrorKind::{FailedPrecondition, InvalidArgument, NotFound, TooLarge};
use ragstone_core::error::Result;
use ragstone_core::id::SavedSearchName;
use ragstone_core::page::PageRequest;
use ragstone_core::query::MAX_QUERY_LEN;
use ragstone_core::saved_search::{
    MAX_DESCRIPTION_LEN, MAX_FORM_LEN, MAX_SAVED_SEARCHES, NewSavedSearch, SaveEffect, SaveReceipt,
    SavedSearchEntry, StoredSearch,
};
use tokio::task::JoinSet;

use crate::law::assert_refused;
use crate::{CatalogDriver, CatalogFixture, Verdict};

fn name(name: &str) -> SavedSearchName {
    SavedSearchName::try_new(name).expect("is a name")
}

fn search(of: &str) -> NewSavedSearch {
    NewSavedSearch {
        name: name(of),
        description: format!("é \"what\" 'for'; -- {of}"),
        query: format!("\"look for\" \\ {of} 東京\n"),
        form: "{\"version\":1,\"filter\":\"tag = \\\"é\\\"\"}".to_owned(),
    }
}

impl CatalogDriver {
    async fn try_save(&self, new: NewSavedSearch) -> Result<SaveReceipt> {
        self.catalog.save_search(&self.ctx, new).await
    }

    async fn save(&self, new: NewSavedSearch) -> SaveReceipt {
        self.try_save(new).await.expect("saves a search")
    }

    async fn saved(&self, named: &str) -> StoredSearch {
        let found = self.catalog.saved_search(&self.ctx, &name(named)).await;
        found.expect("finds a saved search")
    }

    /// All saved searches, read in pages of a size.
    async fn saved_searches(&self, size: u32) -> Vec<SavedSearchEntry> {
        let mut page = PageRequest::try_new(size).expect("valid");
        let mut searches = Vec::new();
        loop {
            let listed = self.catalog.saved_searches(&self.ctx, &page).await.expect("lists saved searches");
            assert!(listed.items.len() <= size as usize, "a page has its size at most");
            searches.extend(listed.items);
            let Some(next) = listed.next else { return searches };
            page = page.after(next);
        }
    }

    async fn saved_names(&self, size: u32) -> Vec<String> {
        self.saved_searches(size).await.into_iter().map(|entry| entry.name.into()).collect()
    }
}

/// A saved search is found by its name, as it was given, with who saved it.
pub async fn saved_search_is_found(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture).as_reader("ann", &[]);
    let new = search("terns");
    let receipt = driver.save(new.clone()).await;
    assert_eq!(receipt.effect, SaveEffect::Created);
    let StoredSearch { entry, form } = driver.saved("terns").await;
    assert_eq!(entry, receipt.entry);
    assert_eq!((&entry.name, &entry.description, &entry.query), (&new.name, &new.description, &new.query));
    assert_eq!((form, entry.saved_by.as_str()), (new.form, "ann"));
    assert_eq!(entry.created_at, entry.updated_at);
    assert_eq!(driver.saved_searches(10).await, [entry]);
}

/// A search that is saved again takes the place of the first one, whoever saved that; only its creation stays.
pub async fn saving_again_replaces_and_keeps_the_creation(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let first = driver.as_reader("ann", &[]).save(search("terns")).await.entry;
    let new = NewSavedSearch { query: "storks".to_owned(), form: "{}".to_owned(), ..search("terns") };
    let receipt = driver.as_reader("bob", &[]).save(new.clone()).await;
    assert_eq!(receipt.effect, SaveEffect::Replaced);
    let StoredSearch { entry, form } = driver.saved("terns").await;
    assert_eq!(entry, receipt.entry);
    assert_eq!((entry.query.as_str(), form, entry.saved_by.as_str()), ("storks", new.form, "bob"));
    assert_eq!(entry.created_at, first.created_at);
    assert!(entry.updated_at >= first.updated_at);
    assert_eq!(driver.saved_searches(10).await.len(), 1);
}

/// Saved searches come by name in pages, and an `after` key need not exist.
pub async fn saved_searches_are_listed_by_name_in_pages(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let names = ["0", "a", "a-b", "a0", "a_b", "ab", "b", "z"];
    for name in names.iter().rev() {
        driver.save(search(name)).await;
    }
    for size in [1, 3, 8, 9] {
        assert_eq!(driver.saved_names(size).await, names, "pages of {size}");
    }
    let behind = PageRequest::try_new(1).expect("valid").after("aa");
    let listed = driver.catalog.saved_searches(&driver.ctx, &behind).await.expect("lists");
    assert_eq!(listed.items.first().map(|entry| entry.name.as_str()), Some("ab"), "no such key is needed");
}

/// A search that was never saved is neither found nor deleted.
pub async fn missing_saved_search_is_not_found(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    driver.save(search("terns")).await;
    let found = driver.catalog.saved_search(&driver.ctx, &name("tern")).await;
    assert_refused(found, NotFound, "a saved search that is missing");
    let deleted = driver.catalog.delete_saved_search(&driver.ctx, &name("tern")).await;
    assert_refused(deleted, NotFound, "deletion of what is missing");
    assert_eq!(driver.saved_names(10).await, ["terns"]);
}

/// A deleted search is gone at once, and its name is free for another one.
pub async fn deleted_saved_search_is_gone(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    for name in ["storks", "terns"] {
        driver.save(search(name)).await;
    }
    driver.catalog.delete_saved_search(&driver.ctx, &name("terns")).await.expect("deletes");
    let found = driver.catalog.saved_search(&driver.ctx, &name("terns")).await;
    assert_refused(found, NotFound, "a deleted search");
    assert_eq!(driver.saved_names(10).await, ["storks"]);
    let again = driver.catalog.delete_saved_search(&driver.ctx, &name("terns")).await;
    assert_refused(again, NotFound, "a second deletion");
    assert_eq!(driver.save(search("terns")).await.effect, SaveEffect::Created);
}

/// What `NewSavedSearch::check` refuses is refused, and not stored; the longest is kept whole.
pub async fn bad_saved_searches_are_refused(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let with = |description: &str, query: &str, form: &str| NewSavedSearch {
        description: description.to_owned(),
        query: query.to_owned(),
        form: form.to_owned(),
        ..search("terns")
    };
    let long = |len: usize| "x".repeat(len);
    for (new, kind, what) in [
        (with(&long(MAX_DESCRIPTION_LEN + 1), "", ""), InvalidArgument, "a long description"),
        (with("", &long(MAX_QUERY_LEN + 1), ""), InvalidArgument, "a long query"),
        (with("", "", &long(MAX_FORM_LEN + 1)), TooLarge, "a long form"),
        (with("\0", "", ""), InvalidArgument, "NUL in a description"),
        (with("", "a\0", ""), InvalidArgument, "NUL in a query"),
    ] {
        assert_refused(driver.try_save(new).await, kind, what);
    }
    assert!(driver.saved_searches(10).await.is_empty());
    let longest = with(&long(MAX_DESCRIPTION_LEN), &long(MAX_QUERY_LEN), &long(MAX_FORM_LEN));
    driver.save(longest.clone()).await;
    let StoredSearch { entry, form } = driver.saved("terns").await;
    assert_eq!((entry.description, entry.query, form), (longest.description, longest.query, longest.form));
}

/// A tenant has only so many saved searches, however many are saved at once; one that is replaced is no further one.
pub async fn tenant_has_only_so_many_saved_searches(fixture: CatalogFixture) {
    const FREE: u32 = 4;
    let driver = CatalogDriver::new(&fixture);
    for number in FREE..MAX_SAVED_SEARCHES {
        driver.save(search(&format!("held-{number}"))).await;
    }
    let mut saving = JoinSet::new();
    for number in 0..3 * FREE {
        let driver = driver.clone();
        saving.spawn(async move { driver.try_save(search(&format!("late-{number}"))).await });
    }
    let (saved, refused): (Vec<_>, Vec<_>) = saving.join_all().await.into_iter().partition(Result::is_ok);
    assert_eq!(saved.len(), FREE as usize);
    for result in refused {
        assert_refused(result, FailedPrecondition, "one search too many");
    }
    assert_eq!(driver.saved_searches(1000).await.len(), MAX_SAVED_SEARCHES as usize);
    assert_eq!(driver.save(search("held-10")).await.effect, SaveEffect::Replaced);
    assert_eq!(driver.as_tenant("second").save(search("a")).await.effect, SaveEffect::Created);
    driver.catalog.delete_saved_search(&driver.ctx, &name("held-11")).await.expect("deletes");
    assert_eq!(driver.save(search("held-12-b")).await.effect, SaveEffect::Created);
}

/// Another tenant neither lists, reads, replaces nor deletes a saved search, and may use its name.
pub async fn saved_searches_belong_to_their_tenant(fixture: CatalogFixture) {
    let owner = CatalogDriver::new(&fixture);
    let held = owner.save(search("terns")).await.entry;
    let other = owner.as_tenant("second");
    let found = other.catalog.saved_search(&other.ctx, &held.name).await;
    assert_refused(found, NotFound, "a saved search of another tenant");
    let deleted = other.catalog.delete_saved_search(&other.ctx, &held.name).await;
    assert_refused(deleted, NotFound, "deletion for another tenant");
    assert!(other.saved_searches(10).await.is_empty());
    let own = NewSavedSearch { query: "storks".to_owned(), ..search("terns") };
    assert_eq!(other.save(own).await.effect, SaveEffect::Created);
    assert_eq!(owner.saved("terns").await.entry, held);
    other.catalog.delete_saved_search(&other.ctx, &held.name).await.expect("deletes its own");
    assert_eq!(owner.saved_searches(10).await, [held]);
}

/// Saving and deleting searches takes no place in the change feed, and nothing that happens to collections touches them.
pub async fn saved_searches_are_no_changes(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let collection = driver.create("notes").await;
    let head = driver.head().await;
    driver.save(search("storks")).await;
    let terns = driver.save(search("terns")).await.entry;
    driver.catalog.delete_saved_search(&driver.ctx, &name("storks")).await.expect("deletes");
    assert_eq!(driver.head().await, head);
    driver.catalog.delete_collection(&driver.ctx, &collection.name).await.expect("deletes a collection");
    driver.catalog.purge_collection(&driver.ctx, collection.id).await.expect("purges");
    assert_eq!(driver.saved_searches(10).await, [terns]);
}

/// Saved searches are the same after reopening.
pub async fn saved_searches_survive_reopening(mut fixture: CatalogFixture) -> Verdict {
    if !fixture.can_reopen() {
        return Verdict::NotApplicable("the catalog cannot be opened again");
    }
    let driver = CatalogDriver::new(&fixture);
    for name in ["storks", "terns"] {
        driver.save(search(name)).await;
    }
    driver.catalog.delete_saved_search(&driver.ctx, &name("storks")).await.expect("deletes");
    let held = driver.saved("terns").await;
    drop(driver);
    fixture.reopen().await;
    let driver = CatalogDriver::new(&fixture);
    assert_eq!(driver.saved_names(10).await, ["terns"]);
    assert_eq!(driver.saved("terns").await, held);
    Verdict::Held
}
