//! Earlier versions: compared, brought back, forgotten, and purged without a trace.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use ragstone_core::clock::ManualClock;
use ragstone_core::document::WriteEffect;
use ragstone_core::page::PageRequest;
use ragstone_core::request::TextRange;
use ragstone_core::suggestion::SuggestQuery;
use ragstone_core::{
    AccessList, CallContext, Clock, CollectionName, DocumentId, DocumentVersion, ErrorKind, Principal, Scope,
    TenantId,
};
use ragstone_engine::EngineConfig;

use crate::workbench::{Workbench, note, stores};

impl Workbench {
    async fn versions(&self, id: DocumentId) -> Result<Vec<u32>, ErrorKind> {
        let page = PageRequest::try_new(100).expect("valid");
        let (_, listed) =
            self.engine.document_versions(&self.ctx, id, &page).await.map_err(|error| error.kind())?;
        Ok(listed.items.iter().map(|version| version.document.version.0).collect())
    }

    async fn deleted(&self) -> Vec<String> {
        let page = PageRequest::try_new(100).expect("valid");
        let listed = self.engine.deleted_documents(&self.ctx, &CollectionName::default(), &page).await;
        let listed = listed.expect("lists deleted documents");
        listed.items.into_iter().map(|version| version.document.title).collect()
    }
}

#[tokio::test]
async fn versions_are_compared_and_brought_back() {
    let bench = Workbench::new().await;
    let first = bench.put("plan", "# Plan\n\nPaint the shed.\n\nThen rest.\n").await;
    bench.put("plan", "# Plan\n\nSell the shed.\n\nThen rest.\n").await;
    let id = first.document;

    let diff = bench.engine.diff_versions(&bench.ctx, id, DocumentVersion(1), None).await.expect("compares");
    assert_eq!((diff.from.version.0, diff.to.version.0), (1, 2));
    assert_eq!((diff.added_lines, diff.removed_lines, diff.is_cut), (1, 1, false));
    for line in ["--- version 1", "+++ version 2", "-Paint the shed.", "+Sell the shed.", " Then rest."] {
        assert!(diff.unified.lines().any(|found| found == line), "{line}: {}", diff.unified);
    }
    let same = bench.engine.diff_versions(&bench.ctx, id, DocumentVersion(2), None).await.expect("compares");
    assert_eq!((same.unified.as_str(), same.added_lines), ("", 0));

    let range = TextRange { start: 0, max_len: 100 };
    let part = bench.engine.read_version(&bench.ctx, id, DocumentVersion(1), range).await.expect("reads");
    assert!(part.text.contains("Paint the shed."), "{}", part.text);
    assert_eq!((part.document.version.0, part.next), (1, None));

    let back = bench.engine.restore_version(&bench.ctx, id, Some(DocumentVersion(1)), None).await;
    let back = back.expect("restores");
    assert_eq!((back.effect, back.version), (WriteEffect::Updated, DocumentVersion(3)));
    bench.engine.wait_indexed(&bench.ctx, back.sequence).await.expect("is indexed");
    assert_eq!(bench.titles("paint").await, ["# Plan"]);
    assert_eq!(bench.titles("sell").await, [""; 0]);
    assert_eq!(bench.versions(id).await, Ok(vec![3, 2, 1]));
}

#[tokio::test]
async fn a_deleted_document_is_brought_back_once() {
    let bench = Workbench::new().await;
    let id = bench.put("plan", "# Plan\n\nPaint the shed.").await.document;
    let restore = |version: Option<u32>| {
        bench.engine.restore_version(&bench.ctx, id, version.map(DocumentVersion), None)
    };
    let live = restore(None).await.map_err(|error| (error.kind(), error.help().is_some()));
    assert_eq!(live.map(|receipt| receipt.version), Err((ErrorKind::FailedPrecondition, true)));
    bench.engine.delete_document(&bench.ctx, id, None).await.expect("deletes");
    assert_eq!(bench.deleted().await, ["# Plan"]);
    let back = restore(None).await.expect("restores");
    assert_eq!((back.effect, back.version), (WriteEffect::Created, DocumentVersion(2)));
    bench.engine.wait_indexed(&bench.ctx, back.sequence).await.expect("is indexed");
    assert_eq!(bench.titles("shed").await, ["# Plan"]);
    assert_eq!(bench.deleted().await, [""; 0]);
}

