//! Files of graphs: which format holds what, and reading and writing in streams.

mod adjacency_list;
mod bibtex;
mod builder;
mod dot;
mod edge_list;
mod error;
mod event;
mod gexf;
mod gml;
mod graphml;
mod kind;
mod matrix_market;
mod node_link;
mod option;
mod pajek;
mod pen;
mod scalar;
mod sink;
mod source;
mod xml;

use std::fmt;
use std::io::{Read, Write};

pub use self::builder::DocumentBuilder;
pub use self::error::{FormatError, Place, Position};
pub use self::event::{Event, Visitor};
pub use self::option::{
    Delimiter, EdgeField, Header, KeyReading, KeyWriting, Limits, NodeNaming, ReadOptions, ValueWriting,
    WriteOptions,
};
use self::pen::Pen;
use self::sink::Sink;
use self::source::Source;
use crate::document::GraphDocument;
use crate::watch::Watch;

/// Result of reading or writing.
pub type Result<T, E = FormatError> = std::result::Result<T, E>;

/// A file format. All are UTF-8, a byte order mark is passed over.
///
/// Where a format does not say whether a number is meant, a name such as `12` is an integer key
/// ([`KeyReading`]), and a value such as `12`, `1.5` or `true` a number or a truth value. What would not come back as it
/// was is refused when it is written, unless [`WriteOptions`] ask for it as text. Where a format does not say whether
/// edges may be parallel, a document is a multigraph if some are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GraphFormat {
    /// Edges as comma-separated lines of source, target and attributes, in quotes where RFC 4180 wants them. With a header
    /// its columns are attributes, `key` the key of the edge; without one a third column is the `weight`. Lines that begin
    /// with `#` or `%` are notes. The direction is told by [`ReadOptions::direction`]; nodes come in the order of their
    /// edges.
    Csv,
    /// [`Csv`](Self::Csv) with tabs.
    Tsv,
    /// Edges as lines of source and target, and a weight or attributes in braces as NetworkX writes them.
    EdgeList,
    /// Lines of a node and the targets of its edges.
    AdjacencyList,
    /// NetworkX's node-link JSON, which holds everything. Edges are `edges` or `links`; nodes without `id` are named by
    /// their place, as D3 does. Edges may come before nodes.
    NodeLink,
    /// GraphML without nested graphs, ports and hyperedges. Ids of edges are their keys. Of yFiles graphics the text of
    /// labels is read, as `label`.
    GraphMl,
    /// GEXF 1.1 to 1.3 without time. Ids of edges are their keys, `viz` elements an attribute `viz` of nested values;
    /// parents an attribute `pid`. `creator`, `description` and `keywords` are attributes of the graph.
    Gexf,
    /// GML. The label is the key of a node, or with [`NodeNaming::Id`] its id; what is said outside of the graph is passed
    /// over. Repeated names are lists.
    Gml,
    /// Pajek's networks of one mode. The label is the key of a vertex, or with [`NodeNaming::Id`] its number; in quotes it
    /// is a text.
    Pajek,
    /// DOT. Default attributes, subgraphs as ends of edges and chains are resolved; members of a named subgraph have it as
    /// attribute `subgraph`, what else is said of a subgraph is passed over. Ports are `tailport` and `headport`.
    Dot,
    /// Matrix Market: square matrices whose entries are edges from row to column, in an array those that are not zero;
    /// symmetric ones have no direction. Nodes are the numbers from 1. A `%%GraphBLAS type` is obeyed. Numbers of which
    /// only some are integers are written as reals.
    MatrixMarket,
    /// Entries of a bibliography as nodes with `type`, `title`, `authors` and `editors` as lists, `year` as a number and
    /// all other fields as texts; edges from `cites`, and from `references` and `crossref` with that name as `relation`.
    /// What is cited need not be there. Text is read without protecting braces and with accents resolved, and a string
    /// that is not defined stands for itself.
    BibTex,
}

