//! `SciFact` in the layout of BEIR: JSON lines, and judgements as tab-separated values with a heading.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::dataset::{Collection, Document, Judgement, Query, read_file};

#[derive(Deserialize)]
struct Line {
    #[serde(rename = "_id")]
    id: String,
    #[serde(default)]
    title: String,
    text: String,
}

/// Reads the corpus, the judgements of the test split, and the queries that those judge.
pub(crate) fn read(folder: &Path) -> Result<Collection> {
    let judgements = judgements(&read_file(folder, "qrels/test.tsv")?)?;
    let judged: BTreeSet<&str> = judgements.iter().map(|judgement| judgement.query.as_str()).collect();
    let queries = lines(&read_file(folder, "queries.jsonl")?)?;
    let queries = queries.into_iter().filter(|line| judged.contains(line.id.as_str()));
    let queries = queries.map(|line| Query { id: line.id, text: line.text }).collect();
    let documents = lines(&read_file(folder, "corpus.jsonl")?)?;
    let documents = documents
        .into_iter()
        .map(|line| Document { id: line.id, title: line.title, text: line.text })
        .collect();
    Ok(Collection { documents, queries, judgements })
}

fn lines(text: &str) -> Result<Vec<Line>> {
    text.lines()
        .map(|line| serde_json::from_str(line).with_context(|| format!("cannot read `{line:.80}`")))
        .collect()
}

fn judgements(text: &str) -> Result<Vec<Judgement>> {
    let rows = text.lines().skip(1).filter(|row| !row.is_empty());
    rows.map(|row| judgement(row).with_context(|| format!("cannot read the judgement `{row}`"))).collect()
}

fn judgement(row: &str) -> Option<Judgement> {
    let mut fields = row.split('\t');
    let (query, document, grade) = (fields.next()?, fields.next()?, fields.next()?);
    Some(Judgement {
        query: query.to_owned(),
        document: document.to_owned(),
        grade: grade.trim().parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn only_judged_queries_are_kept() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("qrels")).unwrap();
        let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
        write("corpus.jsonl", "{\"_id\": \"7\", \"title\": \"T\", \"text\": \"x\", \"metadata\": {}}\n");
        write("queries.jsonl", "{\"_id\": \"1\", \"text\": \"a\"}\n{\"_id\": \"2\", \"text\": \"b\"}\n");
        write("qrels/test.tsv", "query-id\tcorpus-id\tscore\n2\t7\t1\n");
        let collection = read(dir.path()).unwrap();
        assert_eq!(collection.documents, [Document { id: "7".into(), title: "T".into(), text: "x".into() }]);
        assert_eq!(collection.queries, [Query { id: "2".into(), text: "b".into() }]);
        assert_eq!(collection.judgements, [Judgement { query: "2".into(), document: "7".into(), grade: 1 }]);
    }

    #[test]
    fn a_broken_judgement_is_refused() {
        assert!(judgements("heading\n1\t2\n").is_err());
    }
}
