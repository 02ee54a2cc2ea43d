//! Every law that is written is in the list that suites are stamped from.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use ragstone_conformance::{
    cache, catalog, counters, embedder, index, invalidations, jobs, keys, leases, reranker, uploads,
};

/// Names of the public async functions that stand at the start of a line and take a fixture.
fn written(suite: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(suite);
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder).expect("reads the folder of laws") {
        let path = entry.expect("reads an entry").path();
        let group = path.file_stem().and_then(|stem| stem.to_str()).expect("is a name");
        let text = fs::read_to_string(&path).expect("reads a file of laws");
        for line in text.lines() {
            let Some((name, arguments)) =
                line.strip_prefix("pub async fn ").and_then(|rest| rest.split_once('('))
            else {
                continue;
            };
            assert!(arguments.contains("fixture: "), "{name} is public and not a law");
            names.insert(format!("{suite}::{group}::{name}"));
        }
    }
    names
}

#[test]
fn every_law_that_is_written_is_listed() {
    let suites = [
        ("cache", cache::LAWS),
        ("catalog", catalog::LAWS),
        ("counters", counters::LAWS),
        ("embedder", embedder::LAWS),
        ("index", index::LAWS),
        ("invalidations", invalidations::LAWS),
        ("jobs", jobs::LAWS),
        ("keys", keys::LAWS),
        ("leases", leases::LAWS),
        ("reranker", reranker::LAWS),
        ("uploads", uploads::LAWS),
    ];
    for (suite, listed) in suites {
        let names: BTreeSet<String> = listed.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(names, written(suite));
        assert_eq!(names.len(), listed.len(), "no law is listed twice");
    }
}
