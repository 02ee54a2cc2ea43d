//! The tool `search`.

use ragstone_api::detail::Detail;
use ragstone_api::facets::FacetsResponse;
use ragstone_api::page::PageQuery;
use ragstone_api::search::{
    Accuracy, Correction, DEFAULT_LIMIT, Degradation, Explanation, Fusion, HitExplanation, Mode,
    SearchRequest, SourceWeight,
};
use ragstone_core::answer::{FacetedAnswer, Hit};
use ragstone_core::{Digest, Error, Result, SearchDefinition, Sequence};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::excerpt::Excerpt;
use super::{Call, Tool, json_cost};
use crate::budget::TokenBudget;

pub(super) struct Search;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Input {
    /// Words or a question to look for, 1 to 8,192 bytes. Names and key words find more than long sentences.
    /// A passage must have what stands in double quotes, and must not have a word behind a minus; `tag:rust` and the
    /// other fields of `filter` narrow the search.
    query: String,
    /// Names of the collections to search; all of them if left out. `list_collections` lists the names.
    #[serde(default)]
    collections: Vec<String>,
    /// Condition on the documents, such as `tag = "rust" and metadata.year >= 2020`. Fields: document, source,
    /// format, language, tag, updated, metadata.<key>. Operators: =, !=, <, <=, >, >=, in ("a", "b"), exists, and, or,
    /// not, parentheses; `source under "file:///srv/docs/"`, `source glob "**/api/*.md"`, and dates for `updated` and
    /// metadata: `updated >= "2026-01-01"`.
    #[serde(default)]
    filter: Option<String>,
    /// Most hits over all pages, 1 to 1,000.
    #[serde(default = "default_limit")]
    #[schemars(range(min = 1, max = 1000))]
    limit: u32,
    /// Ways of searching: `hybrid` is usually right; `keyword` for exact names, `semantic` for other words of the same
    /// meaning.
    #[serde(default)]
    mode: Mode,
    /// Waits until this write can be found: the `sequence` that an ingest or a deletion returned.
    #[serde(default)]
    min_sequence: Option<u64>,
    /// How much of each hit is shown.
    #[serde(default)]
    detail: Detail,
    /// Least score of a hit, 0 to 1; scores compare the candidates of one search.
    #[serde(default)]
    #[schemars(range(min = 0, max = 1))]
    min_score: Option<f32>,
    /// Most hits of one document, 1 to 100.
    #[serde(default)]
    #[schemars(range(min = 1, max = 100))]
    per_document: Option<u32>,
    /// How much a hit loses for having the words of better ones, 0 to 1; 0.3 is a good start. Needs a limit of at most
    /// 200.
    #[serde(default)]
    #[schemars(range(min = 0, max = 1))]
    diversity: Option<f32>,
    /// Days since its last change after which a document counts half; above 0, at most 36,500.
    #[serde(default)]
    recency_half_life_days: Option<f32>,
    /// Factors for scores by source, at most 64.
    #[serde(default)]
    source_weights: Vec<SourceWeight>,
    /// How both ways of searching are fused; `rrf` needs the mode `hybrid` and a model.
    #[serde(default)]
    fusion: Fusion,
    /// How much of the index search by meaning looks at.
    #[serde(default)]
    accuracy: Accuracy,
    /// Share of meaning in the score, 0 to 1; needs the mode `hybrid` and a model. The server's default is usually
    /// right.
    #[serde(default)]
    #[schemars(range(min = 0, max = 1))]
    weight: Option<f32>,
    /// Lets a model read the best candidates again, and orders by its scores: slower, and often better. Needs a
    /// reranking model and a limit of at most 100.
    #[serde(default)]
    rerank: bool,
    /// Whether a word that no passage has is looked for in other spellings too; it is if left out. Not for the mode
    /// `semantic`.
    #[serde(default)]
    typo_tolerance: Option<bool>,
    /// Says how the answer came about: terms, candidates, cuts, shares of scores, times.
    #[serde(default)]
    explain: bool,
    /// Fields whose ten most frequent values are counted over all documents that collections and filter admit, to see
    /// what there is and to narrow the filter: format, language, tag, metadata.<key>; at most 16.
    #[serde(default)]
    facets: Vec<String>,
    /// `next_cursor` of the answer before, with all other arguments unchanged, to get the hits that did not fit.
    #[serde(default)]
    cursor: Option<String>,
    /// Most tokens of the answer, 1,000 to 25,000; the server's default is usually right.
    #[serde(default)]
    #[schemars(range(min = 1000, max = 25000))]
    max_tokens: Option<u32>,
}

