//! The collections that can be measured, and the layout of BEIR that they are all turned into.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use serde::Serialize;

use super::{code, cranfield, hotpotqa};
use crate::workspace::Workspace;

/// A public collection with judgements: of people, or, of code, of those who wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Dataset {
    Scifact,
    Cranfield,
    Hotpotqa,
    Code,
}

impl Dataset {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Scifact => "scifact",
            Self::Cranfield => "cranfield",
            Self::Hotpotqa => "hotpotqa",
            Self::Code => "code",
        }
    }

    /// A folder in the layout of BEIR: the published one where it has that, or else one below the target directory.
    pub(crate) fn folder(self, workspace: &Workspace) -> Result<PathBuf> {
        let data = || {
            let data = workspace.test_data();
            let data = data.context("no data sets here: name their folder in RAGSTONE_TEST_DATA")?;
            anyhow::Ok(data.join("retrieval"))
        };
        let collection = match self {
            Self::Scifact => return Ok(data()?.join("scifact")),
            Self::Cranfield => cranfield::read(&data()?.join("cranfield"))?,
            Self::Hotpotqa => hotpotqa::read(&data()?.join("multihop_hotpotqa"))?,
            Self::Code => code::read(workspace)?,
        };
        let parts = [collection.documents.len(), collection.queries.len(), collection.judgements.len()];
        ensure!(parts.iter().all(|count| *count > 0), "{} is incomplete: {parts:?}", self.name());
        let folder = workspace.output_dir(&format!("eval/{}", self.name()))?;
        collection.write(&folder)?;
        Ok(folder)
    }
}

/// A document: one line of `corpus.jsonl`.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Document {
    #[serde(rename = "_id")]
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) text: String,
}

/// A query: one line of `queries.jsonl`.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Query {
    #[serde(rename = "_id")]
    pub(crate) id: String,
    pub(crate) text: String,
}

/// A judgement: one line of `qrels/test.tsv`. More is better, 0 is not relevant.
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
    /// Those to choose settings by, of other queries; may be none.
    pub(crate) training: Vec<Judgement>,
}

impl Collection {
    /// Writes the files into a folder.
    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        fs::create_dir_all(folder.join("qrels")).context("cannot create the folder of judgements")?;
        write(&folder.join("corpus.jsonl"), &json_lines(&self.documents)?)?;
        write(&folder.join("queries.jsonl"), &json_lines(&self.queries)?)?;
        if !self.training.is_empty() {
            write(&folder.join("qrels/train.tsv"), &tab_separated(&self.training))?;
        }
        write(&folder.join("qrels/test.tsv"), &tab_separated(&self.judgements))
    }
}

fn tab_separated(judgements: &[Judgement]) -> String {
    let mut lines = "query-id\tcorpus-id\tscore\n".to_owned();
    for Judgement { query, document, grade } in judgements {
        let _ = writeln!(lines, "{query}\t{document}\t{grade}");
    }
    lines
}

fn json_lines<T: Serialize>(values: &[T]) -> Result<String> {
    let mut lines = String::new();
    for value in values {
        lines.push_str(&serde_json::to_string(value).context("cannot write JSON")?);
        lines.push('\n');
    }
    Ok(lines)
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
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
    fn collections_are_written_in_the_layout_of_beir() {
        let collection = Collection {
            documents: vec![Document {
                id: "1".into(),
                title: "A \"title\"".into(),
                text: "two\nlines".into(),
            }],
            queries: vec![Query { id: "q".into(), text: "what".into() }],
            judgements: vec![Judgement { query: "q".into(), document: "1".into(), grade: 2 }],
            training: Vec::new(),
        };
        let dir = tempfile::tempdir().unwrap();
        collection.write(dir.path()).unwrap();
        let read = |name: &str| read_file(dir.path(), name).unwrap();
        let corpus = "{\"_id\":\"1\",\"title\":\"A \\\"title\\\"\",\"text\":\"two\\nlines\"}\n";
        assert_eq!(read("corpus.jsonl"), corpus);
        assert_eq!(read("queries.jsonl"), "{\"_id\":\"q\",\"text\":\"what\"}\n");
        assert_eq!(read("qrels/test.tsv"), "query-id\tcorpus-id\tscore\nq\t1\t2\n");
    }
}