/// What a format may hold or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Content {
    /// Whether edges lead one way.
    Direction,
    /// Attributes of the graph.
    GraphAttributes,
    /// Nodes without edges.
    LoneNodes,
    /// Attributes of nodes.
    NodeAttributes,
    /// Attributes of edges other than `weight`.
    EdgeAttributes,
    /// The attribute `weight` of edges, where it is a number.
    Weights,
    /// Keys of edges.
    EdgeKeys,
    /// Nodes that are named by text.
    TextKeys,
    /// Texts that look like a number beside numbers, as keys of nodes.
    MixedKeys,
    /// Lists and objects as values of attributes.
    NestedValues,
}

impl GraphFormat {
    /// All formats.
    pub const ALL: [Self; 12] = [
        Self::Csv,
        Self::Tsv,
        Self::EdgeList,
        Self::AdjacencyList,
        Self::NodeLink,
        Self::GraphMl,
        Self::Gexf,
        Self::Gml,
        Self::Pajek,
        Self::Dot,
        Self::MatrixMarket,
        Self::BibTex,
    ];

    /// The name on the wire and in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::EdgeList => "edge-list",
            Self::AdjacencyList => "adjacency-list",
            Self::NodeLink => "node-link",
            Self::GraphMl => "graphml",
            Self::Gexf => "gexf",
            Self::Gml => "gml",
            Self::Pajek => "pajek",
            Self::Dot => "dot",
            Self::MatrixMarket => "matrix-market",
            Self::BibTex => "bibtex",
        }
    }

    /// The format of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Extensions of its files, the usual one first.
    pub const fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Csv => &["csv"],
            Self::Tsv => &["tsv", "tab"],
            Self::EdgeList => &["edgelist", "edges", "el", "wel", "ncol", "txt"],
            Self::AdjacencyList => &["adjlist", "adj"],
            Self::NodeLink => &["json"],
            Self::GraphMl => &["graphml", "xml"],
            Self::Gexf => &["gexf"],
            Self::Gml => &["gml"],
            Self::Pajek => &["net", "paj"],
            Self::Dot => &["dot", "gv"],
            Self::MatrixMarket => &["mtx", "mm"],
            Self::BibTex => &["bib", "bibtex"],
        }
    }

    /// The format that a file name's extension tells, in any case.
    pub fn from_file_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        Self::ALL
            .into_iter()
            .find(|format| format.extensions().iter().any(|known| known.eq_ignore_ascii_case(extension)))
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::Tsv => "text/tab-separated-values",
            Self::EdgeList => "text/x-edge-list",
            Self::AdjacencyList => "text/x-adjacency-list",
            Self::NodeLink => "application/json",
            Self::GraphMl => "application/graphml+xml",
            Self::Gexf => "application/gexf+xml",
            Self::Gml => "text/x-gml",
            Self::Pajek => "text/x-pajek",
            Self::Dot => "text/vnd.graphviz",
            Self::MatrixMarket => "application/x-matrix-market",
            Self::BibTex => "application/x-bibtex",
        }
    }

    /// The format of a media type, with or without parameters.
    pub fn from_media_type(media_type: &str) -> Option<Self> {
        let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let other = match essence.as_str() {
            "application/graphml" | "application/x-graphml+xml" | "application/xml" | "text/xml" => {
                Self::GraphMl
            }
            "application/vnd.gexf+xml" | "application/x-gexf+xml" => Self::Gexf,
            "application/gml" | "application/x-gml" => Self::Gml,
            "text/x-bibtex" | "text/bibtex" => Self::BibTex,
            "text/x-graphviz" | "application/x-graphviz" => Self::Dot,
            "text/plain" => Self::EdgeList,
            "application/csv" => Self::Csv,
            _ => return Self::ALL.into_iter().find(|format| format.media_type() == essence),
        };
        Some(other)
    }

    /// Whether all of that kind comes back out of a file. What does not is refused by [`write()`] but the direction, which
    /// edge and adjacency lists leave to who reads them; of the attributes of a graph Pajek holds the text `name`, and GEXF
    /// the texts `creator`, `description` and `keywords`.
    pub const fn holds(self, content: Content) -> bool {
        use Content as C;
        match self {
            Self::NodeLink => true,
            Self::Csv | Self::Tsv => {
                matches!(content, C::EdgeAttributes | C::Weights | C::EdgeKeys | C::TextKeys)
            }
            Self::EdgeList => {
                matches!(content, C::EdgeAttributes | C::Weights | C::TextKeys | C::NestedValues)
            }
            Self::AdjacencyList => matches!(content, C::LoneNodes | C::TextKeys),
            Self::GraphMl | Self::Dot => !matches!(content, C::NestedValues | C::MixedKeys),
            Self::Gexf => !matches!(content, C::NestedValues | C::MixedKeys | C::GraphAttributes),
            Self::Gml => !matches!(content, C::NestedValues),
            Self::Pajek => !matches!(content, C::NestedValues | C::EdgeKeys | C::GraphAttributes),
            Self::MatrixMarket => matches!(content, C::Direction | C::LoneNodes | C::Weights),
            Self::BibTex => matches!(content, C::Direction | C::LoneNodes | C::NodeAttributes | C::TextKeys),
        }
    }

    /// Whether nodes have to be named in a place of their own, so that an edge to another one is a mistake.
    const fn declares_nodes(self) -> bool {
        matches!(self, Self::NodeLink | Self::GraphMl | Self::Gexf | Self::Gml | Self::Pajek)
    }
}

