//! The tool `list_graphs`.

use ragstone_api::graph::{GraphEntry, GraphPage};
use ragstone_api::page::PageQuery;
use ragstone_core::Result;

use super::{Call, Tool, fit};

const LISTING: &str = "graphs";

pub(super) struct ListGraphs;

impl Tool for ListGraphs {
    const NAME: &'static str = "list_graphs";
    const TITLE: &'static str = "List the graphs";
    const DESCRIPTION: &'static str = "Lists the named graphs with what each is about and how many nodes and edges it has. \
        Next: read_graph for what a graph holds, analyze_graph for algorithms, create_graph for a new one.";
    const OPERATION: &'static str = "graphs.list";
    type Input = PageQuery;
    type Output = GraphPage;

    async fn run(call: &Call<'_>, input: PageQuery) -> Result<GraphPage> {
        let request = call.open_page(LISTING, input)?;
        let page = call.engine.graphs(&call.context, &request).await?;
        let mut next = page.next;
        let mut graphs: Vec<_> = page.items.into_iter().map(GraphEntry::from).collect();
        if fit(&mut graphs, call.budget(None)?.quarters() / 2)? {
            next = graphs.last().map(|graph| graph.name.clone());
        }
        Ok(GraphPage { graphs, next_cursor: call.seal(LISTING, next) })
    }
}
