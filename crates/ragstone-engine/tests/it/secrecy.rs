//! A word that stands only in documents that the caller may not read is never searched as, suggested or completed.

use std::collections::BTreeSet;

use ragstone_core::access::AccessEntry;
use ragstone_core::request::IngestText;
use ragstone_core::suggestion::SuggestQuery;
use ragstone_core::{AccessList, CallContext, Principal, Scope, SearchQuery, TenantId};

use crate::access::Random;
use crate::workbench::{Workbench, note};

fn caller(name: &str) -> CallContext {
    CallContext::new(Principal::new(name, TenantId::default(), Scope::Read))
}

fn only(names: &[&str]) -> AccessList {
    let allow = names.iter().map(|name| AccessEntry::user(name).expect("is an entry")).collect();
    AccessList::try_new(allow, BTreeSet::new()).expect("is small")
}

/// Everything that a caller is told of words.
#[derive(Debug, Default, PartialEq, Eq)]
struct Told {
    searched_as: Vec<(String, Vec<String>)>,
    completions: Vec<String>,
    meant: Option<String>,
}

impl Workbench {
    async fn guard(&self, id: &str, text: &str, access: AccessList) {
        let request = IngestText { access, ..note(id, text) };
        self.engine.ingest_text(&self.ctx, request).await.expect("is stored");
    }

    async fn settled(&self) {
        let head = self.know_words().await;
        self.engine.wait_indexed(&self.ctx, head).await.expect("is indexed");
    }

    async fn told(&self, ctx: &CallContext, misspelt: &str, prefix: &str) -> Told {
        let query = SearchQuery::try_new(misspelt, 10).expect("valid");
        let answer = self.engine.search(ctx, query).await.expect("answers");
        let searched_as = answer.corrections.into_iter().map(|one| (one.word, one.searched_as)).collect();
        let suggest = async |text: &str| {
            let query = SuggestQuery::try_new(text, 50).expect("valid");
            self.engine.suggest(ctx, query).await.expect("answers")
        };
        let completions = suggest(prefix).await.completions;
        Told { searched_as, completions, meant: suggest(&format!("{misspelt} ")).await.did_you_mean }
    }
}

#[tokio::test]
async fn hidden_words_are_told_to_nobody_else() {
    let bench = Workbench::new().await;
    bench.guard("secret", "the acquisition of Wintergreen", only(&["ann"])).await;
    bench.guard("open", "the weather in winter", AccessList::OPEN).await;
    bench.settled().await;
    let ann = bench.told(&caller("ann"), "wintergren", "winterg").await;
    assert_eq!(ann.completions, ["wintergreen"]);
    assert_eq!(ann.searched_as, [("wintergren".to_owned(), vec!["wintergreen".to_owned()])]);
    assert_eq!(ann.meant.as_deref(), Some("wintergreen "));
    assert_eq!(bench.told(&caller("bob"), "wintergren", "winterg").await, Told::default());
}

/// A word that others of its stem stand for in the index is told by the passage, not by the term.
#[tokio::test]
async fn hidden_words_do_not_show_through_words_of_the_same_stem() {
    let bench = Workbench::new().await;
    bench.guard("secret", "the university", only(&["ann"])).await;
    bench.guard("open", "the universe", AccessList::OPEN).await;
    bench.settled().await;
    let bob = bench.told(&caller("bob"), "univesre", "univers").await;
    assert_eq!(bob.completions, ["universe"]);
    assert_eq!(
        bench.told(&caller("ann"), "univesre", "univers").await.completions,
        ["universe", "university"]
    );
    assert_eq!(bench.told(&caller("bob"), "universiti", "universi").await, Told::default());
}

/// Whether a word stands in a hidden document does not show in what is corrected.
#[tokio::test]
async fn hidden_words_are_corrected_as_unknown_ones() {
    let bench = Workbench::new().await;
    bench.guard("secret", "project heronn", only(&["ann"])).await;
    bench.guard("open", "a heron", AccessList::OPEN).await;
    bench.settled().await;
    let corrected = [("heronn".to_owned(), vec!["heron".to_owned()])];
    assert_eq!(bench.told(&caller("bob"), "heronn", "heronn").await.searched_as, corrected);
    assert_eq!(bench.told(&caller("ann"), "heronn", "heronn").await.searched_as, []);
}

/// A document that is closed takes its words along.
#[tokio::test]
async fn words_of_a_document_that_is_closed_are_not_told_any_more() {
    let bench = Workbench::new().await;
    bench.guard("one", "wintergreen and universities", AccessList::OPEN).await;
    bench.guard("two", "universes", AccessList::OPEN).await;
    bench.settled().await;
    let bob = caller("bob");
    assert_eq!(bench.told(&bob, "wintergren", "winterg").await.completions, ["wintergreen"]);
    bench.guard("one", "wintergreen and universities", only(&["ann"])).await;
    bench.settled().await;
    assert_eq!(bench.told(&bob, "wintergren", "winterg").await, Told::default());
    assert_eq!(bench.told(&bob, "univrsitie", "univers").await.completions, ["universes"]);
}

// ---- Against the oracle ----

const WORDS: [&str; 16] = [
    "heron",
    "herons",
    "herd",
    "herring",
    "stork",
    "store",
    "storm",
    "story",
    "owner",
    "owned",
    "owning",
    "ownership",
    "winter",
    "winters",
    "wintry",
    "wander",
];
const NAMES: [&str; 3] = ["ann", "bob", "cid"];
const DOCUMENTS: usize = 40;

/// What any caller is told is what somebody is told for whom the hidden documents were never stored.
///
/// Where `proven` takes every proposal for a word that the caller can find, or `reader` of the question is
/// `Reader::Everything`, it fails.
#[tokio::test]
async fn callers_are_told_what_they_would_be_without_the_hidden_documents() {
    for seed in [32, 1_000_003] {
        println!("seed {seed}");
        agrees_with_the_oracle(seed).await;
    }
}

async fn agrees_with_the_oracle(seed: u64) {
    let mut random = Random(seed);
    let documents: Vec<(String, String, AccessList)> = (0..DOCUMENTS)
        .map(|number| {
            let words: Vec<&str> = (0..=random.below(3)).map(|_| random.pick(&WORDS)).collect();
            let names = random.some(2, &NAMES);
            let access = if names.is_empty() { AccessList::OPEN } else { only(&names) };
            (format!("{number:03}"), words.join(" "), access)
        })
        // Open words are known from then on, whoever asks: here every word is guarded somewhere.
        .filter(|(.., access)| !access.is_open())
        .collect();
    let whole = Workbench::new().await;
    for (id, text, access) in &documents {
        whole.guard(id, text, access.clone()).await;
    }
    whole.settled().await;
    for name in NAMES {
        let ctx = caller(name);
        let part = Workbench::new().await;
        for (id, text, access) in
            documents.iter().filter(|(.., access)| access.admits(&ctx.principal().reader()))
        {
            part.guard(id, text, access.clone()).await;
        }
        part.settled().await;
        for word in WORDS {
            let misspelt = misspell(word, &mut random);
            let prefix = &word[..3];
            let (told, oracle) =
                (whole.told(&ctx, &misspelt, prefix).await, part.told(&ctx, &misspelt, prefix).await);
            assert_eq!(told, oracle, "seed {seed}: {misspelt} and {prefix} as {name}");
        }
    }
}

/// Leaves a letter out, doubles one, or lets two change places.
fn misspell(word: &str, random: &mut Random) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = 1 + random.below(letters.len() - 2);
    match random.below(3) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at]),
        _ => letters.swap(at, at + 1),
    }
    letters.into_iter().collect()
}
