//! The collections that can be measured, and the one simple form they are all turned into.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use serde::Serialize;

use super::{cranfield, scifact};

/// A public collection with human judgements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Dataset {
    Scifact,
    Cranfield,
}

impl Dataset {
    /// The name of its folder.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Scifact => "scifact",
            Self::Cranfield => "cranfield",
        }
    }

    /// Reads the collection in its own format.
    pub(crate) fn read(self, folder: &Path) -> Result<Collection> {
        let collection = match self {
            Self::Scifact => scifact::read(folder)?,
            Self::Cranfield => cranfield::read(folder)?,
        };
        let parts = [collection.documents.len(), collection.queries.len(), collection.judgements.len()];
        ensure!(parts.iter().all(|count| *count > 0), "{} is incomplete: {parts:?}", folder.display());
        Ok(collection)
    }
}

/// A document: one line of `corpus.jsonl`.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Document {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) text: String,
}

/// A query: one line of `queries.jsonl`.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Query {
    pub(crate) id: String,
    pub(crate) text: String,
}

/// A judgement: one line `query 0 document grade` of `qrels.tsv`. More is better, 0 is not relevant.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Judgement {
    pub(crate) query: String,
    pub(crate) document: String,
    pub(crate) grade: u8,
}

/// A collection in memory.
#[derive(Debug, Default)]
pub(crate) struct Collection {
    pub(crate) documents: Vec<Document>,
    pub(crate) queries: Vec<Query>,
    pub(crate) judgements: Vec<Judgement>,
}

/// Where a collection was written.
#[derive(Debug)]
pub(crate) struct Files {
    pub(crate) corpus: PathBuf,
    pub(crate) queries: PathBuf,
    pub(crate) qrels: PathBuf,
}

impl Collection {
    /// Writes the three files into a folder.
    pub(crate) fn write(&self, folder: &Path) -> Result<Files> {
        let qrels = self
            .judgements
            .iter()
            .map(|judgement| format!("{} 0 {} {}\n", judgement.query, judgement.document, judgement.grade));
        Ok(Files {
            corpus: write(folder.join("corpus.jsonl"), &json_lines(&self.documents)?)?,
            queries: write(folder.join("queries.jsonl"), &json_lines(&self.queries)?)?,
            qrels: write(folder.join("qrels.tsv"), &qrels.collect::<String>())?,
        })
    }
}

fn json_lines<T: Serialize>(values: &[T]) -> Result<String> {
    let mut lines = String::new();
    for value in values {
        lines.push_str(&serde_json::to_string(value).context("cannot write JSON")?);
        lines.push('\n');
    }
    Ok(lines)
}

fn write(path: PathBuf, text: &str) -> Result<PathBuf> {
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

/// Reads a file of a collection.
pub(crate) fn read_file(folder: &Path, name: &str) -> Result<String> {
    let path = folder.join(name);
    fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_simple_form_is_one_line_each() {
        let collection = Collection {
            documents: vec![Document {
                id: "1".into(),
                title: "A \"title\"".into(),
                text: "two\nlines".into(),
            }],
            queries: vec![Query { id: "q".into(), text: "what".into() }],
            judgements: vec![Judgement { query: "q".into(), document: "1".into(), grade: 2 }],
        };
        let dir = tempfile::tempdir().unwrap();
        let files = collection.write(dir.path()).unwrap();
        let corpus = fs::read_to_string(files.corpus).unwrap();
        assert_eq!(corpus, "{\"id\":\"1\",\"title\":\"A \\\"title\\\"\",\"text\":\"two\\nlines\"}\n");
        assert_eq!(fs::read_to_string(files.queries).unwrap(), "{\"id\":\"q\",\"text\":\"what\"}\n");
        assert_eq!(fs::read_to_string(files.qrels).unwrap(), "q 0 1 2\n");
    }
}
