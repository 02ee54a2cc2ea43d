//! What clients do to the server until it dies or they are told to stop.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use super::http::{Answer, Fate, Http};
use super::oracle::{Content, DEFAULT, Doubt, Passing, Shelf, Slot};
use super::random::Random;

/// Documents of a passing collection.
const PASSING: usize = 2;
/// Passing collections that a client has at a time.
const MOST_PASSING: usize = 2;
/// Failures in a row after which the server is taken for dead.
const MOST_FAILURES: usize = 3;

/// One client at work.
pub(super) struct Client<'a> {
    pub(super) http: &'a Http,
    pub(super) shelf: &'a mut Shelf,
    pub(super) random: Random,
    pub(super) stop: &'a AtomicBool,
}

impl Client<'_> {
    /// Works until it is told to stop, or the server cannot be reached.
    pub(super) fn run(mut self) {
        let mut failures = 0;
        while !self.stop.load(Ordering::Relaxed) && failures < MOST_FAILURES {
            let before = self.shelf.tally.not_sent;
            match self.random.below(100) {
                0..40 => self.put(),
                40..52 => self.delete(),
                52..70 => self.upload(),
                70..78 => self.pass(),
                78..86 => self.ingest_folder(),
                _ => self.search(),
            }
            failures = if self.shelf.tally.not_sent > before { failures + 1 } else { 0 };
        }
    }

    // ---- Texts ----

    fn put(&mut self) {
        let content = self.shelf.words.content(&mut self.random);
        let place = self.random.below(self.shelf.texts.len());
        let slot = &mut self.shelf.texts[place];
        if slot.is_frozen {
            return;
        }
        let fate = put(self.http, slot, &content.text);
        let answer = self.take(&fate);
        let slot = &mut self.shelf.texts[place];
        match (fate, answer) {
            (_, Some(receipt)) => {
                slot.acknowledge(Some(content), receipt["version"].as_u64());
                slot.document = receipt["document"].as_str().map(str::to_owned);
            }
            (Fate::NotSent, None) => {}
            (_, None) => slot.doubt(Doubt::Stored(content)),
        }
    }

    fn delete(&mut self) {
        let place = self.random.below(self.shelf.texts.len());
        let slot = &self.shelf.texts[place];
        let Some(document) = slot.document.clone().filter(|_| !slot.is_frozen && slot.certain.is_some())
        else {
            return;
        };
        let fate = self.http.try_json("DELETE", &format!("/api/v1/documents/{document}"), &Value::Null);
        let answer = self.take(&fate);
        let slot = &mut self.shelf.texts[place];
        match (fate, answer) {
            (_, Some(_)) => slot.acknowledge(None, None),
            (Fate::NotSent, None) => {}
            (_, None) => slot.doubt(Doubt::Deleted),
        }
    }

    // ---- Jobs ----

    fn upload(&mut self) {
        let mut content = self.shelf.words.content(&mut self.random);
        let is_rich = self.random.chance(30);
        let place = self.random.below(self.shelf.uploads.len());
        let slot = &self.shelf.uploads[place];
        if slot.is_frozen {
            return;
        }
        let (kind, bytes) = if is_rich { ("rtf", content.rich_text()) } else { ("md", content.text.clone()) };
        let path = format!(
            "/api/v1/collections/{DEFAULT}/uploads?external_id={}&file_name={}.{kind}",
            slot.name, slot.name
        );
        if is_rich {
            // What is made of it is not for this client to say, but for the word.
            content.text = String::new();
        }
        let fate = self.http.try_send("POST", &path, "application/octet-stream", bytes.as_bytes());
        let answer = self.take(&fate);
        let slot = &mut self.shelf.uploads[place];
        match (fate, answer) {
            (_, Some(_)) => {
                slot.acknowledge(Some(content), None);
                // Until its job is done.
                slot.is_frozen = true;
            }
            (Fate::NotSent, None) => {}
            (_, None) => slot.doubt(Doubt::Stored(content)),
        }
    }

    fn ingest_folder(&mut self) {
        if self.is_folder_busy() {
            return;
        }
        self.change_files();
        let folder = &self.shelf.folder;
        let body = json!({ "paths": [folder.root] });
        let fate = self.http.try_json("POST", &format!("/api/v1/collections/{DEFAULT}/ingest/jobs"), &body);
        let answer = self.take(&fate);
        let folder = &mut self.shelf.folder;
        match answer {
            Some(job) => {
                folder.job = job["id"].as_str().map(str::to_owned);
                folder.is_asked = true;
            }
            // A job that nobody can name may run: nothing more until the next look.
            None => folder.job = Some(String::new()),
        }
    }

    /// A job that has begun may have passed a file that changes now.
    fn is_folder_busy(&self) -> bool {
        let Some(job) = &self.shelf.folder.job else { return false };
        match self.http.get(&format!("/api/v1/jobs/{job}")) {
            Ok(job) => !matches!(job["state"].as_str(), Some("succeeded" | "dead" | "cancelled")),
            Err(_) => true,
        }
    }

    fn change_files(&mut self) {
        let folder = &mut self.shelf.folder;
        folder.is_asked = false;
        let _ = fs::create_dir_all(&folder.root);
        for _ in 0..3 {
            let file = self.random.below(folder.files.len());
            let path = folder.root.join(format!("file-{file}.md"));
            let content = self.random.chance(80).then(|| self.shelf.words.content(&mut self.random));
            let written = match &content {
                Some(content) => fs::write(&path, &content.text),
                None if path.exists() => fs::remove_file(&path),
                None => Ok(()),
            };
            match written {
                Ok(()) => {
                    let before = std::mem::replace(&mut folder.files[file], content);
                    folder.outdated.extend(before.map(|content| content.word));
                }
                Err(error) => self.shelf.violations.push(format!("cannot write a file: {error}")),
            }
        }
    }

    // ---- Collections ----

    /// Makes a collection with documents, or deletes one.
    fn pass(&mut self) {
        let certain = self.shelf.passing.iter().position(|passing| passing.is_there == Some(true));
        match certain {
            Some(place) if self.random.chance(50) => self.delete_collection(place),
            _ => {
                let there = self.shelf.passing.iter().filter(|passing| passing.is_there != Some(false));
                if there.count() < MOST_PASSING {
                    self.create_collection();
                }
            }
        }
    }

    fn create_collection(&mut self) {
        self.shelf.created += 1;
        let name = format!("passing-{}-{}", self.shelf.client, self.shelf.created);
        let fate = self.http.try_json("POST", "/api/v1/collections", &json!({ "name": name }));
        let is_there = match (self.take(&fate), &fate) {
            (Some(_), _) => Some(true),
            (None, Fate::NotSent) => return,
            (None, _) => None,
        };
        let slots = (0..PASSING).map(|slot| Slot::new(&name, format!("{name}-{slot}"))).collect();
        let mut passing = Passing { name, is_there, slots };
        if is_there.is_some() {
            for place in 0..PASSING {
                let content = self.shelf.words.content(&mut self.random);
                let slot = &mut passing.slots[place];
                let fate = put(self.http, slot, &content.text);
                match (self.take(&fate), fate) {
                    (Some(receipt), _) => slot.acknowledge(Some(content), receipt["version"].as_u64()),
                    (None, Fate::NotSent) => {}
                    (None, _) => slot.doubt(Doubt::Stored(content)),
                }
            }
        }
        self.shelf.passing.push(passing);
    }

    fn delete_collection(&mut self, place: usize) {
        let path = format!("/api/v1/collections/{}", self.shelf.passing[place].name);
        let fate = self.http.try_json("DELETE", &path, &Value::Null);
        let answer = self.take(&fate);
        let passing = &mut self.shelf.passing[place];
        match (fate, answer) {
            (_, Some(_)) => passing.is_there = Some(false),
            (Fate::NotSent, None) => {}
            (_, None) => passing.is_there = None,
        }
    }

    // ---- Reading ----

    /// What was acknowledged is found at once by a search that asks for it, and what it replaced is not.
    fn search(&mut self) {
        let place = self.random.below(self.shelf.texts.len());
        let slot = &self.shelf.texts[place];
        let Some(content) = slot.certain.as_ref().filter(|_| !slot.is_frozen) else { return };
        let Ok(status) = self.http.get("/api/v1/status") else { return };
        let body = json!({
            "query": content.word, "limit": 100, "mode": "keyword", "typo_tolerance": false,
            "min_sequence": status["head"],
        });
        let Fate::Answered(answer) = self.http.try_json("POST", "/api/v1/search", &body) else { return };
        let Ok(found) = answer.json() else { return };
        if answer.is_success() && found["degraded"] == json!([]) && found["hits"] == json!([]) {
            let word = &content.word;
            self.shelf.violations.push(format!("{}: {word} was acknowledged and is not found", slot.name));
        }
    }

    /// The body of an acknowledgement; counts what became of the request.
    fn take(&mut self, fate: &Fate) -> Option<Value> {
        let tally = &mut self.shelf.tally;
        match fate {
            Fate::NotSent => tally.not_sent += 1,
            Fate::InDoubt => tally.in_doubt += 1,
            Fate::Answered(answer) if answer.is_success() => {
                tally.acknowledged += 1;
                return answer.json().ok();
            }
            Fate::Answered(answer) if answer.is_server_failure() || answer.status == 429 => {
                tally.in_doubt += 1;
            }
            Fate::Answered(Answer { status, body }) => {
                tally.in_doubt += 1;
                self.shelf.violations.push(format!("a request that is right is refused: {status} {body}"));
            }
        }
        None
    }
}

fn put(http: &Http, slot: &Slot, text: &str) -> Fate {
    let body = json!({ "external_id": slot.name, "text": text, "format": "markdown" });
    http.try_json("PUT", &format!("/api/v1/collections/{}/documents", slot.collection), &body)
}

/// Stores documents, each in a slot of its own behind those that there are.
pub(super) fn put_many(
    http: &Http,
    shelf: &mut Shelf,
    mut content: impl FnMut() -> Content,
    documents: usize,
) {
    for document in 0..documents {
        let mut slot = Slot::new(DEFAULT, format!("many-{document}"));
        let content = content();
        match put(http, &slot, &content.text) {
            Fate::Answered(answer) if answer.is_success() => slot.acknowledge(Some(content), None),
            Fate::NotSent => {}
            Fate::Answered(_) | Fate::InDoubt => slot.doubt(Doubt::Stored(content)),
        }
        shelf.texts.push(slot);
    }
}
