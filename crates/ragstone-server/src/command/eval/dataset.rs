//! A judged collection, read from a folder.

use std::collections::BTreeSet;
use std::path::Path;

use ragstone_core::{Digest, Error, ErrorKind, Result};
use ragstone_engine::evaluation::{FormatError, Judgements};

use super::{beir, trec};
use crate::cli::{EvalArgs, FormatArg};

/// What is searched, asked and known.
#[derive(Debug)]
pub(super) struct Dataset {
    pub(super) documents: Vec<Document>,
    /// All queries of the folder, by id.
    pub(super) queries: Vec<Query>,
    /// Those of one split.
    pub(super) judgements: Judgements,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Document {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) text: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Query {
    pub(super) id: String,
    pub(super) text: String,
}

impl Dataset {
    /// Reads the three files of the format; a file that is missing or broken is `InvalidArgument`, and so is a
    /// collection without documents or without a judged query.
    pub(super) fn read(args: &EvalArgs) -> Result<Self> {
        let (dir, split) = (&args.dir, &args.split);
        let (documents, mut queries, judgements) = match args.format {
            FormatArg::Beir => {
                let qrels = dir.join("qrels").join(format!("{split}.tsv"));
                let judgements =
                    Judgements::parse_tsv(&read(&qrels)?).map_err(|error| broken(&qrels, &error))?;
                let corpus = dir.join("corpus.jsonl");
                (beir::documents(&corpus)?, beir::queries(&dir.join("queries.jsonl"))?, judgements)
            }
            FormatArg::Trec => {
                let qrels = dir.join("qrels").join(format!("{split}.trec"));
                let judgements =
                    Judgements::parse_qrels(&read(&qrels)?).map_err(|error| broken(&qrels, &error))?;
                let corpus = dir.join("corpus.trec");
                (trec::documents(&corpus)?, trec::queries(&dir.join("queries.trec"))?, judgements)
            }
        };
        queries.sort_by(|left, right| left.id.cmp(&right.id));
        let dataset = Self { documents, queries, judgements };
        if dataset.documents.is_empty() || dataset.judged().next().is_none() {
            return Err(Error::new(ErrorKind::InvalidArgument, "the folder has nothing to measure")
                .with_context("folder", dir.display())
                .with_context("documents", dataset.documents.len())
                .with_context("queries", dataset.queries.len()));
        }
        Ok(dataset)
    }

    /// Queries with a relevant document.
    pub(super) fn judged(&self) -> impl Iterator<Item = &Query> {
        let judged: BTreeSet<&str> = self.judgements.queries().collect();
        self.queries.iter().filter(move |query| judged.contains(query.id.as_str()))
    }

    /// Tells collections apart; the judgements are no part of it.
    pub(super) fn digest(&self) -> Digest {
        let documents =
            self.documents.iter().flat_map(|document| [&document.id, &document.title, &document.text]);
        let queries = self.queries.iter().flat_map(|query| [&query.id, &query.text]);
        let parts = documents.chain(queries).map(|part| *Digest::of(part.as_bytes()).as_bytes());
        Digest::of(parts.collect::<Vec<_>>().as_flattened())
    }
}

pub(super) fn read(file: &Path) -> Result<String> {
    std::fs::read_to_string(file).map_err(|source| unusable(file, source))
}

pub(super) fn unusable(file: &Path, source: std::io::Error) -> Error {
    Error::new(ErrorKind::InvalidArgument, "cannot use the file")
        .with_context("file", file.display())
        .with_context("cause", source)
}

pub(super) fn broken(file: &Path, error: &FormatError) -> Error {
    Error::new(ErrorKind::InvalidArgument, "a file is not of the expected form")
        .with_context("file", file.display())
        .with_context("cause", error)
}
