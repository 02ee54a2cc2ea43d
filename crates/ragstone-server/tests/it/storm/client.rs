//! A client that drops about half of its requests, and knows what may be stored then.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ragstone_resilience::Jitter;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::http::Reply;
use crate::line::{Fate, Line};
use crate::load::{Call, Caller, Tenant, word};

/// A word of every passage of every tenant.
pub(crate) const COMMON: &str = "shearwater";
/// Paragraphs of a text: more than one passage, and of a long one more than one block of the catalog.
const PARAGRAPHS: usize = 30;
const LONG_PARAGRAPHS: usize = 700;

/// What may be stored under an external id; no text stands for no document.
pub(crate) type Expected = BTreeMap<String, Vec<Option<String>>>;

/// The storm, as far as all its clients share it.
#[derive(Debug)]
pub(crate) struct Storm {
    pub(crate) caller: Caller,
    /// Host and port of the server.
    pub(crate) address: String,
    pub(crate) tenants: Vec<Tenant>,
    /// The document that each tenant had before.
    pub(crate) first: Vec<String>,
    /// Part of the external ids.
    pub(crate) name: &'static str,
    pub(crate) requests: usize,
    pub(crate) next: AtomicUsize,
}

/// What clients saw.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Requests with a whole answer.
    pub(crate) answered: usize,
    /// Requests that were dropped before it.
    pub(crate) dropped: usize,
    /// Requests that a server with too much to do asked to send again later.
    pub(crate) refused: usize,
    /// Answers that say that a part is missing.
    pub(crate) degraded: usize,
    /// Answers with something of another tenant.
    pub(crate) foreign: Vec<String>,
    /// Answers that no request should get.
    pub(crate) wrong: Vec<String>,
    /// For each tenant, what may be stored now.
    pub(crate) expected: BTreeMap<usize, Expected>,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        self.answered += other.answered;
        self.dropped += other.dropped;
        self.refused += other.refused;
        self.degraded += other.degraded;
        self.foreign.extend(other.foreign);
        self.wrong.extend(other.wrong);
        for (tenant, expected) in other.expected {
            self.expected.entry(tenant).or_default().extend(expected);
        }
    }
}

/// When a client goes.
#[derive(Clone, Copy, Debug)]
enum Patience {
    /// Not before the end.
    Endless,
    /// After a time, whatever has happened until then.
    For(Duration),
    /// When the head of the answer is there.
    UntilHead,
    /// After a part of the request, in thousandths; all of it and not a moment longer is a part too.
    Part(usize),
}

/// One client of a tenant, which no other client uses the documents of.
pub(crate) struct Client {
    storm: Arc<Storm>,
    tenant: usize,
    name: String,
    jitter: Jitter,
    /// External ids, document ids and texts of documents that are certainly there.
    held: Vec<(String, String, String)>,
    expected: Expected,
    made: usize,
    tally: Tally,
}

impl Client {
    pub(crate) fn new(storm: Arc<Storm>, number: usize) -> Self {
        let tenant = number % storm.tenants.len();
        Self {
            // Of tenants, so that clients of several tenants use the same external ids.
            name: format!("{}{}", storm.name, number / storm.tenants.len()),
            storm,
            tenant,
            jitter: Jitter::seeded(number as u64),
            held: Vec::new(),
            expected: Expected::new(),
            made: 0,
            tally: Tally::default(),
        }
    }

    /// Sends requests until the storm is over.
    pub(crate) async fn run(mut self) -> Tally {
        while self.storm.next.fetch_add(1, Ordering::Relaxed) < self.storm.requests {
            match self.below(20) {
                0..=5 => self.put().await,
                6 | 7 => self.replace().await,
                8 | 9 => self.delete().await,
                10..=14 => self.search().await,
                15 | 16 => self.list().await,
                _ => self.read().await,
            }
        }
        self.tally.expected.insert(self.tenant, self.expected);
        self.tally
    }

    fn below(&self, bound: usize) -> usize {
        usize::try_from(self.jitter.below(bound as u64)).expect("small")
    }

    fn tenant(&self) -> &Tenant {
        &self.storm.tenants[self.tenant]
    }

    fn new_text(&mut self) -> (String, String) {
        self.made += 1;
        let unique = word(&format!("q{}", self.name), self.made);
        let paragraphs = if self.below(16) == 0 { LONG_PARAGRAPHS } else { 1 + self.below(PARAGRAPHS) };
        (unique.clone(), self.tenant().text(COMMON, &unique, paragraphs))
    }

    // ---- What it asks for ----

    async fn put(&mut self) {
        let (id, text) = self.new_text();
        self.expected.insert(id.clone(), vec![None, Some(text.clone())]);
        self.store(id, text).await;
    }

    async fn replace(&mut self) {
        let Some((id, _, old)) = self.any_held() else { return self.put().await };
        let (_, text) = self.new_text();
        self.expected.insert(id.clone(), vec![Some(old), Some(text.clone())]);
        self.store(id, text).await;
    }

    async fn store(&mut self, id: String, text: String) {
        let is_tool = self.below(4) == 0;
        let call = if is_tool {
            Call::tool("ingest_text", &json!({ "external_id": id, "text": text }))
        } else {
            Call::put(&id, &text)
        };
        match self.ask(call).await {
            Seen::Whole(answer) => {
                let answer = if is_tool { &answer["result"]["structuredContent"] } else { &answer };
                let document = answer["document"].as_str().expect("a document").to_owned();
                self.expected.insert(id.clone(), vec![Some(text.clone())]);
                self.held.push((id, document, text));
            }
            // Of a tool, the head says nothing.
            Seen::Head if !is_tool => _ = self.expected.insert(id, vec![Some(text)]),
            Seen::Head | Seen::Nothing => {}
            Seen::Impossible => self.keep_first(&id),
        }
    }

