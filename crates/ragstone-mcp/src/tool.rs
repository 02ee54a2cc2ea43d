//! Tools: what one is, how it is called, and the table of all of them.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use ragstone_api::operation::{self, Operation};
use ragstone_api::page::{CursorKey, PageQuery};
use ragstone_core::page::{Page, PageRequest};
use ragstone_core::{CallContext, Error, ErrorKind, Result, Scope};
use ragstone_engine::Engine;
use rmcp::RoleServer;
use rmcp::model::{self, CallToolResult, ContentBlock, JsonObject, ToolAnnotations};
use rmcp::service::RequestContext;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::budget::{self, TokenBudget};
use crate::config::McpConfig;
use crate::schema;

mod analyze_graph;
mod argument;
mod build_context;
mod change_graph;
mod change_job;
mod compare_versions;
mod create_graph;
mod delete_document;
mod draw_graph;
mod excerpt;
mod find_duplicates;
mod ingest_path;
mod ingest_text;
mod key;
mod list_collections;
mod list_documents;
mod list_graphs;
mod list_jobs;
mod list_saved_searches;
mod list_versions;
mod read_document;
mod read_graph;
mod read_job;
mod read_passage;
mod restore_document;
mod run_saved_search;
mod search;
mod verify_citation;

/// One tool: a view of an operation that fits a model.
trait Tool: 'static {
    /// Name on the wire: a verb and a noun.
    const NAME: &'static str;
    /// Title for people.
    const TITLE: &'static str;
    /// What it does, when to call it and what to call next, for the model.
    const DESCRIPTION: &'static str;
    /// Name in the operation table, which says what scope it needs and what it changes.
    const OPERATION: &'static str;
    /// Whether it may take longer than a call usually does.
    const IS_LONG: bool = false;
    /// Argument without which it changes nothing, so that a key belongs to calls with it only.
    const CHANGES_WITH: Option<&'static str> = None;
    /// Arguments; unknown ones must be refused.
    type Input: DeserializeOwned + JsonSchema + Send;
    /// Structured result; an object.
    type Output: Serialize + JsonSchema + Send;

    /// Does the work. Dropping the future stops it.
    fn run(call: &Call<'_>, input: Self::Input) -> impl Future<Output = Result<Self::Output>> + Send;

    /// Images that belong to a result.
    fn images(_: &Self::Output) -> Vec<ContentBlock> {
        Vec::new()
    }
}

/// What a tool works with.
pub(crate) struct Call<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) config: &'a McpConfig,
    pub(crate) request: &'a RequestContext<RoleServer>,
    pub(crate) context: CallContext,
}

impl Call<'_> {
    /// The budget that the call asks for, or the configured one.
    fn budget(&self, max_tokens: Option<u32>) -> Result<TokenBudget> {
        max_tokens.map_or(Ok(self.config.token_budget), TokenBudget::try_new)
    }

    /// Reads the request for a page of `listing` of the caller's tenant.
    pub(crate) fn open_page(&self, listing: &str, query: PageQuery) -> Result<PageRequest> {
        self.cursor_key().open(&self.scoped(listing), query)
    }

    /// Makes the cursor behind `key`.
    pub(crate) fn seal(&self, listing: &str, key: Option<String>) -> Option<String> {
        let page = Page::<()> { items: Vec::new(), next: key };
        self.cursor_key().seal(&self.scoped(listing), &page)
    }

    fn cursor_key(&self) -> &CursorKey {
        &self.config.cursor_key
    }

    fn scoped(&self, listing: &str) -> String {
        format!("mcp {} {listing}", self.context.tenant())
    }
}

// ---- Table ----

type Run = for<'a> fn(Call<'a>, JsonObject) -> BoxFuture<'a, Result<CallToolResult>>;

/// A tool as the server holds it.
pub(crate) struct Entry {
    /// Name on the wire, as a label of metrics.
    pub(crate) name: &'static str,
    pub(crate) definition: model::Tool,
    pub(crate) operation: &'static Operation,
    is_long: bool,
    changes_with: Option<&'static str>,
    run: Run,
}

impl Entry {
    fn of<T: Tool>() -> Option<Self> {
        let operation = operation::find(T::OPERATION)?;
        let annotations = ToolAnnotations::with_title(T::TITLE)
            .read_only(operation.is_read_only)
            .destructive(operation.is_destructive)
            .idempotent(operation.is_idempotent)
            .open_world(false);
        let input = schema::of_input::<T::Input>();
        let input = if operation.is_read_only { input } else { key::offered(input) };
        let definition = model::Tool::new(T::NAME, T::DESCRIPTION, input)
            .with_title(T::TITLE)
            .with_raw_output_schema(schema::of_output::<T::Output>())
            .with_annotations(annotations);
        Some(Self {
            name: T::NAME,
            definition,
            operation,
            is_long: T::IS_LONG,
            changes_with: T::CHANGES_WITH,
            run: |call, arguments| Box::pin(run::<T>(call, arguments)),
        })
    }

    /// Time that a call may take.
    pub(crate) fn timeout(&self, config: &McpConfig) -> Duration {
        if self.is_long { config.ingest_timeout } else { config.call_timeout }
    }

