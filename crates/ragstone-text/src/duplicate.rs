//! Texts that say again what another text has said.

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_64;

/// Words that are compared as one.
const SHINGLE_WORDS: usize = 3;
/// Share of common shingles, in tenths, from which on two texts say the same.
const ALIKE_TENTHS: usize = 9;

/// Remembers texts and tells those that are nearly the same as an earlier one.
///
/// Texts are the same where their words are, whatever their case, spacing and punctuation. They are nearly the same
/// where the Jaccard index of their sets of three-word shingles is 0.9 or more (Broder, *On the resemblance and
/// containment of documents*, 1997). The index is computed exactly, over the texts that share a shingle.
#[derive(Debug, Default)]
pub struct Duplicates {
    /// Earlier texts by shingle.
    texts: HashMap<u64, Vec<usize>>,
    /// Number of shingles of each earlier text.
    sizes: Vec<usize>,
}

impl Duplicates {
    /// Whether a text is nearly the same as an earlier one; one that is not is remembered.
    pub fn is_repeated(&mut self, text: &str) -> bool {
        let shingles = shingles(text);
        let mut common: HashMap<usize, usize> = HashMap::new();
        let earlier = shingles.iter().filter_map(|shingle| self.texts.get(shingle)).flatten();
        for text in earlier {
            *common.entry(*text).or_default() += 1;
        }
        if common.into_iter().any(|(text, common)| self.is_alike(text, shingles.len(), common)) {
            return true;
        }
        let place = self.sizes.len();
        self.sizes.push(shingles.len());
        for shingle in shingles {
            self.texts.entry(shingle).or_default().push(place);
        }
        false
    }

    fn is_alike(&self, text: usize, size: usize, common: usize) -> bool {
        let either = self.sizes.get(text).map_or(usize::MAX, |other| other + size - common);
        common.saturating_mul(10) >= either.saturating_mul(ALIKE_TENTHS)
    }
}

/// Hashes of the shingles, each once. A text of fewer words is one shingle; one without words is what it is.
fn shingles(text: &str) -> Vec<u64> {
    let (words, starts) = normal(text);
    if starts.is_empty() {
        return vec![xxh3_64(text.trim().as_bytes())];
    }
    let last = starts.len().saturating_sub(SHINGLE_WORDS);
    let shingle = |first: usize| {
        let start = starts.get(first).copied().unwrap_or_default();
        let end = starts.get(first + SHINGLE_WORDS).copied().unwrap_or(words.len());
        xxh3_64(words.get(start..end).unwrap_or_default().as_bytes())
    };
    let mut hashes: Vec<u64> = (0..=last).map(shingle).collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

/// The words in lower case with one space behind each, and where each begins.
fn normal(text: &str) -> (String, Vec<usize>) {
    let (mut words, mut starts) = (String::with_capacity(text.len() + 1), Vec::new());
    let lower = text.to_lowercase();
    for word in lower.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()) {
        starts.push(words.len());
        words.push_str(word);
        words.push(' ');
    }
    (words, starts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(words: usize, changed: usize) -> String {
        let word = |number: usize| if number < changed { format!("x{number}") } else { format!("w{number}") };
        (0..words).map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_the_same_is_told_from_what_is_near_and_what_is_not() {
        let long = numbered(102, 0);
        for (first, second, is_repeated) in [
            ("A bee is an insect.", "a bee  is\nan INSECT", true),
            ("A bee is an insect.", "a wasp is an insect", false),
            ("bee", "Bee!", true),
            ("bee", "wasp", false),
            ("", "  ", true),
            ("---", "***", false),
            ("один два три четыре", "Один два три четыре", true),
            // 5 of 100 shingles differ: 95 of 105 are common.
            (long.as_str(), numbered(102, 5).as_str(), true),
            // 6 of 100 differ: 94 of 106 are common.
            (long.as_str(), numbered(102, 6).as_str(), false),
        ] {
            let mut texts = Duplicates::default();
            assert!(!texts.is_repeated(first));
            assert_eq!(texts.is_repeated(second), is_repeated, "{second}");
        }
    }

    #[test]
    fn a_repeated_text_is_not_remembered() {
        let mut texts = Duplicates::default();
        let drifting = (0..4).map(|step| texts.is_repeated(&numbered(102, step * 3)));
        assert_eq!(drifting.collect::<Vec<_>>(), [false, true, false, true]);
    }
}
