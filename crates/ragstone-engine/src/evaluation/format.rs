//! The text formats of judgements (`qrels` of TREC and of BEIR) and of runs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Judgements, Run};

/// A line that is not of its format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatError {
    /// Line, from 1.
    pub line: usize,
    /// What the line should hold.
    pub expected: &'static str,
}

impl std::fmt::Display for FormatError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {} does not hold {}", self.line, self.expected)
    }
}

impl std::error::Error for FormatError {}

impl Judgements {
    /// Reads lines of query, iteration, document and grade, separated by white space.
    pub fn parse_qrels(text: &str) -> Result<Self, FormatError> {
        let mut judgements = Self::default();
        for (line, fields) in lines(text) {
            let bad = FormatError { line, expected: "query, iteration, document and grade" };
            let [query, _, document, grade] =
                fields.get(..4).and_then(|f| f.try_into().ok()).ok_or_else(|| bad.clone())?;
            judgements.insert(query, document, grade.parse().map_err(|_| bad)?);
        }
        Ok(judgements)
    }

    /// Reads a heading, and then lines of query, document and grade with tabs between them.
    pub fn parse_tsv(text: &str) -> Result<Self, FormatError> {
        let mut judgements = Self::default();
        let rows = (1..).zip(text.lines()).filter(|(line, row)| *line > 1 && !row.trim().is_empty());
        for (line, row) in rows {
            let bad = FormatError { line, expected: "query, document and grade with tabs between them" };
            let mut fields = row.split('\t').map(str::trim);
            let (Some(query), Some(document), Some(grade), None) =
                (fields.next(), fields.next(), fields.next(), fields.next())
            else {
                return Err(bad);
            };
            judgements.insert(query, document, grade.parse().map_err(|_| bad)?);
        }
        Ok(judgements)
    }
}

impl Run {
    /// Reads lines of query, `Q0`, document, rank, score and name; the rank is ignored, as `trec_eval` does.
    pub fn parse(text: &str) -> Result<Self, FormatError> {
        let mut rankings: BTreeMap<&str, Vec<(String, f32)>> = BTreeMap::new();
        for (line, fields) in lines(text) {
            let bad = FormatError { line, expected: "query, Q0, document, rank, score and name" };
            let [query, _, document, _, score] =
                fields.get(..5).and_then(|f| f.try_into().ok()).ok_or_else(|| bad.clone())?;
            let score = score.parse().map_err(|_| bad)?;
            rankings.entry(query).or_default().push((document.to_owned(), score));
        }
        let mut run = Self::default();
        for (query, ranking) in rankings {
            run.insert(query, ranking);
        }
        Ok(run)
    }

    /// Writes the run under a name, ranks from 1.
    pub fn to_trec(&self, name: &str) -> String {
        let mut text = String::new();
        for (query, ranking) in &self.rankings {
            for (rank, (document, score)) in (1..).zip(ranking) {
                let _ = writeln!(text, "{query} Q0 {document} {rank} {score} {name}");
            }
        }
        text
    }
}

fn lines(text: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    (1..)
        .zip(text.lines().map(|line| line.split_whitespace().collect()))
        .filter(|(_, fields): &(_, Vec<_>)| !fields.is_empty())
}
