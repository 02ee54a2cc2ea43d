//! Algorithms and pictures.

use ragstone_core::graph::GraphVersion;
use ragstone_core::{CallContext, Error, ErrorKind, GraphName, Result, Scope};
use ragstone_graph::analysis::{Analysis, AnalysisReport, Findings, Selection};
use ragstone_graph::illustration::{Illustrated, Illustration};
use ragstone_graph::property::{Change, ColumnValues};

use super::change::{GraphChange, GraphReceipt};
use super::{check_version, error};
use crate::engine::Engine;

/// An algorithm to run on a graph.
#[derive(Clone, Debug)]
pub struct GraphAnalysis {
    /// The algorithm with its parameters.
    pub analysis: Analysis,
    /// Which part of the answer is shown.
    pub selection: Selection,
    /// The version that it has to be about; the last one where `None`.
    pub expected: Option<GraphVersion>,
}

/// What an algorithm found.
#[derive(Clone, Debug)]
pub struct AnalyzedGraph {
    /// The version that the answer is about.
    pub version: GraphVersion,
    /// The answer.
    pub report: AnalysisReport,
}

/// What an algorithm found and wrote to the nodes.
#[derive(Clone, Debug)]
pub struct AnnotatedGraph {
    /// What it found.
    pub analyzed: AnalyzedGraph,
    /// What writing it came to.
    pub receipt: GraphReceipt,
}

/// A picture of a graph.
#[derive(Clone, Debug)]
pub struct GraphPicture {
    /// The version that is shown.
    pub version: GraphVersion,
    /// The picture.
    pub picture: Illustrated,
}

impl Engine {
    /// Runs an algorithm on the last version of a graph.
    ///
    /// Ends at the deadline of the call, and when it is dropped. `TooLarge` with an estimate for what would take more memory
    /// than is allowed; `FailedPrecondition` for a graph that the algorithm is not for; `NotFound` for a missing graph or node;
    /// `InvalidArgument` for a parameter; `Conflict` for a graph that is at another version than was expected.
    pub async fn analyze_graph(
        &self,
        ctx: &CallContext,
        name: &GraphName,
        request: GraphAnalysis,
    ) -> Result<AnalyzedGraph> {
        ctx.principal().require(Scope::Read)?;
        self.analyze(ctx, name, request, |_, _| ()).await.map(|(analyzed, ())| analyzed)
    }

    /// Runs an algorithm on the last version of a graph, and writes its answer to an attribute of the nodes.
    ///
    /// Errors are those of [`analyze_graph`](Self::analyze_graph) and [`change_graph`](Self::change_graph); `InvalidArgument` for
    /// an algorithm without a value for each node, and `Conflict` where the graph has changed while it ran.
    pub async fn annotate_graph(
        &self,
        ctx: &CallContext,
        name: &GraphName,
        request: GraphAnalysis,
        attribute: String,
    ) -> Result<AnnotatedGraph> {
        ctx.principal().require(Scope::Write)?;
        if !request.analysis.descriptor().is_writable {
            return Err(not_writable());
        }
        let (analyzed, column) = self.analyze(ctx, name, request, Findings::column).await?;
        let values = column.ok_or_else(not_writable)?.into_iter();
        let values = values.map(|value| (!value.is_null()).then_some(value)).collect();
        let change = Change::WriteNodes { name: attribute, values: ColumnValues::Values(values) };
        let change = GraphChange { change, expected: Some(analyzed.version) };
        let receipt = self.change_graph(ctx, name, change).await?;
        Ok(AnnotatedGraph { analyzed, receipt })
    }

    /// What an algorithm found, and what is taken of it besides, for so many nodes.
    async fn analyze<T: Send + 'static>(
        &self,
        ctx: &CallContext,
        name: &GraphName,
        request: GraphAnalysis,
        take: impl FnOnce(&Findings, usize) -> T + Send + 'static,
    ) -> Result<(AnalyzedGraph, T)> {
        let GraphAnalysis { analysis, selection, expected } = request;
        let view = self.graph_view(ctx, name).await?;
        check_version(view.version, expected)?;
        let version = view.version;
        let work = move |watch: &ragstone_graph::Watch| {
            let findings = analysis.run(&view, watch).map_err(error::of_analysis)?;
            let taken = take(&findings, view.graph.node_count());
            Ok((findings.report(&view, &selection), taken))
        };
        let (report, taken) = self.compute(ctx, work).await?;
        Ok((AnalyzedGraph { version, report }, taken))
    }

    /// Draws the last version of a graph. Errors are those of [`analyze_graph`](Self::analyze_graph).
    pub async fn draw_graph(
        &self,
        ctx: &CallContext,
        name: &GraphName,
        request: Illustration,
    ) -> Result<GraphPicture> {
        ctx.principal().require(Scope::Read)?;
        let view = self.graph_view(ctx, name).await?;
        if view.graph.node_count() == 0 {
            return Err(Error::new(
                ErrorKind::FailedPrecondition,
                "the graph has no node that could be drawn",
            )
            .with_help("add nodes first"));
        }
        let version = view.version;
        let work = move |watch: &ragstone_graph::Watch| request.run(&view, watch).map_err(error::of_analysis);
        let picture = self.compute(ctx, work).await?;
        Ok(GraphPicture { version, picture })
    }
}

fn not_writable() -> Error {
    Error::invalid("analysis", "the algorithm has no value for each node")
        .with_help("choose one that the list of algorithms calls writable")
}
