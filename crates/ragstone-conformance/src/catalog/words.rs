//! Words of collections.

use ragstone_core::error::ErrorKind::{InvalidArgument, NotFound};
use ragstone_core::id::CollectionId;
use ragstone_core::page::PageRequest;
use ragstone_core::word::{MAX_WORD_LEN, Word};

use crate::draft::{collection_name, fresh_collection_id};
use crate::law::assert_refused;
use crate::{CatalogDriver, CatalogFixture};

fn open(text: &str) -> Word {
    Word { text: text.to_owned(), is_open: true }
}

fn guarded(text: &str) -> Word {
    Word { text: text.to_owned(), is_open: false }
}

impl CatalogDriver {
    async fn add(&self, collection: CollectionId, words: &[Word]) {
        let added = self.catalog.add_words(&self.ctx, collection, words.to_vec()).await;
        added.expect("adds words");
    }

    /// All words, read in pages of a size.
    async fn words(&self, collection: CollectionId, size: u32) -> Vec<Word> {
        let mut page = PageRequest::try_new(size).expect("valid");
        let mut words = Vec::new();
        loop {
            let listed = self.catalog.words(&self.ctx, collection, &page).await.expect("lists words");
            assert!(listed.items.len() <= size as usize, "a page has its size at most");
            words.extend(listed.items);
            let Some(next) = listed.next else { return words };
            page = page.after(next);
        }
    }
}

/// A word is there once, however often it is added, and in its own collection alone.
pub async fn words_are_kept_once(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let [here, there] = [driver.create("here").await.id, driver.create("there").await.id];
    driver.add(here, &[open("heron"), open("bee"), open("heron")]).await;
    driver.add(here, &[open("bee"), open("ёлка")]).await;
    driver.add(here, &[]).await;
    assert_eq!(driver.words(here, 100).await, [open("bee"), open("heron"), open("ёлка")]);
    assert_eq!(driver.words(there, 100).await, []);
}

/// Words come by the bytes of their texts, whatever the language of the store.
pub async fn words_are_listed_in_pages(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let mut words = ["zebra", "éclair", "ecru", "Éclair", "a", "ab", "z", "ß", "東京", "日本"].map(open);
    driver.add(id, &words).await;
    words.sort_unstable();
    for size in [1, 3, 10, 11] {
        assert_eq!(driver.words(id, size).await, words, "pages of {size}");
    }
    let behind = PageRequest::try_new(1).expect("valid").after("aa");
    let listed = driver.catalog.words(&driver.ctx, id, &behind).await.expect("lists words");
    assert_eq!(
        (listed.items, listed.next.as_deref()),
        (vec![open("ab")], Some("ab")),
        "no such key is needed"
    );
}

/// Thousands of words are added in one call.
pub async fn many_words_are_added_at_once(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let words: Vec<Word> = (0..2777).map(|number| open(&format!("word{number:05}"))).collect();
    driver.add(id, &words).await;
    assert_eq!(driver.words(id, 1000).await, words);
}

/// Words are forgotten all at once, of one collection alone, and may come again.
pub async fn forgotten_words_are_gone(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let [here, there] = [driver.create("here").await.id, driver.create("there").await.id];
    driver.add(here, &[open("heron"), open("bee")]).await;
    driver.add(there, &[open("heron")]).await;
    for _ in 0..2 {
        driver.catalog.forget_words(&driver.ctx, here).await.expect("forgets words");
        assert_eq!(driver.words(here, 100).await, []);
    }
    assert_eq!(driver.words(there, 100).await, [open("heron")]);
    driver.add(here, &[guarded("heron")]).await;
    assert_eq!(driver.words(here, 100).await, [guarded("heron")]);
    assert_refused(
        driver.catalog.forget_words(&driver.ctx, fresh_collection_id()).await,
        NotFound,
        "a missing collection",
    );
    let other = driver.as_tenant("second");
    assert_refused(
        other.catalog.forget_words(&other.ctx, here).await,
        NotFound,
        "another tenant's collection",
    );
}

/// A word that an open document has had stays open; another one becomes so.
pub async fn open_words_stay_open(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    driver.add(id, &[open("first"), guarded("second"), guarded("third")]).await;
    driver
        .add(id, &[guarded("first"), open("second"), guarded("third"), open("fourth"), guarded("fourth")])
        .await;
    let expected = [open("first"), open("fourth"), open("second"), guarded("third")];
    assert_eq!(driver.words(id, 100).await, expected);
}

/// Empty and overlong words, and those with control characters, are refused.
pub async fn words_that_are_none_are_refused(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    for text in ["", "nul\0", &"x".repeat(MAX_WORD_LEN + 1)] {
        let added = driver.catalog.add_words(&driver.ctx, id, vec![open("fine"), open(text)]).await;
        assert_refused(added, InvalidArgument, "a word that is none");
    }
    let longest = "x".repeat(MAX_WORD_LEN);
    driver.add(id, &[open(&longest)]).await;
    assert_eq!(driver.words(id, 100).await, [open(&longest)]);
}

/// Another tenant neither reads nor adds words.
pub async fn words_belong_to_their_tenant(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    driver.add(id, &[open("heron")]).await;
    let other = driver.as_tenant("second");
    let page = PageRequest::try_new(10).expect("valid");
    let listed = other.catalog.words(&other.ctx, id, &page).await;
    assert_refused(listed, NotFound, "words of another tenant");
    let added = other.catalog.add_words(&other.ctx, id, vec![open("egret")]).await;
    assert_refused(added, NotFound, "words for another tenant");
    assert_eq!(driver.words(id, 10).await, [open("heron")]);
}

/// Words end with their collection; one that was never there has none.
pub async fn words_end_with_their_collection(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let words: Vec<Word> = (0..5000).map(|number| open(&format!("word{number:05}"))).collect();
    driver.add(id, &words).await;
    driver.catalog.delete_collection(&driver.ctx, &collection_name("notes")).await.expect("deletes");
    let page = PageRequest::try_new(10).expect("valid");
    for gone in [id, fresh_collection_id()] {
        let listed = driver.catalog.words(&driver.ctx, gone, &page).await;
        assert_refused(listed, NotFound, "words of a missing collection");
        let added = driver.catalog.add_words(&driver.ctx, gone, vec![open("late")]).await;
        assert_refused(added, NotFound, "words for a missing collection");
    }
    driver.catalog.purge_collection(&driver.ctx, id).await.expect("purges");
    let again = driver.create("notes").await.id;
    assert_eq!(driver.words(again, 10).await, []);
}
