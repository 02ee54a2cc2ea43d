//! What stays of a whole text to tell how much of it another one says.

use ragstone_core::duplicate::{SIGNATURE_LEN, Signature};
use xxhash_rust::xxh3::xxh3_64;

use crate::chunk::is_ideograph;

/// Words that are compared as one: enough that texts of one subject have few in common, and an edited word changes
/// only five.
const SHINGLE_WORDS: usize = 5;

/// The signature of a text: the least value of each of 128 functions over the hashes of all runs of five words.
///
/// Words are runs of letters and digits, in lower case; ideographs are words of their own. A text of fewer words is one
/// run, one without words is what it is. Kept for ever by those who store it, so what it is made of never changes.
/// Costs one pass over the text, and 128 steps for each word.
pub fn signature(text: &str) -> Signature {
    let (words, starts) = words(text);
    let mut minima = [u32::MAX; SIGNATURE_LEN];
    if starts.is_empty() {
        take(&mut minima, xxh3_64(text.trim().as_bytes()));
        return Signature::new(minima);
    }
    let last = starts.len().saturating_sub(SHINGLE_WORDS);
    for first in 0..=last {
        let start = starts.get(first).copied().unwrap_or_default();
        let end = starts.get(first + SHINGLE_WORDS).copied().unwrap_or(words.len());
        take(&mut minima, xxh3_64(words.get(start..end).unwrap_or_default().as_bytes()));
    }
    Signature::new(minima)
}

fn take(minima: &mut [u32; SIGNATURE_LEN], hash: u64) {
    for (minimum, (factor, offset)) in minima.iter_mut().zip(&FUNCTIONS) {
        let value = (hash.wrapping_mul(*factor).wrapping_add(*offset) >> 32) as u32;
        *minimum = (*minimum).min(value);
    }
}

/// Factors, all odd, and offsets of functions that order hashes at random, each in its own way.
const FUNCTIONS: [(u64, u64); SIGNATURE_LEN] = functions();

const fn functions() -> [(u64, u64); SIGNATURE_LEN] {
    let mut functions = [(1, 0); SIGNATURE_LEN];
    let (mut index, mut state) = (0, 0);
    while index < SIGNATURE_LEN {
        let (factor, next) = split_mix(state);
        let (offset, next) = split_mix(next);
        functions[index] = (factor | 1, offset);
        (index, state) = (index + 1, next);
    }
    functions
}

/// A number at random and the next state (Steele, Lea and Flood, *Fast splittable pseudorandom number generators*, 2014).
const fn split_mix(state: u64) -> (u64, u64) {
    let state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ (mixed >> 31), state)
}

/// The words in lower case with one space behind each, and where each begins.
fn words(text: &str) -> (String, Vec<usize>) {
    let (mut words, mut starts) = (String::with_capacity(text.len() + 1), Vec::new());
    let mut is_within = false;
    for c in text.chars() {
        let is_alone = is_ideograph(c);
        if is_within && (is_alone || !c.is_alphanumeric()) {
            words.push(' ');
            is_within = false;
        }
        if !is_alone && !c.is_alphanumeric() {
            continue;
        }
        if !is_within {
            starts.push(words.len());
        }
        words.extend(c.to_lowercase());
        is_within = !is_alone;
        if is_alone {
            words.push(' ');
        }
    }
    if is_within {
        words.push(' ');
    }
    (words, starts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(words: usize, changed: usize) -> String {
        let every = words.checked_div(changed).unwrap_or(usize::MAX);
        let word = |number: usize| {
            if number % every == every / 2 { format!("x{number}") } else { format!("w{number}") }
        };
        (0..words).map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn texts_of_the_same_words_have_the_same_signature() {
        for (first, second) in [
            ("A bee is an insect with wings.", "a bee  is\nan INSECT, with wings"),
            ("bee", "Bee!"),
            ("", "  "),
            ("東京 は 日本", "東京は日本"),
        ] {
            assert_eq!(signature(first), signature(second), "{first}");
        }
        assert!(signature("---").similarity(&signature("***")) < 0.1);
    }

    #[test]
    #[expect(clippy::cast_precision_loss, reason = "a few thousand shingles")]
    fn estimates_are_near_the_jaccard_index() {
        let whole = numbered(2000, 0);
        for changed in [1, 10, 40, 100, 200] {
            let other = numbered(2000, changed);
            let shingles = |text: &str| -> std::collections::HashSet<String> {
                let words: Vec<&str> = text.split(' ').collect();
                words.windows(SHINGLE_WORDS).map(|run| run.join(" ")).collect()
            };
            let (left, right) = (shingles(&whole), shingles(&other));
            let exact = left.intersection(&right).count() as f32 / left.union(&right).count() as f32;
            let estimate = signature(&whole).similarity(&signature(&other));
            // Three standard errors.
            let error = 3.0 * (exact * (1.0 - exact) / 128.0).sqrt() + 1e-6;
            assert!((estimate - exact).abs() <= error, "{changed}: {estimate} for {exact}");
        }
    }

    #[test]
    fn texts_of_one_subject_are_not_near_duplicates() {
        let first =
            "Bees live in hives and make honey. A hive has one queen, and the workers feed her all summer.";
        let second =
            "Bees that live in hives make honey in summer, and workers feed the one queen of the hive.";
        assert!(signature(first).similarity(&signature(second)) < 0.2);
    }

    /// What was stored must be comparable for ever.
    #[test]
    fn signatures_stay_what_they_are() {
        let bytes = signature("A bee is an insect with wings, and a wasp is one, too.").to_bytes();
        assert_eq!(xxh3_64(&bytes), FROZEN);
    }

    const FROZEN: u64 = 2_844_775_421_850_538_473;
}
