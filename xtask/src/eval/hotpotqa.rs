//! Samples of `HotpotQA`: questions that need two passages, and the passages they are to be found among.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::dataset::{Collection, Document, Judgement, Query, read_file};

/// A question of the training sample, in the layout of the published files.
#[derive(Deserialize)]
struct Training {
    question: String,
    /// Title and sentence.
    supporting_facts: Vec<(String, u32)>,
}

/// A question of the development sample, with its own passages.
#[derive(Deserialize)]
struct Development {
    question: String,
    supporting_facts: Facts,
    context: Passages,
}

#[derive(Deserialize)]
struct Facts {
    title: Vec<String>,
}

#[derive(Deserialize)]
struct Passages {
    title: Vec<String>,
    sentences: Vec<Vec<String>>,
}

/// Reads both samples as one collection, whose documents are the passages of both, by title.
pub(crate) fn read(folder: &Path) -> Result<Collection> {
    let mut passages: BTreeMap<String, Vec<String>> = json(folder, "kag_train_corpus.json")?;
    let training: Vec<Training> = json(folder, "kag_qa_train.json")?;
    let development: Vec<Development> = json(folder, "dev_distractor_100.json")?;
    let mut questions: Vec<(String, BTreeSet<String>)> = Vec::new();
    for question in training {
        let titles = question.supporting_facts.into_iter().map(|(title, _)| title);
        questions.push((question.question, titles.collect()));
    }
    for question in development {
        questions.push((question.question, question.supporting_facts.title.into_iter().collect()));
        for (title, sentences) in question.context.title.into_iter().zip(question.context.sentences) {
            passages.entry(title).or_insert(sentences);
        }
    }
    collection(passages, questions)
}

/// Titles have white space, so documents are numbered.
fn collection(
    passages: BTreeMap<String, Vec<String>>,
    questions: Vec<(String, BTreeSet<String>)>,
) -> Result<Collection> {
    let ids: BTreeMap<String, String> = (1..)
        .zip(passages.keys())
        .map(|(number, title): (u32, _)| (title.clone(), format!("p{number}")))
        .collect();
    let mut collection = Collection::default();
    for (number, (text, titles)) in (1..).zip(questions) {
        let query = format!("q{number}");
        for title in titles {
            let document = ids.get(&title).with_context(|| format!("no passage is called `{title}`"))?;
            collection.judgements.push(Judgement {
                query: query.clone(),
                document: document.clone(),
                grade: 1,
            });
        }
        collection.queries.push(Query { id: query, text });
    }
    for ((title, sentences), id) in passages.into_iter().zip(ids.into_values()) {
        collection.documents.push(Document { id, title, text: sentences.concat() });
    }
    Ok(collection)
}

fn json<T: DeserializeOwned>(folder: &Path, name: &str) -> Result<T> {
    serde_json::from_str(&read_file(folder, name)?).with_context(|| format!("cannot read {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passages_of_both_samples_are_one_collection() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
        write("kag_train_corpus.json", r#"{"B b": ["one.", " two."], "A": ["x"]}"#);
        write("kag_qa_train.json", r#"[{"question": "first?", "supporting_facts": [["A", 0], ["A", 1]]}]"#);
        let development = r#"[{"question": "second?", "supporting_facts": {"title": ["C", "B b"]},
            "context": {"title": ["C", "A"], "sentences": [["y"], ["other"]]}}]"#;
        write("dev_distractor_100.json", development);
        let collection = read(dir.path()).unwrap();
        let texts: Vec<_> =
            collection.documents.iter().map(|d| (d.id.as_str(), d.title.as_str(), d.text.as_str())).collect();
        assert_eq!(texts, [("p1", "A", "x"), ("p2", "B b", "one. two."), ("p3", "C", "y")]);
        let pairs: Vec<_> =
            collection.judgements.iter().map(|j| (j.query.as_str(), j.document.as_str())).collect();
        assert_eq!(pairs, [("q1", "p1"), ("q2", "p2"), ("q2", "p3")]);
    }

    #[test]
    fn a_passage_that_is_missing_is_refused() {
        let questions = vec![("?".to_owned(), BTreeSet::from(["Nowhere".to_owned()]))];
        assert!(collection(BTreeMap::new(), questions).is_err());
    }
}
