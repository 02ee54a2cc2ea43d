//! GEXF.

mod reader;
mod viz;
mod writer;

pub(super) use self::reader::read;
pub(super) use self::writer::write;

/// Attributes of the graph that have an element of their own.
const META: [&str; 3] = ["creator", "description", "keywords"];