#[tokio::test]
async fn history_is_for_writers_and_purging_for_admins() {
    let bench = Workbench::new().await;
    let id = bench.put("plan", "# Plan\n\nPaint the shed.").await.document;
    let page = PageRequest::try_new(10).expect("valid");
    for scope in [Scope::Read, Scope::Write, Scope::Admin] {
        let ctx = CallContext::new(Principal::new("caller", TenantId::default(), scope));
        let listed = bench.engine.document_versions(&ctx, id, &page).await;
        assert_eq!(listed.is_ok(), scope >= Scope::Write, "{scope}");
        let purged = bench.engine.purge_document(&ctx, id, None).await.map_err(|error| error.kind());
        let is_denied = purged == Err(ErrorKind::PermissionDenied);
        assert_eq!(is_denied, scope < Scope::Admin, "{scope}: {purged:?}");
    }
    assert_eq!(bench.versions(id).await, Err(ErrorKind::NotFound));
}

#[tokio::test]
async fn words_of_a_purged_document_are_suggested_no_more() {
    let bench = Workbench::new().await;
    let secret = bench.put("secret", "# Secret\n\nThe zyxwvutsword opens.").await;
    bench.put("other", "# Other\n\nThe zyxwvutrest stays.").await;
    bench.know_words().await;
    let deleted = bench.engine.delete_document(&bench.ctx, secret.document, None).await.expect("deletes");
    bench.engine.wait_indexed(&bench.ctx, deleted).await.expect("is indexed");
    let suggest = async || {
        let query = SuggestQuery::try_new("zyxwv", 5).expect("valid");
        bench.engine.suggest(&bench.ctx, query).await.expect("answers").completions
    };
    assert_eq!(suggest().await, ["zyxwvutrest"], "the index has no document with the other word");
    let words = async || {
        let collection =
            bench.engine.collection(&bench.ctx, &CollectionName::default()).await.expect("found");
        let page = PageRequest::try_new(1000).expect("valid");
        let id = collection.collection.id;
        let words = bench.stores.catalog.words(&bench.ctx, id, &page).await.expect("lists words").items;
        words.into_iter().map(|word| word.text).filter(|word| word.starts_with("zyx")).collect::<Vec<_>>()
    };
    assert_eq!(words().await, ["zyxwvutrest", "zyxwvutsword"]);
    let sequence = bench.engine.purge_document(&bench.ctx, secret.document, None).await.expect("purges");
    bench.engine.wait_words(&bench.ctx, sequence).await.expect("words are gathered");
    assert_eq!(words().await, ["zyxwvutrest"]);
    assert_eq!(suggest().await, ["zyxwvutrest"]);
}

#[tokio::test]
async fn a_guarded_version_is_not_compared() {
    let bench = Workbench::new().await;
    let guarded = AccessList::try_new(["user:ann".parse().expect("valid")].into(), BTreeSet::default());
    let mut text = note("plan", "# Plan\n\nThe code is 1234.");
    text.access = guarded.expect("valid");
    let id = bench.engine.ingest_text(&bench.ctx, text).await.expect("is stored").document;
    bench.put("plan", "# Plan\n\nThe code is hidden.").await;
    for (name, is_admitted) in [("ann", true), ("bob", false)] {
        let ctx = CallContext::new(Principal::new(name, TenantId::default(), Scope::Write));
        let diff = bench.engine.diff_versions(&ctx, id, DocumentVersion(1), None).await;
        assert_eq!(
            diff.map(|_| ()).map_err(|error| error.kind()),
            is_admitted.then_some(()).ok_or(ErrorKind::NotFound)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn versions_are_forgotten_when_their_time_is_over() {
    let clock = Arc::new(ManualClock::new());
    let config = EngineConfig { history: Duration::from_hours(24), ..EngineConfig::default() };
    let folder = tempfile::tempdir().expect("temporary folder");
    let bench = Workbench::configured(stores(Arc::clone(&clock) as Arc<dyn Clock>), folder, config).await;
    let id = bench.put("plan", "# Plan\n\nPaint the shed.").await.document;
    bench.put("plan", "# Plan\n\nSell the shed.").await;
    clock.advance(Duration::from_hours(23));
    tokio::time::sleep(Duration::from_mins(30)).await;
    assert_eq!(bench.versions(id).await, Ok(vec![2, 1]));
    clock.advance(Duration::from_hours(2));
    tokio::time::sleep(Duration::from_mins(30)).await;
    assert_eq!(bench.versions(id).await, Ok(vec![2]));
}