    /// Checks the scope and the arguments, and runs the tool; once for all calls with a key.
    pub(crate) async fn call(&self, call: Call<'_>, mut arguments: JsonObject) -> Result<CallToolResult> {
        call.context.principal().require(self.operation.scope)?;
        match key::take(self, &mut arguments)? {
            None => (self.run)(call, arguments).await,
            Some(key) => key::once(self, call, key, arguments).await,
        }
    }
}

/// The tools in the order in which they are listed.
pub(crate) struct ToolTable {
    entries: Vec<Entry>,
}

impl ToolTable {
    /// Builds the table; with `read_only` it lacks the tools that change something.
    pub(crate) fn new(config: &McpConfig) -> Arc<Self> {
        let entries =
            all().into_iter().flatten().filter(|entry| !config.read_only || entry.operation.is_read_only);
        Arc::new(Self { entries: entries.collect() })
    }

    pub(crate) fn find(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.definition.name == name)
    }

    /// Names of all tools.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.definition.name.as_ref())
    }

    /// Definitions of the tools that a principal with `scope` may call.
    pub(crate) fn visible(&self, scope: Scope) -> Vec<model::Tool> {
        let visible = self.entries.iter().filter(|entry| entry.operation.scope <= scope);
        visible.map(|entry| entry.definition.clone()).collect()
    }
}

fn all() -> [Option<Entry>; 26] {
    [
        Entry::of::<search::Search>(),
        Entry::of::<build_context::BuildContext>(),
        Entry::of::<read_passage::ReadPassage>(),
        Entry::of::<read_document::ReadDocument>(),
        Entry::of::<verify_citation::VerifyCitation>(),
        Entry::of::<list_collections::ListCollections>(),
        Entry::of::<list_documents::ListDocuments>(),
        Entry::of::<find_duplicates::FindDuplicates>(),
        Entry::of::<list_saved_searches::ListSavedSearches>(),
        Entry::of::<run_saved_search::RunSavedSearch>(),
        Entry::of::<list_graphs::ListGraphs>(),
        Entry::of::<read_graph::ReadGraph>(),
        Entry::of::<analyze_graph::AnalyzeGraph>(),
        Entry::of::<draw_graph::DrawGraph>(),
        Entry::of::<ingest_text::IngestText>(),
        Entry::of::<ingest_path::IngestPath>(),
        Entry::of::<delete_document::DeleteDocument>(),
        Entry::of::<list_versions::ListVersions>(),
        Entry::of::<compare_versions::CompareVersions>(),
        Entry::of::<restore_document::RestoreDocument>(),
        Entry::of::<list_jobs::ListJobs>(),
        Entry::of::<read_job::ReadJob>(),
        Entry::of::<change_job::CancelJob>(),
        Entry::of::<change_job::RetryJob>(),
        Entry::of::<create_graph::CreateGraphTool>(),
        Entry::of::<change_graph::ChangeGraph>(),
    ]
}

// ---- Calls ----

async fn run<T: Tool>(call: Call<'_>, arguments: JsonObject) -> Result<CallToolResult> {
    let input = argument::read::<T::Input>(T::NAME, arguments)?;
    let output = T::run(&call, input).await?;
    let mut result = complete(&output)?;
    result.content.extend(T::images(&output));
    Ok(result)
}

/// A result whose text is the same JSON as its structured content, for clients that show only one of them.
fn complete<T: Serialize>(output: &T) -> Result<CallToolResult> {
    let text = json(output)?;
    if budget::cost(&text) > TokenBudget::MAX.quarters() {
        return Err(Error::new(ErrorKind::TooLarge, "the result is larger than a model can take")
            .with_help("ask for less: a smaller page, or one document at a time"));
    }
    // Read back from the text, so that both say the same number where the output holds an `f32`.
    of_text(text)
}

fn of_text(text: String) -> Result<CallToolResult> {
    let structured = serde_json::from_str(&text).map_err(unwritable)?;
    let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
    result.structured_content = Some(structured);
    Ok(result)
}

fn json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(unwritable)
}

fn unwritable(error: serde_json::Error) -> Error {
    Error::new(ErrorKind::Unexpected, "cannot write the result").with_source(error)
}

/// Estimated cost of `value` as JSON, in quarters of a token.
fn json_cost<T: Serialize>(value: &T) -> Result<usize> {
    json(value).map(|text| budget::cost(&text))
}

/// Removes the items at the end that exceed the budget, but never the first one; returns whether any were.
fn fit<T: Serialize>(items: &mut Vec<T>, quarters: usize) -> Result<bool> {
    let mut spent = 0;
    for (place, item) in items.iter().enumerate() {
        // One more for the comma.
        spent += json_cost(item)? + 2;
        if spent > quarters && place > 0 {
            items.truncate(place);
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_is_an_operation() {
        assert!(all().iter().all(Option::is_some));
    }

    #[test]
    fn a_page_is_cut_at_its_budget_but_never_empty() {
        let mut items = vec!["aaaa"; 5];
        assert!(fit(&mut items, 30).expect("fits"));
        assert_eq!(items.len(), 3);
        assert!(fit(&mut items, 1).expect("fits"));
        assert_eq!(items.len(), 1);
        assert!(!fit(&mut items, 1).expect("fits"));
    }
}
