//! What both legs found, kept in a file: a heading, and one JSON object for each query.

use std::fmt::Write as _;
use std::path::Path;

use ragstone_core::{Error, ErrorKind, Result};
use ragstone_engine::evaluation::{LegHit, Legs, QueryLegs};
use serde::{Deserialize, Serialize};

use super::dataset::{read, unusable};

/// What the legs are of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Heading {
    /// Fingerprint of the index.
    pub(super) index: String,
    /// Digest of documents and queries.
    pub(super) collection: String,
}

#[derive(Serialize, Deserialize)]
struct Line {
    query: String,
    keyword: Vec<Passage>,
    semantic: Vec<Passage>,
}

/// Document, first byte, score.
#[derive(Serialize, Deserialize)]
struct Passage(String, usize, f32);

/// Reads the legs; `FailedPrecondition` where they are of another collection or of other settings.
pub(super) fn load(file: &Path, expected: &Heading) -> Result<Legs> {
    let text = read(file)?;
    let mut lines = (1..).zip(text.lines());
    let heading: Heading = match lines.next() {
        Some((number, line)) => parse(file, number, line)?,
        None => return Err(broken(file, 1, "the file is empty")),
    };
    if heading != *expected {
        return Err(Error::new(ErrorKind::FailedPrecondition, "the file has the legs of another index")
            .with_context("file", file.display())
            .with_context("index", heading.index)
            .with_help("remove the file, or name another one with --legs"));
    }
    let queries = lines.map(|(number, line)| {
        let Line { query, keyword, semantic } = parse(file, number, line)?;
        Ok((query, QueryLegs { keyword: hits(keyword), semantic: hits(semantic) }))
    });
    Ok(Legs { queries: queries.collect::<Result<_>>()? })
}

/// Writes the legs, whole or not at all.
pub(super) fn save(file: &Path, heading: &Heading, legs: &Legs) -> Result<()> {
    let mut text = format!("{}\n", json(heading)?);
    for (query, QueryLegs { keyword, semantic }) in &legs.queries {
        let line = Line { query: query.clone(), keyword: passages(keyword), semantic: passages(semantic) };
        let _ = writeln!(text, "{}", json(&line)?);
    }
    let unfinished = file.with_extension("unfinished");
    std::fs::write(&unfinished, text).map_err(|source| unusable(&unfinished, source))?;
    std::fs::rename(&unfinished, file).map_err(|source| unusable(file, source))
}

fn hits(passages: Vec<Passage>) -> Vec<LegHit> {
    passages.into_iter().map(|Passage(document, start, score)| LegHit { document, start, score }).collect()
}

fn passages(hits: &[LegHit]) -> Vec<Passage> {
    hits.iter().map(|hit| Passage(hit.document.clone(), hit.start, hit.score)).collect()
}

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|source| Error::new(ErrorKind::Unexpected, "cannot write JSON").with_source(source))
}

fn parse<T: for<'de> Deserialize<'de>>(file: &Path, number: usize, line: &str) -> Result<T> {
    serde_json::from_str(line).map_err(|error| broken(file, number, error))
}

fn broken(file: &Path, line: usize, cause: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::InvalidArgument, "the file does not hold what legs found")
        .with_context("file", file.display())
        .with_context("line", line)
        .with_context("cause", cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn legs() -> Legs {
        let hit = |document: &str, score| LegHit { document: document.into(), start: 7, score };
        let legs = QueryLegs { keyword: vec![hit("a", 1.5), hit("b", 0.1)], semantic: vec![hit("b", 0.3)] };
        Legs { queries: [("q".to_owned(), legs)].into() }
    }

    fn heading(index: &str) -> Heading {
        Heading { index: index.to_owned(), collection: "c".to_owned() }
    }

    #[test]
    fn legs_round_trip() {
        let folder = tempfile::tempdir().expect("folder");
        let file = folder.path().join("legs.jsonl");
        save(&file, &heading("i"), &legs()).expect("is written");
        assert_eq!(load(&file, &heading("i")).expect("is read"), legs());
    }

    #[test]
    fn legs_of_another_index_are_refused() {
        let folder = tempfile::tempdir().expect("folder");
        let file = folder.path().join("legs.jsonl");
        save(&file, &heading("i"), &legs()).expect("is written");
        let refused = load(&file, &heading("j")).map_err(|error| error.kind());
        assert_eq!(refused, Err(ErrorKind::FailedPrecondition));
        std::fs::write(&file, "{}").expect("is written");
        let refused = load(&file, &heading("i")).map_err(|error| error.kind());
        assert_eq!(refused, Err(ErrorKind::InvalidArgument));
    }
}
