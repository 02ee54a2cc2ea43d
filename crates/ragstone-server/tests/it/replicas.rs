//! Two servers on one PostgreSQL, one index and one Redis: one of them projects, each answers for both.

use std::time::Duration;

use ragstone_core::{Clock as _, SystemClock};
use serde_json::json;

use crate::operations::operations;
use crate::server::Server;
use crate::shared::Shared;

const DOCUMENTS: &str = "/api/v1/collections/default/documents";

fn put(server: &Server, id: &str) -> Option<u64> {
    let document = json!({ "external_id": id, "text": format!("Auks {id}.") });
    server.http.put(DOCUMENTS, &document).ok()["sequence"].as_u64()
}

/// Batches that a server has applied to the index.
pub(crate) fn applied(server: &mut Server) -> u64 {
    let page = operations(server, None).get("/metrics").body;
    let counts = page
        .lines()
        .filter(|line| line.starts_with("ragstone_port_calls_total{") && line.contains("method=\"apply\""));
    counts.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok()).sum()
}

#[test]
fn one_server_projects_and_a_rolling_restart_loses_nothing() {
    let Some(shared) = Shared::start("replicas") else { return };
    let folders = [(); 3].map(|()| tempfile::tempdir().expect("folder"));
    let mut first = shared.serve(folders[0].path());
    let mut sequence = put(&first, "zero");
    assert_eq!(first.http.search_behind("zero", sequence).len(), 1);
    let mut second = shared.serve(folders[1].path());
    for round in 0..20 {
        let (writer, reader) = if round % 2 == 0 { (&first, &second) } else { (&second, &first) };
        let id = format!("round{round}");
        sequence = put(writer, &id);
        let start = SystemClock.instant();
        assert_eq!(reader.http.search_behind(&id, sequence).len(), 1);
        let taken = SystemClock.instant() - start;
        assert!(taken < Duration::from_secs(4), "a write is told at once, not at the next look: {taken:?}");
        // The same question again is answered from what is kept, and a write of the other server changes it.
        assert_eq!(reader.http.search(&id).len(), 1);
    }
    assert!(applied(&mut first) > 0);
    assert_eq!(applied(&mut second), 0, "the second server leaves the index to the first");

    // One server after the other goes, the first of them without a word, and new ones come.
    first.crash();
    let third = shared.serve(folders[2].path());
    let start = SystemClock.instant();
    sequence = put(&second, "after the crash");
    assert_eq!(third.http.search_behind("crash", sequence).len(), 1);
    assert!(SystemClock.instant() - start < Duration::from_secs(20), "the lease of the dead server runs out");
    second.stop();
    sequence = put(&third, "after the stop");
    assert_eq!(third.http.search_behind("stop", sequence).len(), 1);
    assert_eq!(third.http.documents("default").len(), 23);
    third.stop();
    shared.stop();
}
