//! Completions and other spellings of a query that is being written.

use ragstone_core::collection::KeywordSettings;
use ragstone_core::request::CreateCollection;
use ragstone_core::suggestion::{SuggestQuery, Suggestions};
use ragstone_core::{CollectionName, ErrorKind};

use crate::workbench::{Workbench, note};

impl Workbench {
    async fn suggest(&self, text: &str) -> (Vec<String>, Option<String>) {
        let query = SuggestQuery::try_new(text, 5).expect("valid");
        let Suggestions { completions, did_you_mean, degraded } =
            self.engine.suggest(&self.ctx, query).await.expect("answers");
        assert_eq!(degraded, []);
        (completions, did_you_mean)
    }
}

#[tokio::test]
async fn the_last_word_is_completed_by_the_most_frequent_words() {
    let bench = Workbench::new().await;
    let texts = [
        ("a", "ownership of an owner"),
        ("b", "ownership again"),
        ("c", "owned, owning, own and Owl"),
        ("d", "other"),
    ];
    bench.learn_words(&texts).await;
    for (text, completions) in [
        ("ow", &["ownership", "owl", "own", "owned", "owner"][..]),
        ("the OWNE", &["ownership", "owned", "owner"]),
        ("who owns the owners", &["ownership"]),
        ("ownership ", &[]),
        ("\"ownership of an ownersh", &["ownership"]),
        ("owl -own", &[]),
        ("zzz", &[]),
    ] {
        assert_eq!(
            bench.suggest(text).await,
            (completions.iter().map(ToString::to_string).collect(), None),
            "{text}"
        );
    }
    let few = SuggestQuery::try_new("ow", 2).expect("valid");
    assert_eq!(
        bench.engine.suggest(&bench.ctx, few).await.expect("answers").completions,
        ["ownership", "owl"]
    );
}

#[tokio::test]
async fn misspelt_words_are_put_right_in_their_places() {
    let bench = Workbench::new().await;
    bench.learn_words(&[("a", "ownership of memory"), ("b", "the borrow checker")]).await;
    for (text, meant) in [
        ("ownershp", Some("ownership")),
        ("Who has Ownershp, of memroy?", Some("Who has ownership, of memory?")),
        ("borow \"exact phrse\" -exclded tag:rusty ", Some("borrow \"exact phrse\" -exclded tag:rusty ")),
        ("ownership of memory ", None),
        ("nothing like it ", None),
        // Unfinished, not misspelt.
        ("borow chec", Some("borrow chec")),
        ("chec", None),
    ] {
        let (_, found) = bench.suggest(text).await;
        assert_eq!(found.as_deref(), meant, "{text}");
    }
}

#[tokio::test]
async fn suggestions_come_from_the_collections_that_are_named() {
    let bench = Workbench::new().await;
    let birds = CollectionName::try_new("birds").expect("valid");
    let new = CreateCollection {
        name: birds.clone(),
        description: String::new(),
        keyword: KeywordSettings::default(),
    };
    bench.engine.create_collection(&bench.ctx, new).await.expect("is created");
    let mut heron = note("a", "heron");
    heron.collection = birds.clone();
    bench.engine.ingest_text(&bench.ctx, heron).await.expect("is stored");
    bench.learn_words(&[("b", "herd")]).await;
    for (collections, completions) in [
        (vec![birds.clone()], &["heron"][..]),
        (vec![CollectionName::default()], &["herd"]),
        (vec![], &["herd", "heron"]),
    ] {
        let query =
            SuggestQuery::try_new("her", 5).and_then(|query| query.in_collections(collections.clone()));
        let found = bench.engine.suggest(&bench.ctx, query.expect("valid")).await.expect("answers");
        assert_eq!(found.completions, completions, "{collections:?}");
    }
    let missing = CollectionName::try_new("missing").expect("valid");
    let query = SuggestQuery::try_new("her", 5).and_then(|query| query.in_collections(vec![missing]));
    let refused = bench.engine.suggest(&bench.ctx, query.expect("valid")).await.map_err(|error| error.kind());
    assert_eq!(refused, Err(ErrorKind::NotFound));
}
