//! The tool `build_context`.

use ragstone_api::context::{
    ContextDetail, ContextRequest, ContextResponse, Counter, DEFAULT_BUDGET, DEFAULT_CONTEXT_LIMIT,
};
use ragstone_api::search::Mode;
use ragstone_core::model_context::TokenBudget;
use ragstone_core::{Error, ErrorKind, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::excerpt::shorten_labels;
use super::{Call, Tool, json_cost};

pub(super) struct BuildContext;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Input {
    /// Words or a question to look for, 1 to 8,192 bytes.
    query: String,
    /// Names of the collections to search; all of them if left out. `list_collections` lists the names.
    #[serde(default)]
    collections: Vec<String>,
    /// Condition on the documents, written as for `search`.
    #[serde(default)]
    filter: Option<String>,
    /// Most passages over all parts, 1 to 1,000.
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
    /// Most tokens of `text` in the answer, 64 to 20,000, as `counter` counts them.
    #[serde(default = "default_budget")]
    #[schemars(range(min = 64, max = 20000))]
    budget: u32,
    /// What a token of `budget` is.
    #[serde(default)]
    counter: Counter,
    /// How much of each passage is shown.
    #[serde(default)]
    detail: ContextDetail,
    /// `next_cursor` of the answer before, with the other arguments unchanged, to get the next part.
    #[serde(default)]
    cursor: Option<String>,
    /// Most tokens of the whole answer with its citations, 1,000 to 25,000; the server's default is usually right.
    #[serde(default)]
    #[schemars(range(min = 1000, max = 25000))]
    max_tokens: Option<u32>,
}

/// Largest budget of a call: what the common clients show to their model, less the citations.
const MAX_BUDGET: u32 = 20_000;
/// Most times that a part is packed again, because its citations take more than the answer has room for.
const TRIES: usize = 6;

fn default_limit() -> u32 {
    DEFAULT_CONTEXT_LIMIT
}

fn default_budget() -> u32 {
    DEFAULT_BUDGET
}

impl Tool for BuildContext {
    const NAME: &'static str = "build_context";
    const TITLE: &'static str = "Build a context from the knowledge base";
    const DESCRIPTION: &'static str = "Searches and packs the best passages into one text of at most the given \
        tokens: neighbours joined, repetitions dropped, each passage below its title and headings and behind a number \
        in brackets. Quote with these numbers; citations says what each stands for. Call it in place of search where \
        an answer needs several passages. Next: the same call with next_cursor as cursor for more, verify_citation \
        before quoting an older one.";
    const OPERATION: &'static str = "context";
    type Input = Input;
    type Output = ContextResponse;

    async fn run(call: &Call<'_>, input: Input) -> Result<ContextResponse> {
        let room = call.budget(input.max_tokens)?.quarters();
        if input.budget > MAX_BUDGET {
            let rule = format!("must be from {} to {MAX_BUDGET}", TokenBudget::MIN.tokens());
            return Err(Error::invalid("budget", rule).with_help("read the rest with next_cursor"));
        }
        let tenant = call.context.tenant();
        let mut request = input.into_request().open(&call.config.cursor_key, tenant)?;
        for _ in 0..TRIES {
            let answer = call.engine.context(&call.context, request.clone()).await?;
            let tokens = answer.tokens.0;
            let mut part = ContextResponse::seal(answer, &call.config.cursor_key, tenant);
            part.citations.iter_mut().for_each(|cited| shorten_labels(&mut cited.citation));
            let cost = json_cost(&part)?;
            if cost <= room {
                return Ok(part);
            }
            request.budget = smaller(tokens, room, cost)?;
        }
        Err(too_large())
    }
}

impl Input {
    fn into_request(self) -> ContextRequest {
        ContextRequest {
            query: self.query,
            collections: self.collections,
            filter: self.filter,
            limit: self.limit,
            mode: self.mode,
            min_sequence: self.min_sequence,
            budget: self.budget,
            counter: self.counter,
            detail: self.detail,
            cursor: self.cursor,
        }
    }
}

/// A budget whose text should fit with its citations; `TooLarge` where that would be less than the smallest.
fn smaller(tokens: u32, room: usize, cost: usize) -> Result<TokenBudget> {
    let share = u64::from(tokens) * room as u64 * 9 / (cost.max(1) as u64 * 10);
    let share = u32::try_from(share).unwrap_or(u32::MAX);
    match TokenBudget::try_new(share.max(TokenBudget::MIN.tokens())) {
        Ok(budget) if budget.tokens() < tokens => Ok(budget),
        _ => Err(too_large()),
    }
}

fn too_large() -> Error {
    Error::new(ErrorKind::TooLarge, "the passage and its citation do not fit into the answer")
        .with_help("allow more max_tokens, ask for detail `snippets`, or call search")
}
