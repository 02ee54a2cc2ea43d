//! Words that no passage has are looked for in other spellings, and the answer says so.

use std::sync::Arc;

use ragstone_core::answer::Correction;
use ragstone_core::clock::SystemClock;
use ragstone_core::{ErrorKind, Filter, SearchMode, SearchOptions, SearchQuery, Sequence};
use ragstone_engine::Stores;

use crate::answers::Watched;
use crate::workbench::{Workbench, note, stores};

impl Workbench {
    /// Stores texts by their titles and waits until their words are known.
    pub(crate) async fn learn_words(&self, texts: &[(&str, &str)]) -> Sequence {
        self.learn_all(texts).await;
        self.know_words().await
    }

    pub(crate) async fn know_words(&self) -> Sequence {
        let head = self.engine.status(&self.ctx).await.expect("answers").head;
        self.engine.wait_words(&self.ctx, head).await.expect("are known");
        head
    }

    /// Titles of the hits, and `word=searched+as` for each correction.
    async fn corrected(&self, query: SearchQuery) -> (Vec<String>, Vec<String>) {
        let answer = self.engine.search(&self.ctx, query).await.expect("answers");
        assert_eq!(answer.degraded, []);
        let shown =
            |Correction { word, searched_as }: Correction| format!("{word}={}", searched_as.join("+"));
        let titles = answer.hits.into_iter().map(|hit| hit.citation.title).collect();
        (titles, answer.corrections.into_iter().map(shown).collect())
    }
}

fn query(text: &str) -> SearchQuery {
    SearchQuery::try_new(text, 10).expect("valid")
}

fn exactly(text: &str) -> SearchQuery {
    let options = SearchOptions { typo_tolerance: Some(false), ..SearchOptions::default() };
    query(text).with_options(options).expect("valid")
}

const TEXTS: [(&str, &str); 5] = [
    ("owner", "Ownership is a set of rules that govern how a program manages memory."),
    ("heron", "The heron waits in the reeds for a fish to receive."),
    ("camel", "Call parseHttpRequest to read the header."),
    ("list", "A vector is a growable list of values."),
    ("ёлка", "маленькая ёлка стоит в лесу"),
];

#[tokio::test]
async fn misspelt_words_find_what_was_meant() {
    let bench = Workbench::new().await;
    bench.learn_words(&TEXTS).await;
    for (text, title, correction) in [
        ("ownershp", "owner", "ownershp=ownership"),
        ("Onwership of memroy", "owner", "onwership=ownership memroy=memory"),
        ("recieve", "heron", "recieve=receive"),
        ("heronn", "heron", "heronn=heron"),
        ("parseHtpRequest", "camel", ""),
        ("parseHttpReqeust", "camel", "reqeust=request"),
        ("growabel", "list", "growabel=growable"),
        ("маленькя", "ёлка", "маленькя=маленькая"),
        ("ehron", "heron", "ehron=heron"),
    ] {
        let (titles, corrections) = bench.corrected(query(text)).await;
        assert_eq!(titles.first().map(String::as_str), Some(title), "{text}");
        assert_eq!(corrections.join(" "), correction, "{text}");
        let (_, corrections) = bench.corrected(exactly(text)).await;
        assert_eq!(corrections, Vec::<String>::new(), "{text}");
    }
    assert_eq!(bench.corrected(exactly("ownershp")).await, (vec![], vec![]));
}

#[tokio::test]
async fn words_that_are_known_short_or_far_stay_as_they_are() {
    let bench = Workbench::new().await;
    bench.learn_words(&TEXTS).await;
    for text in [
        "ownership",
        "ownerships",
        "OWNERSHIP",
        "fsh",
        "the thee",
        "hxrxn",
        "mexroy",
        "xeron",
        "2026x",
        "-ownershp memory",
        "tag:ownershp memory",
    ] {
        let (_, corrections) = bench.corrected(query(text)).await;
        assert_eq!(corrections, Vec::<String>::new(), "{text}");
    }
    // Two mistakes from eight letters on.
    assert_eq!(bench.corrected(query("onwershp")).await.1, ["onwershp=ownership"]);
    assert_eq!(bench.corrected(query("groable")).await.1, ["groable=growable"]);
    assert_eq!(bench.corrected(query("groabel")).await.1, Vec::<String>::new());
}

