//! Tokens of a text without its tokenizer: an estimate that errs upwards.

/// Tokens that a server puts around a text.
const AROUND: u32 = 2;

/// The estimate of one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Estimate<'a> {
    /// The start of the text that fits.
    pub(super) kept: &'a str,
    /// Tokens of the whole text.
    pub(super) tokens: u32,
    pub(super) is_truncated: bool,
}

/// Counts a token for each three letters or digits of a word, for each other mark, and two for each character beyond
/// ASCII; tokenizers of the usual kinds need fewer.
pub(super) fn estimate(text: &str, most: u32) -> Estimate<'_> {
    let mut tokens = AROUND;
    let mut end = None;
    let mut in_word = 0;
    for (place, character) in text.char_indices() {
        let cost = if character.is_ascii_alphanumeric() {
            in_word += 1;
            u32::from(in_word % 3 == 1)
        } else {
            in_word = 0;
            match character {
                character if character.is_ascii_whitespace() => 0,
                character if character.is_ascii() => 1,
                _ => 2,
            }
        };
        tokens = tokens.saturating_add(cost);
        if tokens > most && end.is_none() {
            end = Some(place);
        }
    }
    let kept = end.and_then(|end| text.get(..end)).unwrap_or(text);
    Estimate { kept, tokens, is_truncated: end.is_some() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_marks_and_other_characters_are_counted() {
        for (text, tokens) in
            [("", 2), ("abc", 3), ("abcd", 4), ("ab cd", 4), ("a,b", 5), ("äb", 5), (" \n", 2)]
        {
            assert_eq!(estimate(text, 100).tokens, tokens, "{text}");
        }
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let found = estimate("aa äää", 6);
        assert_eq!(found, Estimate { kept: "aa ä", tokens: 9, is_truncated: true });
    }
}
