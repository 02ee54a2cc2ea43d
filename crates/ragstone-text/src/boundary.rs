//! Places where a text can end.

use unicode_segmentation::UnicodeSegmentation as _;

/// What a text is cut between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    /// Sentences and lines, by Unicode Standard Annex 29.
    Sentence,
    /// Words.
    Word,
    /// Characters.
    Character,
}

/// Lengths of the starts of `text` that end with a whole unit, ascending; white space at an end is left out.
///
/// Every length lies between two characters and none is 0. A text that is not blank has its own length among them,
/// but for white space at its end.
pub fn ends(text: &str, grain: Grain) -> Vec<usize> {
    let mut ends: Vec<usize> = match grain {
        Grain::Sentence => text.split_sentence_bound_indices().filter_map(end).collect(),
        Grain::Word => text.split_word_bound_indices().filter_map(end).collect(),
        Grain::Character => {
            let characters = text.char_indices().filter(|(_, character)| !character.is_whitespace());
            characters.map(|(at, character)| at + character.len_utf8()).collect()
        }
    };
    ends.dedup();
    ends
}

/// End of a piece without the white space behind it; `None` for a blank piece.
fn end((start, piece): (usize, &str)) -> Option<usize> {
    let kept = piece.trim_end().len();
    (kept > 0).then_some(start + kept)
}

/// Where the text goes on behind `at`: past white space, but before the indentation of a line.
pub fn next_start(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let blank = rest.len() - rest.trim_start().len();
    let lines = rest.get(..blank).and_then(|blank| blank.rfind('\n')).map(|line_break| line_break + 1);
    at + if blank == rest.len() { blank } else { lines.unwrap_or(blank) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GRAINS: [Grain; 3] = [Grain::Sentence, Grain::Word, Grain::Character];

    fn starts(text: &str, grain: Grain) -> Vec<&str> {
        ends(text, grain).into_iter().filter_map(|end| text.get(..end)).collect()
    }

    #[test]
    fn texts_end_with_sentences_lines_words_and_characters() {
        assert_eq!(starts("One. Two!", Grain::Sentence), ["One.", "One. Two!"]);
        assert_eq!(starts("fn a() {\n    b();\n}\n", Grain::Sentence).len(), 3);
        assert_eq!(starts("ab c", Grain::Word), ["ab", "ab c"]);
        assert_eq!(starts("é ü", Grain::Character), ["é", "é ü"]);
        assert!(GRAINS.iter().all(|grain| ends(" \n\t", *grain).is_empty()));
    }

    #[test]
    fn a_text_goes_on_at_the_next_line_with_its_indentation() {
        for (text, rest) in [("a  b", "b"), ("a\n\n    b", "    b"), ("a \n", ""), ("a", ""), ("ab", "b")] {
            assert_eq!(text.get(next_start(text, 1)..), Some(rest), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn ends_ascend_between_characters_up_to_the_last(text in "(?s).{0,80}") {
            for grain in GRAINS {
                let ends = ends(&text, grain);
                prop_assert!(ends.is_sorted_by(|left, right| left < right), "{grain:?}");
                prop_assert!(ends.iter().all(|end| *end > 0 && text.is_char_boundary(*end)));
                let whole = text.trim_end().len();
                prop_assert_eq!(ends.last().copied().unwrap_or_default(), whole, "{:?}", grain);
            }
        }
    }
}
