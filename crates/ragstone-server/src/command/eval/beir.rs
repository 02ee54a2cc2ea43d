//! Documents and queries in the layout of BEIR: one JSON object a line.

use std::path::Path;

use ragstone_core::{Error, ErrorKind, Result};
use serde::Deserialize;

use super::dataset::{Document, Query, read};

/// `metadata` and whatever else stands in a line is left alone.
#[derive(Deserialize)]
struct Line {
    #[serde(rename = "_id")]
    id: String,
    #[serde(default)]
    title: String,
    text: String,
}

pub(super) fn documents(file: &Path) -> Result<Vec<Document>> {
    let document = |line: Line| Document { id: line.id, title: line.title, text: line.text };
    Ok(lines(file)?.into_iter().map(document).collect())
}

pub(super) fn queries(file: &Path) -> Result<Vec<Query>> {
    Ok(lines(file)?.into_iter().map(|line| Query { id: line.id, text: line.text }).collect())
}

fn lines(file: &Path) -> Result<Vec<Line>> {
    let text = read(file)?;
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            serde_json::from_str(line).map_err(|error| {
                Error::new(ErrorKind::InvalidArgument, "a line is not of the expected form")
                    .with_context("file", file.display())
                    .with_context("line", number)
                    .with_context("cause", error)
            })
        })
        .collect()
}