#[tokio::test]
async fn phrases_stay_exact_beside_misspelt_words() {
    let bench = Workbench::new().await;
    bench.learn_words(&TEXTS).await;
    let (titles, corrections) = bench.corrected(query(r#""set of rulse""#)).await;
    assert_eq!((titles.len(), corrections.len()), (0, 0));
    let (titles, corrections) = bench.corrected(query(r#""set of rules" memroy"#)).await;
    assert_eq!((titles, corrections), (vec!["owner".to_owned()], vec!["memroy=memory".to_owned()]));
}

#[tokio::test]
async fn what_was_searched_as_well_is_marked_and_counts_less() {
    let bench = Workbench::new().await;
    let texts = [("one", "a heron in the reeds"), ("other", "a stork in the meadow")];
    bench.learn_words(&texts).await;
    let answer = bench.engine.search(&bench.ctx, query("hreon stork")).await.expect("answers");
    let hits: Vec<_> = answer.hits.iter().map(|hit| (hit.citation.title.as_str(), hit.score)).collect();
    assert!(hits[0].0 == "other" && hits[1].0 == "one" && hits[0].1 > hits[1].1, "{hits:?}");
    let marked: Vec<_> =
        answer.hits[1].highlights.iter().filter_map(|span| span.slice(&answer.hits[1].text)).collect();
    assert_eq!(marked, ["heron"]);
}

#[tokio::test]
async fn candidates_are_ranked_by_start_then_frequency() {
    let bench = Workbench::new().await;
    let texts =
        [("a", "herd"), ("b", "heron heron"), ("c", "heron"), ("d", "hers"), ("e", "fern"), ("f", "tern")];
    bench.learn_words(&texts).await;
    assert_eq!(bench.corrected(query("hern")).await.1, ["hern=heron+herd+hers"]);
}

#[tokio::test]
async fn a_filter_admits_candidates_of_its_documents_alone() {
    let bench = Workbench::new().await;
    for (id, text, tag) in [("a", "ownership", "rust"), ("b", "other words", "go")] {
        let mut request = note(id, text);
        request.tags.insert(tag.to_owned());
        bench.engine.ingest_text(&bench.ctx, request).await.expect("is stored");
    }
    let head = bench.know_words().await;
    bench.engine.wait_indexed(&bench.ctx, head).await.expect("is indexed");
    for (tag, corrections) in [("rust", 1), ("go", 0)] {
        let filter = Filter::parse(&format!("tag = \"{tag}\"")).expect("parses");
        let (titles, found) = bench.corrected(query("ownershp").with_filter(Some(filter))).await;
        assert_eq!((titles.len(), found.len()), (corrections, corrections), "{tag}");
    }
}

#[tokio::test]
async fn a_search_by_meaning_alone_has_no_say_in_spelling() {
    let bench = Workbench::with_model().await;
    bench.learn_words(&TEXTS).await;
    let semantic = query("ownershp").with_mode(SearchMode::Semantic);
    let answer = bench.engine.search(&bench.ctx, semantic).await.expect("answers");
    assert_eq!(answer.corrections, []);
    for choice in [true, false] {
        let options = SearchOptions { typo_tolerance: Some(choice), ..SearchOptions::default() };
        let refused = query("ownershp").with_options(options).expect("valid").with_mode(SearchMode::Semantic);
        let error = bench.engine.search(&bench.ctx, refused).await.expect_err("is refused");
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        assert_eq!(error.violations()[0].field, "typo_tolerance");
    }
    assert_eq!(bench.corrected(query("ownershp")).await.1, ["ownershp=ownership"], "in both legs together");
}

#[tokio::test]
async fn stale_words_are_not_searched_and_new_ones_are_not_corrected() {
    let bench = Workbench::new().await;
    bench.learn_words(&[("a", "ownership"), ("b", "heron")]).await;
    let gone = bench.put("a", "something else").await.sequence;
    bench.engine.wait_indexed(&bench.ctx, gone).await.expect("is indexed");
    assert_eq!(bench.corrected(query("ownershp")).await, (vec![], vec![]));
    // Found by the index before its words are known, or after: it is no mistake.
    bench.learn_all(&[("c", "herons"), ("d", "herot")]).await;
    assert_eq!(bench.corrected(query("herot")).await, (vec!["d".to_owned()], vec![]));
    bench.know_words().await;
    assert_eq!(bench.corrected(query("herot")).await, (vec!["d".to_owned()], vec![]));
}

#[tokio::test]
async fn known_words_cost_no_question() {
    let index = Arc::new(Watched::default());
    let stores = Stores { index: Arc::clone(&index) as _, ..stores(Arc::new(SystemClock)) };
    let bench = Workbench::over(stores, tempfile::tempdir().expect("temporary folder")).await;
    bench.learn_words(&TEXTS).await;
    let questions = async |text: &str| {
        let before = index.asked().len();
        bench.corrected(query(text)).await;
        index.asked().len() - before
    };
    assert_eq!(questions("ownership of memory by a heron").await, 1);
    assert!(questions("ownershp of memory").await > 1);
}

#[tokio::test]
async fn words_outlive_the_process_and_end_with_their_collection() {
    let bench = Workbench::new().await;
    bench.learn_words(&TEXTS).await;
    let bench = bench.restart().await;
    let head = bench.know_words().await;
    bench.engine.wait_indexed(&bench.ctx, head).await.expect("is indexed");
    assert_eq!(bench.corrected(query("ownershp")).await.1, ["ownershp=ownership"]);
    let name = ragstone_core::CollectionName::default();
    let gone = bench.engine.delete_collection(&bench.ctx, &name).await.expect("is deleted");
    bench.engine.wait_indexed(&bench.ctx, gone).await.expect("is gone");
    bench.learn_words(&[("a", "heron")]).await;
    assert_eq!(bench.corrected(query("ownershp")).await.1, Vec::<String>::new());
}
