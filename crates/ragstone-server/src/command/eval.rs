//! `eval`: measures retrieval quality on a judged collection, through the real ingest and search paths.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use ragstone_api::search::Mode;
use ragstone_core::metadata::Metadata;
use ragstone_core::query::{MAX_SEARCH_LIMIT, SearchMode};
use ragstone_core::request::IngestText;
use ragstone_core::{
    AccessList, CallContext, CollectionName, Error, ErrorKind, Result, SearchQuery, Sequence, SourceUri,
};
use ragstone_engine::Engine;
use ragstone_engine::evaluation::{Judgements, Measures, Run, mean};
use serde::{Deserialize, Serialize};

use crate::cli::{EvalArgs, ModeArg};
use crate::config::{Config, ModelConfig};
use crate::data_dir::{DataDir, LockFailure};
use crate::instance::Instance;
use crate::render;

/// Passages that are asked for; with several of one document, the ranking has fewer documents.
const PASSAGES: u32 = MAX_SEARCH_LIMIT;

#[derive(Deserialize)]
struct CorpusEntry {
    id: String,
    #[serde(default)]
    title: String,
    text: String,
}

#[derive(Deserialize)]
struct QueryEntry {
    id: String,
    text: String,
}

#[derive(Serialize)]
struct Report {
    documents: usize,
    queries: usize,
    ndcg_at_10: f64,
    map: f64,
    recall_at_100: f64,
    mrr: f64,
}

/// Indexes the corpus in a temporary data directory, asks every judged query, and prints the measures.
pub(crate) async fn run(args: &EvalArgs) -> Result<()> {
    let judgements = Judgements::parse_qrels(&read(&args.qrels)?)
        .map_err(|error| Error::invalid("qrels", error.to_string()))?;
    let corpus: Vec<CorpusEntry> = entries(&args.corpus)?;
    let queries: Vec<QueryEntry> = entries(&args.queries)?;
    let folder = tempfile::tempdir().map_err(|source| {
        Error::new(ErrorKind::Unavailable, "cannot make a temporary folder").with_source(source)
    })?;
    let dir = DataDir::open(Some(folder.path()))?;
    let lock = dir.lock("eval").map_err(LockFailure::into_error)?;
    let instance = Instance::open(lock, configuration(args)?, &[]).await?;
    let documents = corpus.len();
    let mode = SearchMode::from(Mode::from(args.mode));
    let outcome = measure(instance.engine(), corpus, queries, &judgements, mode).await;
    instance.close().await?;
    let (ranking, asked) = outcome?;
    if let Some(file) = &args.run_file {
        std::fs::write(file, ranking.to_trec("ragstone")).map_err(|source| unreadable(file, source))?;
    }
    show(&mean(&judgements, &ranking), documents, asked, args.output.json)
}

/// The default one with the model; a mode that would be measured without its model is refused.
fn configuration(args: &EvalArgs) -> Result<Config> {
    if args.model.is_none() && !matches!(args.mode, ModeArg::Keyword) {
        return Err(Error::invalid("mode", "needs a model").with_help("name its folder with --model"));
    }
    let model = ModelConfig { folder: args.model.clone(), ..ModelConfig::default() };
    Ok(Config { model, ..Config::default() })
}

async fn measure(
    engine: &Engine,
    corpus: Vec<CorpusEntry>,
    queries: Vec<QueryEntry>,
    judgements: &Judgements,
    mode: SearchMode,
) -> Result<(Run, usize)> {
    let ctx = CallContext::new(Instance::admin_principal());
    let mut last = Sequence::ZERO;
    for entry in corpus {
        // An empty document cannot be found and is no document for the index either.
        if !(entry.title.trim().is_empty() && entry.text.trim().is_empty()) {
            last = engine.ingest_text(&ctx, document(entry)).await?.sequence;
        }
    }
    engine.wait_indexed(&ctx, last).await?;
    if engine.has_model() {
        engine.wait_embedded(&ctx, last).await?;
    }
    let judged: BTreeSet<&str> = judgements.queries().collect();
    let mut run = Run::default();
    let mut asked = 0;
    for query in queries.iter().filter(|query| judged.contains(query.id.as_str())) {
        run.insert(&query.id, ranking(engine, &ctx, &query.text, mode).await?);
        asked += 1;
    }
    Ok((run, asked))
}

fn document(entry: CorpusEntry) -> IngestText {
    let title = entry.title.trim();
    IngestText {
        collection: CollectionName::default(),
        external_id: entry.id,
        title: (!title.is_empty()).then(|| title.to_owned()),
        format: None,
        text: if entry.text.trim().is_empty() { entry.title } else { entry.text },
        tags: BTreeSet::new(),
        metadata: Metadata::new(),
        access: AccessList::OPEN,
    }
}

/// Documents by their best passage.
async fn ranking(
    engine: &Engine,
    ctx: &CallContext,
    text: &str,
    mode: SearchMode,
) -> Result<Vec<(String, f32)>> {
    let query = SearchQuery::try_new(text, PASSAGES)?.with_mode(mode);
    let answer = engine.search(ctx, query).await?;
    let mut best: HashMap<String, f32> = HashMap::new();
    let mut order = Vec::new();
    for hit in answer.hits {
        let id = external_id(&hit.citation.source);
        if !best.contains_key(&id) {
            best.insert(id.clone(), hit.score);
            order.push((id, hit.score));
        }
    }
    Ok(order)
}

fn external_id(source: &SourceUri) -> String {
    source.as_str().strip_prefix("text:").unwrap_or(source.as_str()).to_owned()
}

fn show(measures: &Measures, documents: usize, queries: usize, as_json: bool) -> Result<()> {
    let report = Report {
        documents,
        queries,
        ndcg_at_10: measures.ndcg_at_10,
        map: measures.average_precision,
        recall_at_100: measures.recall_at_100,
        mrr: measures.reciprocal_rank,
    };
    if as_json {
        return render::json(&report);
    }
    let Report { ndcg_at_10, map, recall_at_100, mrr, .. } = report;
    render::text(&format!(
        "documents   {documents}\nqueries     {queries}\nnDCG@10     {ndcg_at_10:.4}\nMAP         {map:.4}\n\
         Recall@100  {recall_at_100:.4}\nMRR         {mrr:.4}\n"
    ))
}

fn entries<T: for<'de> Deserialize<'de>>(file: &Path) -> Result<Vec<T>> {
    let text = read(file)?;
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            serde_json::from_str(line).map_err(|error| {
                Error::new(ErrorKind::InvalidArgument, "a line is not of the expected form")
                    .with_context("file", file.display())
                    .with_context("line", number)
                    .with_context("cause", error)
            })
        })
        .collect()
}

fn read(file: &Path) -> Result<String> {
    std::fs::read_to_string(file).map_err(|source| unreadable(file, source))
}

fn unreadable(file: &Path, source: std::io::Error) -> Error {
    Error::new(ErrorKind::InvalidArgument, "cannot use the file")
        .with_context("file", file.display())
        .with_context("cause", source)
}
