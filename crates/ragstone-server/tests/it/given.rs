//! `ragstone bench --given`: the same passages and vectors for every program that is compared.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::Path;

use serde_json::Value;

use crate::cli::{ragstone, run};

const PASSAGES: usize = 6;

/// Six passages in two files, each with a direction of its own; the first query is near the last passage, but has a word
/// of the first one.
fn corpus(folder: &Path) {
    fs::create_dir_all(folder.join("documents")).expect("created");
    let words = ["puffin", "glacier", "lichen", "walrus", "kelp", "aurora"];
    for (file, words) in words.chunks(3).enumerate() {
        let mut text = format!("# Volume {file}\n\n");
        for (place, word) in words.iter().enumerate() {
            let _ = write!(text, "## Passage {}\n\n{}\n\n", file * 3 + place, format!("{word} ").repeat(100));
        }
        fs::write(folder.join(format!("documents/volume-{file}.md")), text).expect("written");
    }
    let direction = |at: usize| (0..PASSAGES).map(move |place| if place == at { 1.0_f32 } else { 0.1 });
    vectors(&folder.join("passages.f32"), (0..PASSAGES).flat_map(direction));
    vectors(&folder.join("queries.f32"), [5, 2].into_iter().flat_map(direction));
    fs::write(folder.join("queries.txt"), "puffin\nwalrus\n").expect("written");
    let facts = format!(r#"{{"passages": {PASSAGES}, "dimensions": {PASSAGES}}}"#);
    fs::write(folder.join("facts.json"), facts).expect("written");
}

fn vectors(path: &Path, numbers: impl Iterator<Item = f32>) {
    fs::write(path, numbers.flat_map(f32::to_le_bytes).collect::<Vec<u8>>()).expect("written");
}

/// The lines that the requests are answered with; the first one tells of the index.
fn answers(folder: &Path, requests: &str) -> Vec<Value> {
    let input = folder.join("requests");
    fs::write(&input, requests).expect("written");
    let mut command = ragstone(&folder.join("data"));
    command.args(["bench", "--given"]).arg(folder).stdin(File::open(&input).expect("opened"));
    let output = command.output().expect("the binary starts");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn best(answer: &Value, query: usize) -> &Value {
    assert!(answer["ms"][query].as_f64().is_some_and(|time| time > 0.0), "{answer}");
    &answer["found"][query][0]
}

#[test]
fn given_vectors_are_searched_in_every_way() {
    let folder = tempfile::tempdir().expect("folder");
    corpus(folder.path());
    let requests = "keyword 0 2\nsemantic 0 2\nrest-keyword 1 1\nhybrid 0 1\nrest-hybrid 0 1\n";
    let found = answers(folder.path(), requests);
    let [ready, keyword, semantic, rest, hybrid, rest_hybrid] = &found[..] else { panic!("{found:?}") };
    assert_eq!(ready["chunks"], PASSAGES, "{ready}");
    assert_eq!(ready["has_model"], false, "{ready}");
    assert!(ready["searchable_seconds"].is_f64(), "{ready}");
    assert_eq!((best(keyword, 0), best(keyword, 1)), (&0.into(), &3.into()), "{keyword}");
    assert_eq!((best(semantic, 0), best(semantic, 1)), (&5.into(), &2.into()), "{semantic}");
    assert_eq!(best(rest, 0), 3, "{rest}");
    assert_eq!(hybrid["found"], rest_hybrid["found"]);
    let again = answers(folder.path(), "semantic 1 1\n");
    assert_eq!(again[0]["searchable_seconds"], Value::Null, "{again:?}");
    assert_eq!(best(&again[1], 0), 2, "{again:?}");
}

#[test]
fn what_cannot_be_measured_is_refused() {
    let folder = tempfile::tempdir().expect("folder");
    corpus(folder.path());
    let data = folder.path().join("data");
    for requests in ["keyword 0\n", "keyword 1 2\n", "hybrid-embedded 0 1\n", "backwards 0 1\n"] {
        let input = folder.path().join("requests");
        fs::write(&input, requests).expect("written");
        let mut command = ragstone(&data);
        command.args(["bench", "--given"]).arg(folder.path()).stdin(File::open(&input).expect("opened"));
        let output = command.output().expect("the binary starts");
        assert!(!output.status.success(), "{requests}: {output:?}");
    }
    fs::write(folder.path().join("facts.json"), r#"{"passages": 7, "dimensions": 6}"#).expect("written");
    let refused = run(&data, ["bench".as_ref(), "--given".as_ref(), folder.path().as_os_str()]);
    assert_ne!(refused.code, 0, "a corpus of another size: {refused:?}");
}
