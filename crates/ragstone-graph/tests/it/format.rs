//! Files of graphs: round trips, refusals, hostile input, and real files.

#![expect(clippy::panic, reason = "a test fails by panicking, and says of which format")]

mod dialect;
mod hostile;
mod real_file;
mod round_trip;

use ragstone_graph::document::GraphDocument;
use ragstone_graph::format::{self, FormatError, ReadOptions, WriteOptions};
use ragstone_graph::{GraphFormat, Watch};

fn read_with(
    format: GraphFormat,
    text: impl AsRef<[u8]>,
    options: &ReadOptions,
) -> Result<GraphDocument, FormatError> {
    format::read_document(format, &mut text.as_ref(), options, &Watch::unbounded())
}

fn read(format: GraphFormat, text: impl AsRef<[u8]>) -> Result<GraphDocument, FormatError> {
    read_with(format, text, &ReadOptions::default())
}

fn written_with(
    format: GraphFormat,
    document: &GraphDocument,
    options: WriteOptions,
) -> Result<String, FormatError> {
    let mut output = Vec::new();
    format::write(format, document, &mut output, &options, &Watch::unbounded())?;
    Ok(String::from_utf8(output).unwrap())
}

fn written(format: GraphFormat, document: &GraphDocument) -> Result<String, FormatError> {
    written_with(format, document, WriteOptions::default())
}
