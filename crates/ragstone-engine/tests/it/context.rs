//! Contexts: packed into their budget to the token, cited to the byte, and each passage once over all parts.

use std::collections::BTreeMap;
use std::sync::Arc;

use ragstone_core::answer::{CitationStatus, Hit};
use ragstone_core::clock::SystemClock;
use ragstone_core::embedding::{Dimensions, InputKind, TokenCount};
use ragstone_core::memory::HashingModel;
use ragstone_core::model_context::{
    ContextAnswer, ContextDetail, ContextRequest, CounterKind, NumberedCitation, TokenBudget,
};
use ragstone_core::port::{Embedder, TokenCounter};
use ragstone_core::request::CitationReference;
use ragstone_core::{ByteSpan, CallContext, DocumentId, ErrorKind, Result, SearchQuery};
use ragstone_engine::{Engine, EngineConfig, Stores, TokenCounters};
use ragstone_text::{ChunkOptions, WordCounter};

use crate::workbench::Workbench;

mod random;

/// Counts three characters as a token, but for a full stop at the end, which joins the last: not quite growing.
struct Thirds;

impl TokenCounter for Thirds {
    async fn count(&self, _: &CallContext, text: &str) -> Result<TokenCount> {
        let thirds = text.chars().count().div_ceil(3);
        let joined = usize::from(text.ends_with('.'));
        Ok(TokenCount(u32::try_from(thirds.saturating_sub(joined)).expect("is short")))
    }
}

/// An engine that cuts small chunks and counts thirds as one of the vocabularies.
async fn bench() -> Workbench {
    let bench = Workbench::new().await;
    let counters = TokenCounters { cl100k: Some(Arc::new(Thirds)), o200k: None };
    let chunking = ChunkOptions::try_new(200, 300).expect("valid");
    let config = EngineConfig { chunking: chunking.into(), counters, ..EngineConfig::default() };
    let engine = Engine::start(bench.stores.clone(), config).await.expect("starts");
    Workbench { engine, ..bench }
}

fn request(query: &str, budget: u32) -> ContextRequest {
    ContextRequest {
        query: SearchQuery::try_new(query, 1000).expect("valid"),
        budget: TokenBudget::try_new(budget).expect("valid"),
        counter: CounterKind::Words,
        detail: ContextDetail::Passages,
        cursor: None,
    }
}

async fn words(text: &str) -> u32 {
    WordCounter.count(&CallContext::system(), text).await.expect("counts").0
}

impl Workbench {
    async fn context(&self, request: &ContextRequest) -> ContextAnswer {
        self.engine.context(&self.ctx, request.clone()).await.expect("answers")
    }

    /// All parts of a context.
    async fn parts(&self, mut request: ContextRequest) -> Vec<ContextAnswer> {
        let mut parts = Vec::new();
        loop {
            let part = self.context(&request).await;
            request.cursor = part.cursor;
            parts.push(part);
            if request.cursor.is_none() {
                return parts;
            }
            assert!(parts.len() < 10_000, "the context does not end");
        }
    }

    /// Stores a text and waits until it is found.
    async fn teach(&self, id: &str, text: &str) {
        let sequence = self.put(id, text).await.sequence;
        self.engine.wait_indexed(&self.ctx, sequence).await.expect("is indexed");
    }

    /// The cited text of a citation that holds.
    async fn cited(&self, NumberedCitation { citation, .. }: &NumberedCitation) -> String {
        let reference = CitationReference {
            document: citation.document,
            version: citation.version,
            span: citation.span,
            text_digest: citation.text_digest,
        };
        let check = self.engine.verify(&self.ctx, &reference).await.expect("checks");
        assert_eq!(check.status, CitationStatus::Valid);
        check.text.expect("is valid")
    }

    async fn hits(&self, query: &SearchQuery) -> Vec<Hit> {
        self.engine.search(&self.ctx, query.clone()).await.expect("answers").hits
    }
}

/// Whether the spans cover all of a hit but white space.
fn covers(spans: &BTreeMap<DocumentId, Vec<ByteSpan>>, hit: &Hit) -> bool {
    let of = spans.get(&hit.citation.document).map(Vec::as_slice).unwrap_or_default();
    let start = hit.citation.span.start();
    let is_covered = |at: usize| of.iter().any(|span| span.range().contains(&at));
    hit.text.char_indices().all(|(at, character)| character.is_whitespace() || is_covered(start + at))
}

fn start_line_is_right(whole: &str, citation: &NumberedCitation) -> bool {
    let citation = &citation.citation;
    let line_of = |at: usize| whole[..at].matches('\n').count() + 1;
    let lines = (citation.lines.first() as usize, citation.lines.last() as usize);
    lines == (line_of(citation.span.start()), line_of(citation.span.end()))
}

