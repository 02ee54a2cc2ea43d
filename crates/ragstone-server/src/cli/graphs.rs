//! The words of `graphs`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use ragstone_core::GraphName;

use super::OutputArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum GraphsCommand {
    /// Lists the graphs.
    List(OutputArgs),
    /// Lists the algorithms and generators, each with an example.
    Algorithms(OutputArgs),
    /// Creates a graph: an empty one, or what a generator makes.
    Create(CreateGraphArgs),
    /// Makes a graph of a file.
    Import(ImportGraphArgs),
    /// Writes a graph to a file, or to standard output.
    Export(ExportGraphArgs),
    /// Shows what nodes and edges of a graph are like.
    Show {
        /// The graph.
        name: GraphName,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Runs an algorithm on a graph.
    Analyze(AnalyzeGraphArgs),
    /// Draws a graph to a file.
    Draw(DrawGraphArgs),
    /// Gives a graph another name.
    Rename {
        /// The graph.
        name: GraphName,
        /// The new name: a-z, 0-9, _ and -.
        to: GraphName,
    },
    /// Deletes a graph with all that it holds.
    Delete {
        /// The graph.
        name: GraphName,
        /// Does not ask.
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Args, Debug)]
pub(crate) struct CreateGraphArgs {
    /// Name: a-z, 0-9, _ and -.
    pub(crate) name: GraphName,
    /// What it is about.
    #[arg(long, default_value = "")]
    pub(crate) description: String,
    /// Edges lead one way.
    #[arg(long, conflicts_with = "generate")]
    pub(crate) directed: bool,
    /// Several edges may join the same two nodes.
    #[arg(long, conflicts_with = "generate")]
    pub(crate) multigraph: bool,
    /// A generator with its parameters, such as '{"generator": "barabasi-albert", "nodes": 100, "attached": 3}'.
    #[arg(long, value_name = "JSON")]
    pub(crate) generate: Option<String>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Args, Debug)]
pub(crate) struct ImportGraphArgs {
    /// The file.
    pub(crate) file: PathBuf,
    /// Name of the graph, which must not exist; that of the file where left out.
    #[arg(long)]
    pub(crate) name: Option<GraphName>,
    /// Its format; told by the extension where left out.
    #[arg(long)]
    pub(crate) format: Option<String>,
    /// Edges lead one way, in formats that do not tell it.
    #[arg(long)]
    pub(crate) directed: bool,
    /// Names are texts also where they look like whole numbers.
    #[arg(long)]
    pub(crate) text_keys: bool,
    /// What it is about.
    #[arg(long, default_value = "")]
    pub(crate) description: String,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Args, Debug)]
pub(crate) struct ExportGraphArgs {
    /// The graph.
    pub(crate) name: GraphName,
    /// Where to; standard output where left out.
    #[arg(long, short)]
    pub(crate) output: Option<PathBuf>,
    /// The format; told by the extension of the output where left out.
    #[arg(long)]
    pub(crate) format: Option<String>,
    /// Writes as text what would not come back as it is; else that is refused.
    #[arg(long)]
    pub(crate) stringify: bool,
}

#[derive(Args, Debug)]
pub(crate) struct AnalyzeGraphArgs {
    /// The graph.
    pub(crate) name: GraphName,
    /// The algorithm, such as pagerank; `graphs algorithms` lists all.
    pub(crate) algorithm: String,
    /// Parameters of the algorithm, such as '{"source": 1, "target": 34}'.
    #[arg(long, value_name = "JSON", default_value = "{}")]
    pub(crate) parameters: String,
    /// Most rows, the best first.
    #[arg(long, default_value_t = 20)]
    pub(crate) limit: usize,
    /// Shows the members of groups, not only their sizes.
    #[arg(long)]
    pub(crate) members: bool,
    /// Writes the answer to this attribute of the nodes.
    #[arg(long, value_name = "ATTRIBUTE")]
    pub(crate) write_to: Option<String>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Args, Debug)]
pub(crate) struct DrawGraphArgs {
    /// The graph.
    pub(crate) name: GraphName,
    /// Where to: a file that ends in .svg or .png.
    #[arg(long, short)]
    pub(crate) output: PathBuf,
    /// How it is drawn, such as '{"layout": {"kind": "circular"}, "title": "Who met whom"}'.
    #[arg(long, value_name = "JSON", default_value = "{}")]
    pub(crate) picture: String,
}
