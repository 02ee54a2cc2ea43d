//! A database that is not the one: a data directory that was used with one catalog is not used with another.

use serde_json::json;

use super::DOCUMENTS;
use crate::postgres::Database;

#[test]
fn a_data_directory_is_used_with_its_own_catalog_alone() {
    const TEST: &str = "outages::strangers::a_data_directory";
    let (Some(own), Some(other)) = (Database::create(TEST), Database::create(TEST)) else { return };
    let [data, stranger] = [(); 2].map(|()| tempfile::tempdir().expect("folder"));
    let server = own.serve(data.path());
    server.http.put(DOCUMENTS, &json!({ "external_id": "a", "text": "Terns return." })).ok();
    server.stop();

    let refused = || {
        for word in ["serve", "doctor"] {
            let output = other.command(data.path()).arg(word).output().expect("runs");
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8_lossy(&said);
            assert_eq!(output.status.code(), Some(5), "{said}");
            assert!(said.contains("another catalog") && said.contains("catalog.id"), "{said}");
        }
    };
    refused();
    assert_eq!(
        other.count("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"),
        0,
        "it is left alone"
    );
    other.serve(stranger.path()).stop();
    refused();

    let server = own.serve(data.path());
    assert_eq!(server.http.documents("default").len(), 1);
    server.stop();
    std::fs::remove_file(data.path().join("catalog.id")).expect("removed");
    let server = other.serve(data.path());
    assert!(server.http.documents("default").is_empty());
    server.stop();
}

#[test]
fn an_import_makes_a_catalog_the_own_one() {
    const TEST: &str = "outages::strangers::an_import";
    let (Some(own), Some(other)) = (Database::create(TEST), Database::create(TEST)) else { return };
    let data = tempfile::tempdir().expect("folder");
    let server = own.serve(data.path());
    server.http.put(DOCUMENTS, &json!({ "external_id": "a", "text": "Terns return." })).ok();
    server.stop();
    let file = data.path().join("all.jsonl.gz");
    for (database, word) in [(&own, "export"), (&other, "import")] {
        let output = database.command(data.path()).arg(word).arg(&file).output().expect("runs");
        assert!(output.status.success(), "{output:?}");
    }
    let server = other.serve(data.path());
    assert_eq!(server.http.documents("default").len(), 1);
    server.stop();
}