fn default_limit() -> u32 {
    DEFAULT_LIMIT
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Output {
    /// Hits, best first.
    hits: Vec<FoundExcerpt>,
    /// Number of further hits that did not fit into the token budget.
    omitted: usize,
    /// Give it as `cursor` to get the omitted hits; left out where there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
    /// Words that no passage has, with those that were looked for too; left out where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    corrections: Vec<Correction>,
    /// Ways of searching that are missing from the answer; empty where it is complete.
    degraded: Vec<Degradation>,
    /// How the answer came about; left out where that was not asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Map<String, Value>>")]
    explanation: Option<Explanation>,
    /// Values of the fields that were asked for; left out where none was.
    #[serde(skip_serializing_if = "Option::is_none")]
    facets: Option<FacetsResponse>,
    /// What to do next; left out where nothing is cut or missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'static str>,
    /// Time taken in milliseconds.
    took_ms: f64,
}

#[derive(Debug, Serialize, JsonSchema)]
struct FoundExcerpt {
    /// Relevance; comparable within one answer only.
    score: f32,
    /// Collection it was found in.
    collection: String,
    /// How the score came about; left out where that was not asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Map<String, Value>>")]
    explanation: Option<HitExplanation>,
    #[serde(flatten)]
    excerpt: Excerpt,
}

impl Tool for Search {
    const NAME: &'static str = "search";
    const TITLE: &'static str = "Search the knowledge base";
    const DESCRIPTION: &'static str = "Finds the passages of the indexed documents, code and notes that answer a \
        question, best first, each with an exact citation. Call it before answering anything that the user's own \
        material may cover. Results keep a token budget: is_truncated marks a cut text, next_cursor leads to hits \
        that did not fit. Next: read_document for the surroundings of a hit, verify_citation before quoting an \
        older one.";
    const OPERATION: &'static str = "search";
    type Input = Input;
    type Output = Output;

    async fn run(call: &Call<'_>, mut input: Input) -> Result<Output> {
        let cursor = input.cursor.take();
        let paging = Paging { listing: input.listing(), cursor, max_tokens: input.max_tokens };
        let min_sequence = input.min_sequence.map(Sequence);
        paging.search(call, &input.into_definition()?, min_sequence).await
    }
}

/// Which of the hits are shown.
pub(super) struct Paging {
    /// Names everything that decides which hits there are.
    pub(super) listing: String,
    pub(super) cursor: Option<String>,
    pub(super) max_tokens: Option<u32>,
}

impl Paging {
    /// Searches, and shows the hits that fit.
    pub(super) async fn search(
        self,
        call: &Call<'_>,
        definition: &SearchDefinition,
        min_sequence: Option<Sequence>,
    ) -> Result<Output> {
        let budget = call.budget(self.max_tokens)?;
        let page = PageQuery { page_size: None, cursor: self.cursor };
        let offset = offset_of(call.open_page(&self.listing, page)?.after_key());
        let found = call.engine.search_defined(&call.context, definition, min_sequence).await?;
        let mut output = fill(found, offset, budget)?;
        if output.omitted > 0 {
            let next = offset + output.hits.len();
            output.next_cursor = call.seal(&self.listing, Some(next.to_string()));
        }
        Ok(output)
    }
}

impl Input {
    /// Names everything that decides which hits there are, so that a cursor is good for this search only.
    fn listing(&self) -> String {
        let Self {
            query, collections, filter, limit, mode, detail, min_score, per_document, diversity, ..
        } = self;
        let Self { recency_half_life_days, source_weights, fusion, accuracy, weight, .. } = self;
        let Self { rerank, typo_tolerance, .. } = self;
        let asked = format!("{query:?} {collections:?} {filter:?} {limit} {mode:?} {detail:?}");
        let cut = format!("{min_score:?} {per_document:?} {diversity:?} {recency_half_life_days:?}");
        let scored =
            format!("{source_weights:?} {fusion:?} {accuracy:?} {weight:?} {rerank} {typo_tolerance:?}");
        format!("search {}", Digest::of(format!("{asked} {cut} {scored}").as_bytes()))
    }

    fn into_definition(self) -> Result<SearchDefinition> {
        SearchDefinition::try_from(SearchRequest {
            query: self.query,
            collections: self.collections,
            filter: self.filter,
            limit: self.limit,
            mode: self.mode,
            min_sequence: self.min_sequence,
            detail: self.detail,
            min_score: self.min_score,
            per_document: self.per_document,
            diversity: self.diversity,
            recency_half_life_days: self.recency_half_life_days,
            source_weights: self.source_weights,
            fusion: self.fusion,
            accuracy: self.accuracy,
            weight: self.weight,
            rerank: self.rerank,
            typo_tolerance: self.typo_tolerance,
            explain: self.explain,
            facets: self.facets,
        })
    }
}

/// A sealed key is always the number that this tool wrote.
fn offset_of(key: Option<&str>) -> usize {
    key.and_then(|key| key.parse().ok()).unwrap_or_default()
}

/// Cost of the smallest text for which it is worth to show a further hit cut: about 100 tokens.
const LEAST_EXCERPT: usize = 400;
/// Set aside for the cursor and the hint.
const RESERVE: usize = 1200;

/// Takes the hits behind `offset` in order while they fit; the last one may be cut.
fn fill(found: FacetedAnswer, offset: usize, budget: TokenBudget) -> Result<Output> {
    let FacetedAnswer { answer, facets } = found;
    let total = answer.hits.len();
    let mut output = Output {
        hits: Vec::new(),
        omitted: 0,
        next_cursor: None,
        corrections: answer.corrections.into_iter().map(Correction::from).collect(),
        degraded: answer.degraded.into_iter().map(Degradation::from).collect(),
        explanation: answer.explanation.map(Explanation::from),
        facets: facets.map(FacetsResponse::from),
        hint: None,
        took_ms: (answer.took.as_secs_f64() * 1e6).round() / 1e3,
    };
    let has_more_than_hits = output.explanation.is_some() || output.facets.is_some();
    if has_more_than_hits && json_cost(&output)? > budget.quarters() / 2 {
        return Err(Error::invalid(
            "max_tokens",
            "leaves no room for hits beside the explanation and the facets",
        )
        .with_help("allow more tokens, or search without `explain` and with fewer `facets`"));
    }
    let mut left = budget.quarters().saturating_sub(json_cost(&output)? + RESERVE);
    for hit in answer.hits.into_iter().skip(offset) {
        let Some(found) = FoundExcerpt::fitting(hit, left, output.hits.is_empty())? else {
            break;
        };
        left = left.saturating_sub(json_cost(&found)? + 2);
        output.hits.push(found);
    }
    output.omitted = total.saturating_sub(offset + output.hits.len());
    output.hint = hint(&output);
    Ok(output)
}

impl FoundExcerpt {
    /// The hit, cut to `quarters`; `None` where too little of it would be left, unless it is the first.
    fn fitting(hit: Hit, quarters: usize, is_first: bool) -> Result<Option<Self>> {
        let whole_len = hit.text.len();
        let mut found = Self {
            score: hit.score,
            collection: hit.collection.into(),
            explanation: hit.explanation.map(HitExplanation::from),
            excerpt: Excerpt::new(hit.text, hit.citation.into()),
        };
        let excess = json_cost(&found)?.saturating_sub(quarters);
        if excess == 0 {
            return Ok(Some(found));
        }
        let own = json_cost(&found.excerpt)?;
        found.excerpt.cut_to(own.saturating_sub(excess))?;
        let is_worth_it = found.excerpt.text.len() >= LEAST_EXCERPT.min(whole_len);
        let fits = json_cost(&found)? <= quarters;
        Ok((is_first || (is_worth_it && fits)).then_some(found))
    }
}

fn hint(output: &Output) -> Option<&'static str> {
    if output.omitted > 0 {
        Some(
            "more hits did not fit: call again with the same arguments and next_cursor as cursor, \
             or search for something narrower",
        )
    } else if output.hits.iter().any(|hit| hit.excerpt.is_truncated) {
        Some("call read_document with the document and continue_at as start to read on behind a cut")
    } else if output.hits.is_empty() {
        Some("nothing matched: try other words, fewer conditions, or list_collections to see what there is")
    } else {
        None
    }
}
