//! Texts and questions of SciFact: real words, so that searches cost what they cost users.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

const DOCUMENTS: usize = 2_000;
/// Words of a question, neighbours in a title.
const QUESTION_WORDS: [usize; 3] = [5, 4, 6];

/// One line of `corpus.jsonl`.
#[derive(Debug, Deserialize)]
pub(super) struct Document {
    pub(super) title: String,
    pub(super) text: String,
}

#[derive(Debug)]
pub(super) struct Corpus {
    pub(super) documents: Vec<Document>,
    /// Each one once, so that none is answered from what is kept.
    pub(super) questions: Vec<String>,
}

impl Corpus {
    /// Reads the set below the folder of data sets.
    pub(super) fn read(data: &Path) -> Result<Self> {
        let path = data.join("retrieval/scifact/corpus.jsonl");
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let documents = text.lines().take(DOCUMENTS).map(serde_json::from_str);
        let documents: Vec<Document> = documents.collect::<Result<_, _>>()?;
        ensure!(documents.len() == DOCUMENTS, "{} has fewer than {DOCUMENTS} documents", path.display());
        let questions = questions(documents.iter().map(|document| document.title.as_str()));
        Ok(Self { documents, questions })
    }
}

/// Every few words in a row of the titles; questions of one title are far from each other.
fn questions<'a>(titles: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut places = Vec::new();
    let mut known = BTreeSet::new();
    for title in titles {
        let words: Vec<&str> = title.split(|letter: char| !letter.is_alphanumeric()).collect();
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        let windows = QUESTION_WORDS.iter().flat_map(|length| words.windows(*length));
        for (place, window) in windows.enumerate() {
            let question = window.join(" ").to_lowercase();
            if known.insert(question.clone()) {
                places.push((place, question));
            }
        }
    }
    places.sort_by_key(|(place, _)| *place);
    places.into_iter().map(|(_, question)| question).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_neighbours_in_titles_and_asked_once() {
        let titles = ["A b c, d", "One two-three four five.", "a b C d", "Too short"];
        let expected = ["a b c d", "one two three four five", "one two three four", "two three four five"];
        assert_eq!(questions(titles.into_iter()), expected);
    }
}