/// Checks one part, and adds what it shows to `shown`.
async fn check_part(
    bench: &Workbench,
    part: &ContextAnswer,
    texts: &BTreeMap<String, String>,
    shown: &mut BTreeMap<DocumentId, Vec<ByteSpan>>,
) {
    for cited in &part.citations {
        let text = bench.cited(cited).await;
        assert!(!text.trim().is_empty());
        assert!(part.text.contains(&format!("[{}] {text}", cited.number)), "{}", part.text);
        let of = shown.entry(cited.citation.document).or_default();
        let span = cited.citation.span;
        assert!(of.iter().all(|other| other.end() <= span.start() || span.end() <= other.start()));
        of.push(span);
        assert!(start_line_is_right(&texts[cited.citation.source.as_str()], cited));
    }
}

/// The laws of a context over all its parts, for one corpus.
async fn check_context(bench: &Workbench, request: ContextRequest, texts: &BTreeMap<String, String>) {
    let parts = bench.parts(request.clone()).await;
    let mut shown = BTreeMap::new();
    let mut number = 0;
    for part in &parts {
        let recounted = match request.counter {
            CounterKind::Words => words(&part.text).await,
            _ => Thirds.count(&bench.ctx, &part.text).await.expect("counts").0,
        };
        assert_eq!(part.tokens.0, recounted);
        assert!(recounted <= request.budget.tokens(), "{recounted} of {}", request.budget.tokens());
        check_part(bench, part, texts, &mut shown).await;
        for cited in &part.citations {
            number += 1;
            assert_eq!(cited.number, number);
        }
    }
    let hits = bench.hits(&request.query).await;
    let missing = hits.iter().filter(|hit| !covers(&shown, hit)).count();
    match request.detail {
        ContextDetail::Passages => assert_eq!(missing, parts[0].duplicates as usize),
        ContextDetail::Snippets => assert!(shown.len() <= hits.len()),
    }
}

#[tokio::test]
async fn every_part_keeps_its_budget_and_all_parts_hold_every_passage_once() {
    for seed in 0..16 {
        let mut random = random::Random::new(seed);
        let bench = bench().await;
        let mut texts = BTreeMap::new();
        for number in 0..random.between(1, 6) {
            let text = random.document();
            bench.teach(&format!("note {number}"), &text).await;
            if random.between(0, 3) == 0 {
                bench.teach(&format!("copy {number}"), &text).await;
                texts.insert(format!("text:copy {number}"), text.clone());
            }
            texts.insert(format!("text:note {number}"), text);
        }
        for _ in 0..3 {
            let mut request = request("common", 64 + random.between(0, 600));
            request.counter =
                if random.between(0, 2) == 0 { CounterKind::Cl100k } else { CounterKind::Words };
            request.detail =
                if random.between(0, 4) == 0 { ContextDetail::Snippets } else { ContextDetail::Passages };
            check_context(&bench, request, &texts).await;
        }
    }
}

#[tokio::test]
async fn texts_that_repeat_a_better_one_are_left_out() {
    let long = "The common bee is an insect that lives in a hive and makes honey of what flowers give it. ";
    let other = "A wasp is common too, but it makes paper for its nest and eats what lies on your plate. ";
    for (texts, shown) in [
        (vec![long, long], 1),
        (vec![long, other], 2),
        (vec!["The common bee!", "the   COMMON\nbee"], 1),
        (vec!["The common bee.", "The common wasp."], 2),
    ] {
        let bench = bench().await;
        for (number, text) in texts.iter().enumerate() {
            bench.teach(&format!("note {number}"), text).await;
        }
        let part = bench.context(&request("common", 1000)).await;
        assert_eq!(part.citations.len(), shown, "{texts:?}");
        assert_eq!(part.duplicates as usize, texts.len() - shown, "{texts:?}");
    }
}

#[tokio::test]
async fn neighbours_are_shown_as_one_passage_below_one_title() {
    let sentence =
        |word: &str| format!("A common {word} sentence {}. ", format!("{word} ").repeat(34).trim());
    let (first, second, third) = (sentence("alpha"), sentence("betas"), sentence("gamma"));
    let plain = sentence("plain").replace("common", "rare");
    for (sections, cited) in
        [(vec![&first, &second, &third], 1), (vec![&first, &plain, &third], 2), (vec![&first, &plain], 1)]
    {
        let bench = bench().await;
        let text = sections.iter().map(|section| section.trim()).collect::<Vec<_>>().join("\n\n");
        bench.teach("note", &text).await;
        let part = bench.context(&request("common", 1000)).await;
        assert_eq!(part.citations.len(), cited, "{}", part.text);
        assert_eq!(part.text.matches("text:note").count(), 1, "{}", part.text);
        for citation in &part.citations {
            bench.cited(citation).await;
        }
    }
}

