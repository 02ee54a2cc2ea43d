//! `ragstone eval` on small judged collections.

use std::path::Path;

use serde_json::Value;

use crate::cli::{Run, run};

const CORPUS: &str = r#"{"_id": "birds", "title": "Sea birds", "text": "The albatross glides over the waves."}
{"_id": "fish", "title": "Fish", "text": "The herring swims in great shoals near the coast, where the albatross eats it."}
{"_id": "ice", "title": "Ice", "text": "The glacier moved four metres in a year.", "metadata": {"x": 1}}
"#;
const QUERIES: &str = r#"{"_id": "q1", "text": "albatross"}
{"_id": "q2", "text": "glacier"}
{"_id": "q3", "text": "the of"}
{"_id": "q4", "text": "herring"}
"#;
const QRELS: &str = "query-id\tcorpus-id\tscore\nq1\tbirds\t1\nq2\tice\t2\nq3\tfish\t1\n";

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("has a parent")).expect("created");
    std::fs::write(path, text).expect("written");
}

fn beir() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("folder");
    write(folder.path(), "corpus.jsonl", CORPUS);
    write(folder.path(), "queries.jsonl", QUERIES);
    write(folder.path(), "qrels/test.tsv", QRELS);
    folder
}

fn eval(folder: &Path, words: &[&str]) -> Run {
    let folder_text = folder.to_str().expect("UTF-8");
    let words = ["eval", folder_text].into_iter().chain(words.iter().copied());
    run(&folder.join("unused"), words)
}

fn json(folder: &Path, words: &[&str]) -> Value {
    let words: Vec<&str> = words.iter().copied().chain(["--json"]).collect();
    eval(folder, &words).json()
}

#[test]
fn a_folder_of_beir_is_measured_the_same_each_time() {
    let folder = beir();
    let first = json(folder.path(), &["--per-query"]);
    assert_eq!(first["documents"], 3, "{first}");
    assert_eq!(first["queries"], 3, "{first}");
    assert_eq!(first["per_query"]["q1"]["recip_rank"], 1.0, "{first}");
    assert_eq!(first["per_query"]["q2"]["ndcg_cut_10"], 1.0, "{first}");
    assert_eq!(
        first["per_query"]["q3"]["map"], 0.0,
        "a query without searchable words finds nothing: {first}"
    );
    assert_eq!(first["measures"]["ndcg_cut_10"], first["beir"]["NDCG@10"]);
    assert_eq!(first["fingerprint"].as_str().map(str::len), Some(64), "{first}");
    assert_eq!(first, json(folder.path(), &["--per-query"]));
    let other = json(folder.path(), &["--k1", "0.9"]);
    assert_ne!(first["fingerprint"], other["fingerprint"]);
    assert_eq!(first["collection"], other["collection"]);
    assert!(!folder.path().join("unused").exists(), "the caller's data directory is left alone");
}

#[test]
fn a_collection_of_trec_is_measured_alike() {
    let folder = tempfile::tempdir().expect("folder");
    let corpus = "<DOC><DOCNO>birds</DOCNO><TITLE>Sea birds</TITLE><TEXT>The albatross glides.</TEXT></DOC>\n\
                  <DOC><DOCNO>ice</DOCNO><TEXT>The glacier moved.</TEXT></DOC>\n";
    write(folder.path(), "corpus.trec", corpus);
    write(folder.path(), "queries.trec", "<top>\n<num> Number: 1\n<title> albatross\n</top>\n");
    write(folder.path(), "qrels/test.trec", "1 0 birds 1\n");
    let report = json(folder.path(), &["--format", "trec"]);
    assert_eq!(report["measures"]["map"], 1.0, "{report}");
    write(folder.path(), "corpus.trec", "<DOC><TEXT>x</TEXT></DOC>");
    assert_eq!(eval(folder.path(), &["--format", "trec"]).code, 2);
}

#[test]
fn a_measure_below_its_floor_fails_after_the_report() {
    let folder = beir();
    let passed = eval(folder.path(), &["--fail-under", "recip_rank=0.66", "--fail-under", "recall_10=0.6"]);
    assert!(passed.text().contains("recip_rank"), "{passed:?}");
    let failed = eval(folder.path(), &["--fail-under", "recip_rank=0.67"]);
    assert_eq!(failed.code, 5, "{failed:?}");
    assert!(failed.stdout.contains("recip_rank") && failed.stderr.contains("0.67"), "{failed:?}");
}

#[test]
fn runs_are_compared() {
    let folder = beir();
    let file = folder.path().join("a.run");
    let file = file.to_str().expect("UTF-8");
    eval(folder.path(), &["--run-file", file]).text();
    let report = json(folder.path(), &["--compare", file]);
    let difference = &report["comparison"]["ndcg_cut_10"];
    assert_eq!(difference["wins"], 0, "{report}");
    assert_eq!(difference["p_value"], 1.0, "{report}");
    assert_eq!(difference["permutations"], 100_000);
}

#[test]
fn what_would_be_ignored_is_refused() {
    let folder = beir();
    for words in [
        &["--mode", "hybrid"][..],
        &["--weight", "0.5"],
        &["--tune", "weight"],
        &["--k1", "11"],
        &["--split", "train"],
        &["--legs", "x"],
        &["--fail-under", "ndcg=0.5"],
    ] {
        assert_eq!(eval(folder.path(), words).code, 2, "{words:?}");
    }
    let few = eval(folder.path(), &["--tune", "bm25"]);
    assert_eq!(few.code, 2, "three queries are too few: {few:?}");
}
