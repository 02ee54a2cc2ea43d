//! The comparison of a server that has come back with what must be there.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::http::{Fate, Http};
use super::oracle::{Content, DEFAULT, Doubt, Folder, Passing, Shelf, Slot};

/// Longest wait until jobs have ended and searches see everything.
const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(10);

/// How much is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    /// What was written since the last look, and all counts.
    Touched,
    /// Everything.
    Whole,
}

/// A document as a listing shows it.
#[derive(Clone, Debug)]
struct Listed {
    id: String,
    version: u64,
    chunks: usize,
}

type Listing = BTreeMap<(String, String), Listed>;

/// One look at a server.
pub(super) struct Check<'a> {
    pub(super) http: &'a Http,
    pub(super) depth: Depth,
    pub(super) has_model: bool,
    pub(super) violations: Vec<String>,
    /// Searches that were compared.
    pub(super) looked: usize,
    /// Jobs that were given up and told of.
    pub(super) given_up: &'a mut BTreeSet<String>,
}

impl Check<'_> {
    /// Waits until nothing is left to do, and compares; afterwards nothing is in doubt.
    pub(super) fn run(&mut self, shelves: &mut [Shelf]) -> Result<()> {
        self.wait_for_jobs()?;
        for shelf in shelves.iter_mut() {
            self.violations.append(&mut shelf.violations);
            self.settle_folder(&mut shelf.folder)?;
        }
        self.wait_for_searches()?;
        self.passing(shelves)?;
        let mut listing = self.listing(shelves)?;
        self.counts(&listing)?;
        for shelf in shelves.iter_mut() {
            for slot in shelf.slots() {
                self.slot(&mut listing, slot)?;
            }
            self.folder(&mut listing, &shelf.folder)?;
        }
        for ((collection, source), _) in listing {
            self.violations.push(format!("{collection} has {source}, which nobody stored"));
        }
        Ok(())
    }

    // ---- Waiting ----

    fn wait_for_jobs(&mut self) -> Result<()> {
        let until = Instant::now() + PATIENCE;
        loop {
            let waiting = self.unfinished_jobs()?;
            if waiting.is_empty() {
                break;
            }
            if Instant::now() > until {
                bail!("jobs are stuck: {}", waiting.join("\n"));
            }
            thread::sleep(PAUSE);
        }
        let dead = self.http.get("/api/v1/jobs?state=dead")?;
        for job in dead["jobs"].as_array().context("no jobs")? {
            if self.given_up.insert(job["id"].to_string()) {
                self.violations.push(format!("a job was given up: {job}"));
            }
        }
        Ok(())
    }

    /// Jobs that have not ended. All are listed, whatever their state: in two listings, each of one state, a job that goes from
    /// the second to the first meanwhile is in neither.
    fn unfinished_jobs(&self) -> Result<Vec<String>> {
        let (mut unfinished, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.http.get(&format!("/api/v1/jobs?page_size=100{cursor}"))?;
            let jobs = page["jobs"].as_array().context("no jobs")?.iter();
            let waiting = jobs.filter(|job| matches!(job["state"].as_str(), Some("queued" | "running")));
            unfinished.extend(waiting.map(Value::to_string));
            let Some(next) = page["next_cursor"].as_str() else { return Ok(unfinished) };
            cursor = format!("&cursor={next}");
        }
    }

    /// Waits until searches see every change, and, with a model, until every passage has its vector.
    fn wait_for_searches(&self) -> Result<()> {
        let until = Instant::now() + PATIENCE;
        let head = self.http.get("/api/v1/status")?["head"].clone();
        let body = json!({ "query": "anything", "min_sequence": head });
        loop {
            let Fate::Answered(answer) = self.http.try_json("POST", "/api/v1/search", &body) else {
                bail!("a search is not answered")
            };
            if answer.is_success() && answer.json()?["degraded"] == json!([]) {
                break;
            }
            if Instant::now() > until {
                bail!("searches do not catch up: {} {}", answer.status, answer.body);
            }
            thread::sleep(PAUSE);
        }
        // Vectors make changes of their own.
        while self.http.get("/api/v1/status")?["is_caught_up"] != json!(true) {
            if Instant::now() > until {
                bail!("the index does not catch up");
            }
            thread::sleep(PAUSE);
        }
        Ok(())
    }

    // ---- Listings ----

    fn listing(&mut self, shelves: &[Shelf]) -> Result<Listing> {
        let passing = shelves.iter().flat_map(|shelf| &shelf.passing).map(|passing| passing.name.clone());
        let mut listing = Listing::new();
        for collection in std::iter::once(DEFAULT.to_owned()).chain(passing) {
            let mut cursor = String::new();
            loop {
                let path = format!("/api/v1/collections/{collection}/documents?page_size=500{cursor}");
                let page = self.http.get(&path)?;
                for document in page["documents"].as_array().context("no documents")? {
                    let text = |name: &str| document[name].as_str().map(str::to_owned).context("no text");
                    let listed = Listed {
                        id: text("id")?,
                        version: document["version"].as_u64().context("no version")?,
                        chunks: usize::try_from(document["chunks"].as_u64().context("no chunks")?)?,
                    };
                    let key = (collection.clone(), text("source")?);
                    if listing.insert(key.clone(), listed).is_some() {
                        self.violations.push(format!("{} is listed twice", key.1));
                    }
                }
                let Some(next) = page["next_cursor"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
        }
        Ok(listing)
    }

    /// What the catalog counts, what it lists, and what the index holds are the same.
    fn counts(&mut self, listing: &Listing) -> Result<()> {
        let collection = self.http.get(&format!("/api/v1/collections/{DEFAULT}"))?;
        let listed = listing.iter().filter(|((collection, _), _)| collection == DEFAULT);
        let (documents, chunks) =
            listed.fold((0, 0), |(documents, chunks), (_, listed)| (documents + 1, chunks + listed.chunks));
        if collection["documents"] != json!(documents) || collection["chunks"] != json!(chunks) {
            self.violations.push(format!(
                "the catalog counts {} documents and {} chunks, and lists {documents} and {chunks}",
                collection["documents"], collection["chunks"]
            ));
        }
        let body = json!({ "fields": ["format"], "collections": [DEFAULT] });
        let facets = self.http.json("POST", "/api/v1/facets", &body)?;
        let held: u64 = facets["facets"][0]["values"]
            .as_array()
            .context("no values")?
            .iter()
            .filter_map(|value| value["documents"].as_u64())
            .sum();
        if held != documents {
            self.violations.push(format!("the index holds {held} documents, the catalog {documents}"));
        }
        Ok(())
    }

    /// Collections that come and go.
    fn passing(&mut self, shelves: &mut [Shelf]) -> Result<()> {
        let listed = self.http.get("/api/v1/collections?page_size=500")?;
        let listed = listed["collections"].as_array().context("no collections")?.iter();
        let listed: BTreeSet<String> =
            listed.filter_map(|collection| collection["name"].as_str().map(str::to_owned)).collect();
        for shelf in shelves {
            let mut kept = Vec::new();
            for mut passing in std::mem::take(&mut shelf.passing) {
                let is_there = listed.contains(&passing.name);
                if passing.is_there.is_some_and(|certain| certain != is_there) {
                    self.violations.push(format!("{} is listed: {is_there}", passing.name));
                }
                passing.is_there = Some(is_there);
                if is_there {
                    kept.push(passing);
                } else {
                    self.gone(&passing)?;
                }
            }
            shelf.passing = kept;
        }
        Ok(())
    }

    fn gone(&mut self, passing: &Passing) -> Result<()> {
        let contents = passing.slots.iter().filter_map(|slot| slot.certain.as_ref());
        for word in contents.map(|content| content.word.clone()).collect::<Vec<_>>() {
            self.absent(&passing.name, &word)?;
        }
        Ok(())
    }

    // ---- Documents ----

    fn slot(&mut self, listing: &mut Listing, slot: &mut Slot) -> Result<()> {
        let listed = listing.remove(&(slot.collection.clone(), format!("text:{}", slot.name)));
        if !slot.is_touched && self.depth == Depth::Touched {
            return Ok(());
        }
        let found = match &listed {
            Some(listed) => self.which(slot, listed)?,
            None => None,
        };
        let is_known = match &found {
            Some(content) => {
                slot.certain.as_ref() == Some(content) || slot.doubt == Some(Doubt::Stored(content.clone()))
            }
            None => listed.is_none() && (slot.certain.is_none() || slot.doubt == Some(Doubt::Deleted)),
        };
        if !is_known {
            let (certain, doubt) = (slot.certain.as_ref().map(|content| &content.word), &slot.doubt);
            self.violations
                .push(format!("{}: {certain:?} or {doubt:?} is lost; there is {listed:?}", slot.name));
        }
        if let (Some(listed), Some(version)) = (&listed, slot.version)
            && slot.doubt.is_none()
            && listed.version != version
        {
            self.violations.push(format!("{}: version {version} is {} now", slot.name, listed.version));
        }
        let name = slot.name.clone();
        slot.settle(found);
        slot.document = listed.as_ref().map(|listed| listed.id.clone());
        if let (Some(listed), Some(content)) = (&listed, &slot.certain) {
            slot.version = Some(listed.version);
            self.present(&name, content, listed)?;
        }
        let outdated = if self.depth == Depth::Whole { slot.outdated.len() } else { 2 };
        for word in slot.outdated.iter().rev().take(outdated) {
            self.absent(&name, word)?;
        }
        Ok(())
    }

    /// Which of the contents that may be there it is, by the whole text.
    fn which(&mut self, slot: &Slot, listed: &Listed) -> Result<Option<Content>> {
        let part = self.http.get(&format!("/api/v1/documents/{}/text?max_len=1000000", listed.id))?;
        let text = part["text"].as_str().context("no text")?;
        let doubtful = match &slot.doubt {
            Some(Doubt::Stored(content)) => Some(content),
            _ => None,
        };
        let is_it = |content: &&Content| {
            if content.text.is_empty() { text.contains(&content.word) } else { text == content.text }
        };
        Ok(slot.certain.iter().chain(doubtful).find(is_it).cloned())
    }

    /// The word finds each passage of the document once, and nothing else.
    fn present(&mut self, name: &str, content: &Content, listed: &Listed) -> Result<()> {
        let hits = self.hits(&content.word, "keyword")?;
        let chunks: BTreeSet<&str> =
            hits.iter().filter_map(|hit| hit["citation"]["chunk"].as_str()).collect();
        let is_its = |hit: &Value| {
            hit["citation"]["document"] == json!(listed.id)
                && hit["citation"]["version"] == json!(listed.version)
        };
        if hits.len() != listed.chunks || chunks.len() != hits.len() || !hits.iter().all(is_its) {
            self.violations.push(format!(
                "{name}: {} finds {} hits, {} of them different, for {} passages of version {}: {hits:?}",
                content.word,
                hits.len(),
                chunks.len(),
                listed.chunks,
                listed.version
            ));
        }
        if self.has_model { self.near(name, content, listed) } else { Ok(()) }
    }

    /// The document is what is nearest to its own word, each passage once; it may take a moment to be embedded.
    fn near(&mut self, name: &str, content: &Content, listed: &Listed) -> Result<()> {
        let until = Instant::now() + PATIENCE;
        loop {
            let hits = self.hits(&content.word, "semantic")?;
            let chunks: BTreeSet<&str> =
                hits.iter().filter_map(|hit| hit["citation"]["chunk"].as_str()).collect();
            let own = hits.iter().filter(|hit| hit["citation"]["document"] == json!(listed.id)).count();
            if chunks.len() == hits.len() && own == listed.chunks && is_first(&hits, listed) {
                return Ok(());
            }
            if Instant::now() > until || chunks.len() != hits.len() {
                let all = hits.len();
                self.violations.push(format!(
                    "{name}: by meaning {} finds {own} of {} passages among {all} hits, {} different",
                    content.word,
                    listed.chunks,
                    chunks.len()
                ));
                return Ok(());
            }
            thread::sleep(PAUSE);
        }
    }

    fn absent(&mut self, name: &str, word: &str) -> Result<()> {
        let hits = self.hits(word, "keyword")?;
        if !hits.is_empty() {
            self.violations.push(format!("{name}: {word} is gone and still finds {hits:?}"));
        }
        Ok(())
    }

    fn hits(&mut self, word: &str, mode: &str) -> Result<Vec<Value>> {
        self.looked += 1;
        let mut body = json!({ "query": word, "limit": 100, "mode": mode });
        if mode == "keyword" {
            body["typo_tolerance"] = json!(false);
        }
        let answer = self.http.json("POST", "/api/v1/search", &body)?;
        if answer["degraded"] != json!([]) {
            self.violations.push(format!("a search is degraded: {}", answer["degraded"]));
        }
        Ok(answer["hits"].as_array().context("no hits")?.clone())
    }

    // ---- Files ----

    /// Asks again for a folder whose last change nobody was told of.
    fn settle_folder(&self, folder: &mut Folder) -> Result<()> {
        folder.job = None;
        if folder.is_asked || !folder.root.exists() {
            return Ok(());
        }
        let path = format!("/api/v1/collections/{DEFAULT}/ingest");
        let report = self.http.json("POST", &path, &json!({ "paths": [folder.root] }))?;
        if report["failed"] != json!([]) {
            bail!("files cannot be ingested: {report}");
        }
        folder.is_asked = true;
        Ok(())
    }

    fn folder(&mut self, listing: &mut Listing, folder: &Folder) -> Result<()> {
        for (file, content) in folder.files.iter().enumerate() {
            let path = folder.root.join(format!("file-{file}.md"));
            let listed = listing.remove(&(DEFAULT.to_owned(), format!("file://{}", path.display())));
            let name = format!("file {}", path.display());
            match (&listed, content) {
                (Some(listed), Some(content)) => self.present(&name, content, listed)?,
                (None, None) => {}
                (listed, _) => self.violations.push(format!("{name}: listed as {listed:?}, is {content:?}")),
            }
        }
        let outdated = if self.depth == Depth::Whole { folder.outdated.len() } else { 3 };
        for word in folder.outdated.iter().rev().take(outdated) {
            self.absent("a file", word)?;
        }
        Ok(())
    }
}

/// Whether the passages of a document come first.
fn is_first(hits: &[Value], listed: &Listed) -> bool {
    hits.iter().take(listed.chunks).all(|hit| hit["citation"]["document"] == json!(listed.id))
}
