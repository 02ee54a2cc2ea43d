//! Fifty kills in the middle of an ingest: nothing acknowledged is lost, nothing is there twice.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender};

use serde_json::json;

use crate::http::Http;
use crate::load;
use crate::server::Server;

const CRASHES: u32 = 50;
/// New files before each crash.
const NEW_FILES: u32 = 80;
/// Older files that get another text before each crash.
const CHANGED_FILES: u32 = 20;
const DOCUMENTS: &str = "/api/v1/collections/default/documents";

/// A word that stands for a number, and is no misspelling of another.
fn word(kind: char, number: u32) -> String {
    load::word(&format!("q{kind}{kind}{kind}"), number.try_into().expect("small"))
}

// ---- Files ----

/// The folder that `up` is given, and what each of its files holds now.
struct Folder {
    root: PathBuf,
    words: BTreeMap<u32, String>,
    outdated: Vec<String>,
    written: u32,
}

impl Folder {
    fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), words: BTreeMap::new(), outdated: Vec::new(), written: 0 }
    }

    fn write(&mut self, file: u32) {
        self.written += 1;
        let word = word('f', self.written);
        let filler = "Crashes happen while a page of text is being written down.\n".repeat(60);
        let text = format!("# File {file}\n\nThe word is {word} here.\n\n{filler}");
        std::fs::write(self.root.join(format!("file-{file}.md")), text).expect("written");
        self.outdated.extend(self.words.insert(file, word));
    }

    /// Adds files and rewrites some of the older ones.
    fn change(&mut self, round: u32) {
        let first = round * NEW_FILES;
        for file in first..first + NEW_FILES {
            self.write(file);
        }
        for step in 0..CHANGED_FILES.min(first) {
            self.write((round * 7 + step * 13) % first);
        }
    }
}

// ---- Texts ----

/// A text that a writer was told is stored.
struct Stored {
    word: String,
    document: String,
    sequence: u64,
}

fn text_of(word: &str) -> String {
    format!("The promise is kept: {word} was acknowledged.")
}

/// Stores texts, one after the other, until the server is gone; returns the next unused number.
fn write_until_crash(http: &Http, mut number: u32, stored: &Sender<Stored>) -> u32 {
    loop {
        let word = word('t', number);
        number += 1;
        let body = json!({ "external_id": word, "text": text_of(&word) });
        let Ok(reply) = http.try_put(DOCUMENTS, &body) else { return number };
        assert_eq!(reply.status, 201, "{reply:?}");
        let receipt = reply.json();
        let document = receipt["document"].as_str().expect("id").to_owned();
        let sequence = receipt["sequence"].as_u64().expect("sequence");
        if stored.send(Stored { word, document, sequence }).is_err() {
            return number;
        }
    }
}

/// What happened in all rounds.
#[derive(Default)]
struct History {
    stored: Vec<Stored>,
    /// Number of the next text.
    next: u32,
    /// Crashes before the ingest of the folder had ended.
    interrupted: u32,
}

/// Starts the server, writes to it while it ingests, and kills it after some acknowledgements.
fn crash_once(data: &Path, folder: &Path, wanted: u32, history: &mut History) {
    let server = Server::up_unfinished(data, folder);
    // The check waits for the index, and meanwhile the ingest goes on.
    if wanted > 2
        && let Some(last) = history.stored.last()
    {
        check_text(&server.http, last);
    }
    let http = server.client(Some(&server.token));
    let (sender, stored) = mpsc::channel();
    let first = history.next;
    let writer = std::thread::spawn(move || write_until_crash(&http, first, &sender));
    history.stored.extend(stored.iter().take(wanted as usize));
    let output = server.crash();
    history.stored.extend(stored.iter());
    history.next = writer.join().expect("the writer");
    history.interrupted += u32::from(!output.contains("indexed:"));
}

// ---- Checks ----

fn check_text(http: &Http, stored: &Stored) {
    let hits = http.search_behind(&stored.word, Some(stored.sequence));
    assert_eq!(hits.len(), 1, "{}: {hits:?}", stored.word);
    assert_eq!(hits[0]["text"], text_of(&stored.word));
    assert_eq!(hits[0]["citation"]["document"], stored.document);
    let whole = http.get(&format!("/api/v1/documents/{}/text", stored.document)).ok();
    assert_eq!(whole["text"], text_of(&stored.word));
}

fn check_files(http: &Http, folder: &Folder) {
    for (file, word) in &folder.words {
        let hits = http.search(word);
        assert_eq!(hits.len(), 1, "file {file}, {word}: {hits:?}");
        let source = hits[0]["citation"]["source"].as_str().expect("source");
        assert!(source.ends_with(&format!("/file-{file}.md")), "{source}");
    }
    for word in &folder.outdated {
        assert_eq!(http.search(word).len(), 0, "{word} was overwritten");
    }
}

/// The catalog holds each source once: all files, all acknowledged texts, and texts whose answer was lost.
fn check_catalog(http: &Http, folder: &Folder, stored: &[Stored], last: u32) {
    let documents = http.documents("default");
    let sources: BTreeSet<_> =
        documents.iter().map(|document| document["source"].as_str().expect("source")).collect();
    assert_eq!(sources.len(), documents.len(), "a source is listed twice");
    let texts: BTreeSet<_> = sources.iter().filter_map(|source| source.strip_prefix("text:")).collect();
    assert_eq!(sources.len() - texts.len(), folder.words.len());
    for stored in stored {
        assert!(texts.contains(stored.word.as_str()), "{} is lost", stored.word);
    }
    for number in 0..last {
        let word = word('t', number);
        assert_eq!(http.search(&word).len(), usize::from(texts.contains(word.as_str())), "{word}");
    }
    let collection = http.get("/api/v1/collections/default").ok();
    assert_eq!(collection["documents"], documents.len());
}

#[test]
fn fifty_kills_during_ingest_lose_and_double_nothing() {
    let (data, root) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    let mut folder = Folder::new(root.path());
    let mut history = History::default();
    for round in 0..CRASHES {
        folder.change(round);
        crash_once(data.path(), root.path(), round % 6, &mut history);
    }
    let History { stored, next, interrupted } = history;
    assert!(interrupted >= CRASHES / 2, "only {interrupted} crashes came during the ingest");
    assert!(stored.len() >= CRASHES as usize, "only {} acknowledged", stored.len());

    let server = Server::up(data.path(), root.path());
    server.http.catch_up();
    check_catalog(&server.http, &folder, &stored, next);
    check_files(&server.http, &folder);
    for stored in &stored {
        check_text(&server.http, stored);
    }
    let status = server.http.get("/api/v1/status").ok();
    assert_eq!((&status["is_caught_up"], &status["indexed"]), (&json!(true), &status["head"]));
    server.stop();

    let mut server = Server::up(data.path(), root.path());
    let files = folder.words.len();
    server.wait_for(&format!("0 new, 0 changed, {files} unchanged, 0 deleted, 0 failed"));
    server.stop();
}
