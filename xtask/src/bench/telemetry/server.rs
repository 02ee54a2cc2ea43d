//! A server under load, over connections that stay open.

use std::io::BufReader;
use std::net::TcpStream;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::corpus::Corpus;
use crate::bench::serving::{Serving, connect_to};
use crate::bench::usage;

const CONNECTIONS: usize = 4;
const WARM_UP: Duration = Duration::from_secs(1);
const ROUND: Duration = Duration::from_secs(3);
/// After this time without a write, the index has merged what it merges.
const AT_REST: Duration = Duration::from_secs(6);
const QUESTION: &str = "cerebral white matter of newborn infants";
/// The beginning of a word that the documents have.
const BEGUN: &str = "microstruct";

/// Setting with the address of the metrics.
pub(super) const OPERATIONS: &str = "RAGSTONE_OPERATIONS__BIND";
const SPANS_SENT: &str = "ragstone_spans_exported_total{outcome=\"ok\"}";
const SPANS_LOST: [&str; 2] =
    ["ragstone_spans_dropped_total", "ragstone_spans_exported_total{outcome=\"failed\"}"];

/// What is searched for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Workload {
    /// What nobody asked before.
    Asked,
    /// What was answered before and is kept.
    Kept,
}

/// A running server.
pub(super) struct Server {
    serving: Serving,
    /// Where it shows its metrics.
    operations: Option<String>,
    /// Questions that were asked.
    asked: AtomicUsize,
}

/// What one round of searches came to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Round {
    pub(super) per_second: f64,
    pub(super) cpu_us: f64,
    /// That the collector took, for each search.
    pub(super) spans: f64,
}

impl Server {
    pub(super) fn start(binary: &Path, data: &Path, settings: &[(&str, &str)]) -> Result<Self> {
        let operations = settings.iter().find(|(name, _)| *name == OPERATIONS);
        Ok(Self {
            serving: Serving::start(binary, data, settings)?,
            operations: operations.map(|(_, address)| (*address).to_owned()),
            asked: AtomicUsize::new(0),
        })
    }

    /// Stores the documents, and waits until they are found and nothing more is done to them.
    pub(super) fn fill(&self, corpus: &Corpus) -> Result<()> {
        let mut connection = self.serving.connect()?;
        let mut sequence = Value::Null;
        for (number, document) in corpus.documents.iter().enumerate() {
            let text = format!("# {}\n\n{}", document.title, document.text);
            let body = json!({ "external_id": number.to_string(), "text": text });
            let receipt =
                self.serving.call(&mut connection, "PUT", "/api/v1/collections/default/documents", &body)?;
            sequence = serde_json::from_str::<Value>(&receipt)?["sequence"].take();
        }
        let wait = json!({ "query": QUESTION, "min_sequence": sequence });
        self.serving.call(&mut connection, "POST", "/api/v1/search", &wait)?;
        self.wait_for_words(&mut connection)?;
        thread::sleep(AT_REST);
        Ok(())
    }

    /// Ends the server in order, so that its data can be copied.
    pub(super) fn stop(self) -> Result<()> {
        self.serving.stop()
    }

    /// Until the words are gathered, each word of a question is one look into the index more.
    fn wait_for_words(&self, connection: &mut BufReader<TcpStream>) -> Result<()> {
        let begun = json!({ "text": BEGUN });
        loop {
            let answer = self.serving.call(connection, "POST", "/api/v1/search/suggest", &begun)?;
            if serde_json::from_str::<Value>(&answer)?["completions"] != json!([]) {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Searches for a while, after a shorter while that warms up.
    pub(super) fn round(&self, workload: Workload, corpus: &Corpus) -> Result<Round> {
        self.all_search(WARM_UP, workload, corpus)?;
        let spans = self.spans_sent()?;
        let (cpu, start) = (usage::cpu_seconds(self.serving.pid())?, Instant::now());
        let counts = self.all_search(ROUND, workload, corpus)?;
        let (took, cpu) = (start.elapsed(), usage::cpu_seconds(self.serving.pid())? - cpu);
        ensure!(counts > 0, "no search was answered");
        let counts = f64::from(counts);
        let spans = self.spans_sent()? - spans;
        Ok(Round {
            per_second: counts / took.as_secs_f64(),
            cpu_us: cpu / counts * 1e6,
            spans: spans / counts,
        })
    }

    /// Spans that the collector took so far; an error where one was lost, because then too little was done.
    fn spans_sent(&self) -> Result<f64> {
        let Some(operations) = &self.operations else { return Ok(0.0) };
        let mut connection = connect_to(operations)?;
        let page = self.serving.call(&mut connection, "GET", "/metrics", &Value::Null)?;
        let sum = |name: &str| -> f64 {
            let values = page.lines().filter_map(|line| line.strip_prefix(name));
            values.filter_map(|value| value.trim().parse::<f64>().ok()).sum()
        };
        let lost: f64 = SPANS_LOST.into_iter().map(sum).sum();
        ensure!(lost == 0.0, "{lost} spans were not taken by the collector");
        Ok(sum(SPANS_SENT))
    }

    /// Searches over all connections; gives the number of answers.
    fn all_search(&self, time: Duration, workload: Workload, corpus: &Corpus) -> Result<u32> {
        thread::scope(|scope| {
            let search = || self.search_for(time, workload, corpus);
            let workers: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(search)).collect();
            workers.into_iter().map(|worker| worker.join().unwrap_or(Ok(0))).sum()
        })
    }

    fn search_for(&self, time: Duration, workload: Workload, corpus: &Corpus) -> Result<u32> {
        let mut connection = self.serving.connect()?;
        let (start, mut count) = (Instant::now(), 0);
        while start.elapsed() < time {
            let question = match workload {
                Workload::Kept => QUESTION,
                Workload::Asked => self.next_question(corpus)?,
            };
            self.serving.call(&mut connection, "POST", "/api/v1/search", &json!({ "query": question }))?;
            count += 1;
        }
        Ok(count)
    }

    fn next_question<'a>(&self, corpus: &'a Corpus) -> Result<&'a str> {
        let place = self.asked.fetch_add(1, Ordering::Relaxed);
        corpus.questions.get(place).map(String::as_str).context("every question has been asked")
    }
}
