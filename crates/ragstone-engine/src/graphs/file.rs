//! Files of graphs.

use bytes::Bytes;
use ragstone_core::graph::GraphVersion;
use ragstone_core::{CallContext, Error, ErrorKind, GraphName, Result, Scope};
use ragstone_graph::format::{self, ReadOptions, WriteOptions};
use ragstone_graph::{GraphDocument, GraphFormat, Watch};

use super::content::GraphContent;
use super::{CreateGraph, error};
use crate::engine::Engine;
use ragstone_core::graph::GraphEntry;

/// How a file is read.
#[derive(Clone, Debug)]
pub struct GraphFileOptions {
    /// Its format.
    pub format: GraphFormat,
    /// How it is read.
    pub read: ReadOptions,
}

impl Engine {
    /// Makes a graph of a file, which can be seen as a whole or not at all.
    ///
    /// What is wrong with the file is `InvalidArgument` with line and column; the rest are the errors of
    /// [`create_graph`](Self::create_graph).
    pub async fn import_graph(
        &self,
        ctx: &CallContext,
        (name, description): (GraphName, String),
        file: Bytes,
        options: GraphFileOptions,
    ) -> Result<GraphEntry> {
        ctx.principal().require(Scope::Write)?;
        // Before the file is read, which may take long.
        self.check_name(ctx, &name).await?;
        let work = move |watch: &Watch| {
            let GraphFileOptions { format, read } = options;
            format::read_document(format, &mut file.as_ref(), &read, watch).map_err(error::of_format)
        };
        let document = self.compute(ctx, work).await?;
        let content = GraphContent::Document(document);
        self.create_graph(ctx, CreateGraph { name, description, content }).await
    }

    /// Writes the last version of a graph as a file.
    ///
    /// What the format does not hold is `FailedPrecondition`, which names what it is and the options that write it otherwise.
    pub async fn export_graph(
        &self,
        ctx: &CallContext,
        name: &GraphName,
        (format, options): (GraphFormat, WriteOptions),
    ) -> Result<(GraphVersion, Vec<u8>)> {
        ctx.principal().require(Scope::Read)?;
        let view = self.graph_view(ctx, name).await?;
        let version = view.version;
        let work = move |watch: &Watch| file_of(&view.graph.to_document(), format, options, watch);
        let file = self.compute(ctx, work).await?;
        Ok((version, file))
    }
}

fn file_of(
    document: &GraphDocument,
    format: GraphFormat,
    options: WriteOptions,
    watch: &Watch,
) -> Result<Vec<u8>> {
    let mut file = Vec::new();
    format::write(format, document, &mut file, &options, watch).map_err(error::of_format)?;
    Ok(file)
}

/// The format of a name; one that is not known names those that are.
pub fn graph_format(name: &str) -> Result<GraphFormat> {
    GraphFormat::from_name(name).ok_or_else(|| {
        let known: Vec<&str> = GraphFormat::ALL.into_iter().map(GraphFormat::name).collect();
        Error::new(ErrorKind::InvalidArgument, "there is no such format of graphs")
            .with_violation("format", format!("must be one of {}", known.join(", ")))
    })
}
