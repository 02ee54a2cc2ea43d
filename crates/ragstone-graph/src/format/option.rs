//! How files are read and written.

use crate::graph::Direction;

/// How a file is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadOptions {
    /// The direction of edges in formats that do not tell it: edge and adjacency lists.
    pub direction: Direction,
    /// What names of nodes and edges are, where a format does not tell numbers from text.
    pub keys: KeyReading,
    /// What names a node of GML and Pajek.
    pub names: NodeNaming,
    /// What parts the columns of an edge list.
    pub delimiter: Delimiter,
    /// Whether an edge list begins with the names of its columns.
    pub header: Header,
    /// How much a file may hold.
    pub limits: Limits,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            direction: Direction::Undirected,
            keys: KeyReading::Detect,
            names: NodeNaming::Label,
            delimiter: Delimiter::Detect,
            header: Header::Detect,
            limits: Limits::default(),
        }
    }
}

/// How a file is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WriteOptions {
    /// What is done with keys that would not come back as they are.
    pub keys: KeyWriting,
    /// What is done with values that would not come back as they are.
    pub values: ValueWriting,
    /// What names a node of GML and Pajek.
    pub names: NodeNaming,
    /// How node-link JSON calls its edges.
    pub edge_field: EdgeField,
}

/// What names are, where a format does not tell numbers from text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum KeyReading {
    /// An integer key where it is written as one, without sign of plus or leading zeros, and has 64 bits; else text.
    #[default]
    Detect,
    /// Always text.
    Text,
}

/// What is done with keys that would not come back as they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum KeyWriting {
    /// They are refused.
    #[default]
    Exact,
    /// Keys are written as text, though they may be read as another kind; two nodes that would become one are refused.
    Stringified,
    /// Nodes are named by their places from 0, in Matrix Market from 1; their names are lost.
    Numbered,
}

/// What is done with values that would not come back as they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ValueWriting {
    /// They are refused.
    #[default]
    Exact,
    /// Nested values, truth values and nulls become JSON text where they have no place, and texts that look like a number
    /// are written though they may be read as one.
    Stringified,
}

/// What names a node of GML and Pajek.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum NodeNaming {
    /// The label where there is one, else the number. When written, the label is the key and the number the place.
    #[default]
    Label,
    /// The number; the label is an attribute. When written, keys are integers, in Pajek from 1 without gaps.
    Id,
}

/// How node-link JSON calls its edges.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EdgeField {
    /// `edges`, as NetworkX 3.4 and later.
    #[default]
    Edges,
    /// `links`, as earlier ones and D3.
    Links,
}

/// What parts the columns of an edge list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Delimiter {
    /// A tab in TSV, white space in a plain edge list; in CSV the first of comma, semicolon and tab that the first line
    /// has, else white space.
    #[default]
    Detect,
    /// This character, which is ASCII.
    Byte(u8),
    /// Any white space; there are no quotes then.
    Whitespace,
}

/// Whether an edge list begins with the names of its columns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Header {
    /// If two of its columns are `source` and `target`, or `from` and `to`, `src` and `dst`, `start` and `end`, `u` and
    /// `v`, or `node1` and `node2`, in any case. A plain edge list is taken to have none.
    #[default]
    Detect,
    /// It does; without a pair of such names the first two columns are the ends.
    Present,
    /// It does not.
    Absent,
}

/// How much a file may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Nodes that a file names.
    pub nodes: u64,
    /// Edges.
    pub edges: u64,
    /// Nodes that a header only counts, without a line or an edge of their own.
    pub counted_nodes: u64,
    /// Bytes of a line, or of a node or an edge with all its attributes.
    pub text_bytes: usize,
    /// Distinct names of attributes.
    pub names: usize,
    /// Levels of elements or values in each other.
    pub depth: usize,
    /// What a file does not spell out: edges between subgraphs, default values and expanded strings, each with a unit for
    /// every 64 bytes of text.
    pub implied: u64,
}

impl Default for Limits {
    /// 100 million nodes and edges, a million that are only counted, 16 MiB of text, 65,536 names, 64 levels, 5 million implied.
    fn default() -> Self {
        Self {
            nodes: 100_000_000,
            edges: 100_000_000,
            counted_nodes: 1_000_000,
            text_bytes: 16 << 20,
            names: 65_536,
            depth: 64,
            implied: 5_000_000,
        }
    }
}
