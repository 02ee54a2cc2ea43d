//! Words of a collection, as the catalog keeps them.

use std::collections::BTreeMap;

use crate::error::{Error, Result};

/// Longest word in bytes.
pub const MAX_WORD_LEN: usize = 160;

/// A word that documents of a collection have, or had.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Word {
    /// The word as it is written, in lower case.
    pub text: String,
    /// Whether a document that everybody of the tenant may read has ever had it.
    pub is_open: bool,
}

impl Word {
    /// The words of a batch, each once, by text; one that is open anywhere is open.
    ///
    /// `InvalidArgument` where a word is empty, longer than [`MAX_WORD_LEN`] or has a control character.
    pub fn distinct(batch: Vec<Self>) -> Result<Vec<Self>> {
        let mut distinct: BTreeMap<String, bool> = BTreeMap::new();
        for Self { text, is_open } in batch {
            let has_bad_length = text.is_empty() || text.len() > MAX_WORD_LEN;
            if has_bad_length || text.chars().any(char::is_control) {
                let rule = format!("must have 1 to {MAX_WORD_LEN} bytes without control characters");
                return Err(Error::invalid("words", rule));
            }
            *distinct.entry(text).or_default() |= is_open;
        }
        Ok(distinct.into_iter().map(|(text, is_open)| Self { text, is_open }).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    fn word(text: &str, is_open: bool) -> Word {
        Word { text: text.to_owned(), is_open }
    }

    #[test]
    fn batches_have_each_word_once() {
        let batch = vec![word("heron", false), word("bee", false), word("heron", true), word("heron", false)];
        assert_eq!(Word::distinct(batch).expect("valid"), [word("bee", false), word("heron", true)]);
    }

    #[test]
    fn bad_words_are_refused() {
        for text in ["", "a\0b", "a\nb", &"x".repeat(MAX_WORD_LEN + 1)] {
            let refused = Word::distinct(vec![word(text, true)]).map_err(|error| error.kind());
            assert_eq!(refused, Err(ErrorKind::InvalidArgument), "{text:?}");
        }
    }
}
