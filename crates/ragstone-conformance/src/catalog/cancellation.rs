//! Futures dropped at any point leave the catalog as if the call had not begun or had finished.

use ragstone_core::document::DocumentDraft;
use ragstone_core::id::{CollectionId, DocumentId};
use ragstone_core::metadata::MetadataValue;

use crate::law::abandon;
use crate::{CatalogDriver, CatalogFixture, DraftBuilder};

/// Greatest number of polls after which a future is dropped.
const MOST_POLLS: u32 = 24;

impl CatalogDriver {
    /// Waits until what a dropped call may have left running has ended.
    ///
    /// A store writes one transaction after the other, so a write that is acknowledged now came later.
    async fn settle(&self) {
        let head = self.head().await;
        self.create(&format!("settled-{head}")).await;
    }
}

fn round_batch(round: u32) -> Vec<DocumentDraft> {
    (0..4)
        .map(|number| {
            DraftBuilder::new(&format!("text:{number}"))
                .with_text(&format!("round {round}\nof document {number}"))
                .with_metadata("round", MetadataValue::Integer(i64::from(round)))
                .build()
        })
        .collect()
}

async fn rounds(driver: &CatalogDriver, id: CollectionId) -> Vec<MetadataValue> {
    let documents = driver.audit(id).await;
    documents.iter().map(|document| document.metadata["round"].clone()).collect()
}

/// A batch whose future is dropped is stored as a whole or not at all, and a finished one is stored.
pub async fn dropped_put_is_all_or_nothing(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    driver.put_all(id, round_batch(0)).await;
    for round in 1..=MOST_POLLS {
        let put = driver.catalog.put_documents(&driver.ctx, id, round_batch(round));
        let is_finished = abandon(put, round - 1).await;
        driver.settle().await;
        let held = rounds(&driver, id).await;
        assert_eq!(held.len(), 4);
        assert!(held.iter().all(|value| *value == held[0]), "a part of a batch: {held:?}");
        if is_finished {
            assert_eq!(held[0], MetadataValue::Integer(i64::from(round)));
        }
    }
    driver.put_all(id, round_batch(MOST_POLLS + 1)).await;
    let last = MetadataValue::Integer(i64::from(MOST_POLLS) + 1);
    assert!(rounds(&driver, id).await.iter().all(|value| *value == last));
}

/// A document whose deletion was dropped is there as a whole or gone as a whole.
pub async fn dropped_deletion_is_all_or_nothing(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    for round in 0..MOST_POLLS {
        let draft = DraftBuilder::new("text:a").with_text(&format!("round {round}"));
        let document: DocumentId = driver.put(id, draft.build()).await.document;
        let deletion = driver.catalog.delete_document(&driver.ctx, document, None);
        let is_finished = abandon(deletion, round).await;
        driver.settle().await;
        let held = driver.audit(id).await;
        assert!(!is_finished || held.is_empty(), "a finished deletion deletes");
    }
}

/// Dropped calls of every kind leave the calls that run beside them alone.
pub async fn dropped_calls_leave_others_alone(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let kept = driver.create("kept").await.id;
    let noise = driver.create("noise").await.id;
    let document = driver.put(noise, DraftBuilder::new("text:a").build()).await.document;
    let disturb = async {
        for round in 0..MOST_POLLS {
            let put = driver.catalog.put_documents(&driver.ctx, noise, round_batch(round));
            abandon(put, round % 6).await;
            abandon(driver.catalog.document_content(&driver.ctx, document), round % 4).await;
            abandon(driver.catalog.statistics(&driver.ctx, noise), round % 3).await;
            tokio::task::yield_now().await;
        }
    };
    let work = async {
        for round in 0..MOST_POLLS {
            driver.put_all(kept, round_batch(round)).await;
            assert_eq!(rounds(&driver, kept).await.len(), 4);
        }
    };
    futures::join!(disturb, work);
    driver.settle().await;
    driver.audit(noise).await;
    assert_eq!(driver.audit(kept).await.len(), 4);
}