#[tokio::test]
async fn a_passage_without_room_is_cut_behind_a_sentence_and_goes_on_in_the_next_part() {
    let bench = bench().await;
    let sentence = |number| format!("Sentence {number} of this common text has ten words.");
    let text: Vec<String> = (10..30).map(sentence).collect();
    bench.teach("note", &text.join(" ")).await;
    let parts = bench.parts(request("common", 64)).await;
    assert!(parts.len() > 2);
    for part in &parts {
        assert!(part.text.ends_with("ten words."), "{}", part.text);
    }
}

#[tokio::test]
async fn text_without_a_place_to_end_is_cut_between_characters() {
    let bench = bench().await;
    bench.teach("note", &format!("common {}", "ü".repeat(700))).await;
    let mut request = request("common", 64);
    request.counter = CounterKind::Cl100k;
    let hits = bench.hits(&request.query).await;
    let wanted: usize = hits.iter().map(|hit| hit.text.matches('ü').count()).sum();
    let mut shown = String::new();
    for part in bench.parts(request).await {
        for citation in &part.citations {
            shown.push_str(&bench.cited(citation).await);
        }
    }
    assert!(wanted > 64);
    assert_eq!(shown.matches('ü').count(), wanted);
}

#[tokio::test]
async fn a_cursor_is_good_for_its_own_request_while_the_passages_are_the_same() {
    let bench = bench().await;
    for number in 0..8 {
        let words: Vec<String> = (0..40).map(|word| format!("w{number}x{word}")).collect();
        bench.teach(&format!("note {number}"), &format!("common {}", words.join(" "))).await;
    }
    let first = request("common", 100);
    let ContextAnswer { cursor, citations, .. } = bench.context(&first).await;
    assert!(cursor.is_some());

    let other_budget = ContextRequest { cursor, ..request("common", 64) };
    let next = bench.context(&other_budget).await.citations[0].number as usize;
    assert_eq!(next, citations.len() + 1, "numbers go on");
    for other in [
        ContextRequest { cursor, ..request("w1x1 common", 100) },
        ContextRequest { cursor, detail: ContextDetail::Snippets, ..first.clone() },
    ] {
        let kind = bench.engine.context(&bench.ctx, other).await.map_err(|error| error.kind());
        assert_eq!(kind.map(|_| ()), Err(ErrorKind::InvalidArgument));
    }

    bench.teach("another", "A common text.").await;
    let again = ContextRequest { cursor, ..first };
    let kind = bench.engine.context(&bench.ctx, again).await.map_err(|error| error.kind());
    assert_eq!(kind.map(|_| ()), Err(ErrorKind::Conflict));
}

#[tokio::test]
async fn counters_that_there_are_not_are_refused() {
    let bench = bench().await;
    for (counter, expected) in
        [(CounterKind::O200k, ErrorKind::Unsupported), (CounterKind::Model, ErrorKind::FailedPrecondition)]
    {
        let request = ContextRequest { counter, ..request("common", 100) };
        let refused = bench.engine.context(&bench.ctx, request).await.expect_err("refused");
        assert_eq!(refused.kind(), expected);
        assert!(refused.help().is_some());
    }
}

#[tokio::test]
async fn nothing_found_is_an_empty_text() {
    let bench = bench().await;
    let part = bench.context(&request("xylophone", 64)).await;
    assert_eq!((part.text.as_str(), part.tokens, part.cursor), ("", TokenCount(0), None));
}

#[tokio::test]
async fn tokens_of_the_model_are_counted_where_it_can_count_them() {
    let plain = Workbench::new().await;
    let dimensions = Dimensions::try_new(64).expect("in range");
    let model = HashingModel::new(Arc::new(SystemClock), dimensions, 256);
    let counted = Arc::new(model);
    let stores = Stores { embedder: Some(Arc::clone(&counted) as _), ..plain.stores };
    let bench = Workbench::over(stores, plain.folder).await;
    bench.teach("note", &"A common text of some words. ".repeat(40)).await;
    for part in bench.parts(ContextRequest { counter: CounterKind::Model, ..request("common", 100) }).await {
        let tokens = counted.count_tokens(&bench.ctx, InputKind::Passage, &[&part.text]).await;
        assert_eq!(vec![part.tokens], tokens.expect("counts"));
        assert!(part.tokens.0 <= 100);
    }
}