impl fmt::Display for GraphFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// Reads a file as a stream of events, without holding it. [`FormatError`] tells line and column. O(size).
///
/// The visitor sees edges whose ends were not told as nodes where a format allows it, and has to refuse them where it
/// does not, as [`DocumentBuilder`] does.
pub fn read(
    format: GraphFormat,
    input: &mut dyn Read,
    options: &ReadOptions,
    watch: &Watch,
    visitor: &mut dyn Visitor,
) -> Result<()> {
    let source = Source::new(format, input, options.limits.text_bytes);
    let sink = Sink::new(format, options, watch, visitor);
    match format {
        GraphFormat::Csv | GraphFormat::Tsv | GraphFormat::EdgeList => edge_list::read(source, sink),
        GraphFormat::AdjacencyList => adjacency_list::read(source, sink),
        GraphFormat::NodeLink => node_link::read(source, sink),
        GraphFormat::GraphMl => graphml::read(source, sink),
        GraphFormat::Gexf => gexf::read(source, sink),
        GraphFormat::Gml => gml::read(source, sink),
        GraphFormat::Pajek => pajek::read(source, sink),
        GraphFormat::Dot => dot::read(source, sink),
        GraphFormat::MatrixMarket => matrix_market::read(source, sink),
        GraphFormat::BibTex => bibtex::read(source, sink),
    }
}

/// Reads a file into memory.
pub fn read_document(
    format: GraphFormat,
    input: &mut dyn Read,
    options: &ReadOptions,
    watch: &Watch,
) -> Result<GraphDocument> {
    let mut builder = DocumentBuilder::new(format, options.direction);
    read(format, input, options, watch, &mut builder)?;
    builder.finish()
}

/// Writes a document. What the format does not hold is [`FormatError::Unrepresentable`], which may come after a part of the
/// file has been written. An edge to a node that is not there is [`FormatError::Document`]. O(size), in BibTeX and adjacency
/// lists O(size log size).
pub fn write(
    format: GraphFormat,
    document: &GraphDocument,
    output: &mut dyn Write,
    options: &WriteOptions,
    watch: &Watch,
) -> Result<()> {
    document.check_ends()?;
    let mut pen = Pen::new(format, document, output, options, watch);
    match format {
        GraphFormat::Csv | GraphFormat::Tsv | GraphFormat::EdgeList => edge_list::write(&mut pen)?,
        GraphFormat::AdjacencyList => adjacency_list::write(&mut pen)?,
        GraphFormat::NodeLink => node_link::write(&mut pen)?,
        GraphFormat::GraphMl => graphml::write(&mut pen)?,
        GraphFormat::Gexf => gexf::write(&mut pen)?,
        GraphFormat::Gml => gml::write(&mut pen)?,
        GraphFormat::Pajek => pajek::write(&mut pen)?,
        GraphFormat::Dot => dot::write(&mut pen)?,
        GraphFormat::MatrixMarket => matrix_market::write(&mut pen)?,
        GraphFormat::BibTex => bibtex::write(&mut pen)?,
    }
    pen.finish()
}

#[cfg(test)]
mod tests;
