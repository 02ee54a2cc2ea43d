//! DOT, the language of Graphviz.

mod lexer;
mod reader;
mod writer;

pub(super) use self::reader::read;
pub(super) use self::writer::write;

/// Words that name nothing unless they are in quotes, in any case.
const KEYWORDS: [&str; 6] = ["graph", "digraph", "node", "edge", "subgraph", "strict"];