    async fn delete(&mut self) {
        let Some((id, document, text)) = self.any_held() else { return self.put().await };
        self.expected.insert(id.clone(), vec![Some(text), None]);
        match self.ask(Call::delete(&document)).await {
            Seen::Whole(_) | Seen::Head => _ = self.expected.insert(id, vec![None]),
            Seen::Nothing => {}
            Seen::Impossible => self.keep_first(&id),
        }
    }

    /// Nothing can have changed.
    fn keep_first(&mut self, id: &str) {
        self.expected.get_mut(id).expect("known").truncate(1);
    }

    fn any_held(&mut self) -> Option<(String, String, String)> {
        let at = self.below(self.held.len());
        (!self.held.is_empty()).then(|| self.held.swap_remove(at))
    }

    async fn search(&mut self) {
        let other = self.below(self.storm.tenants.len());
        let (query, least) = match self.below(4) {
            0 => (self.tenant().canary.clone(), 1),
            1 if other != self.tenant => (self.storm.tenants[other].canary.clone(), 0),
            // All tenants ask the same.
            _ => (COMMON.to_owned(), 1),
        };
        let is_foreign = least == 0;
        let call = if self.below(4) == 0 {
            Call::tool("search", &json!({ "query": query }))
        } else {
            Call::search(&query, 10)
        };
        let Seen::Whole(answer) = self.ask(call).await else { return };
        let answer = answer.pointer("/result/structuredContent").unwrap_or(&answer);
        let is_whole = answer["degraded"] == json!([]);
        self.tally.degraded += usize::from(!is_whole);
        let found = answer["hits"].as_array().map_or(0, Vec::len);
        if is_foreign && found > 0 {
            self.tally.foreign.push(format!("{answer}"));
        } else if is_whole && found < least {
            self.tally.wrong.push(format!("{query}: {answer}"));
        }
    }

    async fn list(&mut self) {
        let call = if self.below(4) == 0 {
            Call::tool("list_documents", &json!({ "page_size": 100 }))
        } else {
            Call::list("")
        };
        self.ask(call).await;
    }

    async fn read(&mut self) {
        let other = self.below(self.storm.tenants.len());
        if other != self.tenant && self.below(4) == 0 {
            // A document of another tenant is not there.
            self.ask_for(Call::text(&self.storm.first[other]), 404).await;
            return;
        }
        let at = self.below(self.held.len());
        let Some((_, document, text)) = self.held.get(at).cloned() else { return self.list().await };
        if self.below(4) == 0 {
            self.ask(Call::tool("read_document", &json!({ "document": document }))).await;
        } else if let Seen::Whole(answer) = self.ask(Call::text(&document)).await
            && answer["text"] != text.trim_end()
            && answer["text"] != *text
        {
            self.tally.wrong.push(format!("{document} has another text: {answer}"));
        }
    }

    // ---- How it asks ----

    async fn ask(&mut self, call: Call) -> Seen {
        self.ask_for(call, 200).await
    }

    fn patience(&self) -> Patience {
        match self.below(20) {
            0..=7 => Patience::Endless,
            8..=15 => {
                // From a fraction of what an answer takes to far more, each magnitude as often as the other.
                let ceiling = Duration::from_micros(50 << self.below(13));
                Patience::For(self.jitter.up_to(ceiling))
            }
            16 => Patience::UntilHead,
            17 => Patience::Part(1000),
            _ => Patience::Part(self.below(1000)),
        }
    }

    async fn ask_for(&mut self, call: Call, status: u16) -> Seen {
        let (caller, token) = (self.storm.caller.clone(), self.tenant().token.clone());
        match self.patience() {
            Patience::Endless => {
                let reply = caller.send(&token, call).await.expect("whoever waits gets an answer");
                self.check(reply, status)
            }
            Patience::For(patience) => match timeout(patience, caller.send(&token, call)).await {
                Ok(reply) => self.check(reply.expect("an answer"), status),
                Err(_) => self.left(Seen::Nothing),
            },
            Patience::UntilHead => {
                let response = caller.begin(&token, call).await.expect("the head of an answer");
                let is_done = response.status().is_success();
                drop(response);
                self.left(if is_done { Seen::Head } else { Seen::Nothing })
            }
            Patience::Part(thousandths) => {
                let mut line = Line::new(&self.storm.address, &token, false);
                let request = line.request(call.method.as_str(), &call.path, &call.body);
                match line.connect().await {
                    Ok(()) => line.send(&request[..request.len() * thousandths / 1000]).await,
                    Err(fate) => assert!(matches!(fate, Fate::TurnedAway), "{fate:?}"),
                }
                self.left(if thousandths < 1000 { Seen::Impossible } else { Seen::Nothing })
            }
        }
    }

    fn left(&mut self, seen: Seen) -> Seen {
        self.tally.dropped += 1;
        seen
    }

    fn check(&mut self, reply: Reply, status: u16) -> Seen {
        self.tally.answered += 1;
        if self.tenant().finds_foreign(&reply.body) {
            self.tally.foreign.push(format!("{reply:?}"));
        }
        if reply.status == 503 && reply.headers.contains_key("retry-after") {
            self.tally.refused += 1;
            return Seen::Nothing;
        }
        let is_expected = reply.status == status || (status == 200 && reply.status == 201);
        if !is_expected || reply.body.contains("\"isError\":true") {
            self.tally.wrong.push(format!("{reply:?}"));
            return Seen::Nothing;
        }
        Seen::Whole(reply.json())
    }
}

/// What a client got.
enum Seen {
    Whole(Value),
    /// That the server has done it, and no more.
    Head,
    /// Nothing that says whether it was done.
    Nothing,
    /// The server never had the whole request.
    Impossible,
}
