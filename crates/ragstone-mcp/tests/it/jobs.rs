//! Background jobs are listed, waited for, called off and tried again.

use std::collections::BTreeSet;

use ragstone_core::request::IngestDocument;
use ragstone_core::{AccessList, CallContext, CollectionName};
use serde_json::json;

use crate::workbench::Workbench;

impl Workbench {
    async fn upload(&self, id: &str, bytes: &[u8]) -> String {
        let document = IngestDocument {
            collection: CollectionName::default(),
            external_id: id.to_owned(),
            file_name: None,
            media_type: None,
            title: None,
            tags: BTreeSet::new(),
            metadata: ragstone_core::metadata::Metadata::new(),
            access: AccessList::OPEN,
            bytes: bytes.to_vec(),
        };
        let receipt = self.engine.enqueue_document(&CallContext::system(), document).await.expect("is taken");
        receipt.job.id.to_string()
    }
}

#[tokio::test]
async fn a_job_is_waited_for_and_listed() {
    let bench = Workbench::new().await;
    let id = bench.upload("a", b"Storks clatter.").await;
    let arguments = json!({ "job": id, "wait": "keyword_searchable", "wait_ms": 20_000 });
    let job = bench.ok("read_job", arguments).await;
    assert_eq!(
        (&job["state"], &job["stage"]),
        (&json!("succeeded"), &json!("keyword_searchable")),
        "{job:#}"
    );
    let listed = bench.ok("list_jobs", json!({ "state": "succeeded" })).await;
    assert_eq!(listed["jobs"][0]["id"], json!(id));
    let none = bench.ok("list_jobs", json!({ "state": "dead" })).await;
    assert_eq!(none["jobs"], json!([]));
}

#[tokio::test]
async fn a_dead_job_says_why_and_is_tried_again() {
    let bench = Workbench::new().await;
    let id = bench.upload("a", &[0, 1, 2, 255]).await;
    let job = bench.ok("read_job", json!({ "job": id, "wait": "stored" })).await;
    assert_eq!((&job["state"], &job["failure"]["reason"]), (&json!("dead"), &json!("unsupported_media")));
    bench.ok("retry_job", json!({ "job": id })).await;
    let job = bench.ok("read_job", json!({ "job": id, "wait": "stored" })).await;
    assert_eq!(job["state"], "dead");
}
