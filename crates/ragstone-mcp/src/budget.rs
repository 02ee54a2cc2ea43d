//! How much of a model's context a result may take, and what a text costs.

use ragstone_core::{Error, Result};

/// Most tokens of one tool result.
///
/// The cost of a text is estimated without a tokenizer and on the high side, so that the bound holds for
/// the tokenizers of current models: four ASCII letters or spaces make one token, two digits or
/// punctuation marks make one, and every other character makes one of its own.
/// The estimate is never below one token for each four bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TokenBudget(u32);

/// Costs are counted in quarters of a token.
const QUARTERS: usize = 4;

impl TokenBudget {
    /// Smallest budget: a hit with its citation and some lines of text.
    pub const MIN: Self = Self(1_000);
    /// Largest budget: what the common clients show to their model at most.
    pub const MAX: Self = Self(25_000);

    /// Checks the bounds [`TokenBudget::MIN`] and [`TokenBudget::MAX`].
    pub fn try_new(tokens: u32) -> Result<Self> {
        if (Self::MIN.0..=Self::MAX.0).contains(&tokens) {
            Ok(Self(tokens))
        } else {
            let rule = format!("must be from {} to {}, is {tokens}", Self::MIN.0, Self::MAX.0);
            Err(Error::invalid("max_tokens", rule))
        }
    }

    /// Number of tokens.
    pub const fn tokens(self) -> u32 {
        self.0
    }

    pub(crate) const fn quarters(self) -> usize {
        self.0 as usize * QUARTERS
    }
}

impl Default for TokenBudget {
    /// 8,000 tokens.
    fn default() -> Self {
        Self(8_000)
    }
}

/// Estimated cost of `text` as it stands, in quarters of a token.
pub(crate) fn cost(text: &str) -> usize {
    text.chars().map(cost_of).sum()
}

/// Length of the longest start of `text` that costs at most `quarters` once it is a JSON string.
///
/// The cut lies behind the last line break of the start if that keeps at least half of it, else between
/// two characters.
pub(crate) fn prefix_len(text: &str, quarters: usize) -> usize {
    let mut spent = 0;
    for (at, char) in text.char_indices() {
        spent += escaped_cost_of(char);
        if spent > quarters {
            return line_end_before(text, at);
        }
    }
    text.len()
}

fn line_end_before(text: &str, at: usize) -> usize {
    let start = text.get(..at).unwrap_or_default();
    match start.rfind('\n') {
        Some(line_break) if line_break + 1 >= at / 2 => line_break + 1,
        _ => at,
    }
}

fn cost_of(char: char) -> usize {
    match char {
        'a'..='z' | 'A'..='Z' | ' ' => 1,
        _ if char.is_ascii() => 2,
        _ => QUARTERS,
    }
}

fn escaped_cost_of(char: char) -> usize {
    match char {
        '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => cost("\\n"),
        '"' | '\\' => cost("\\\\"),
        _ if char.is_ascii_control() => cost("\\u0000"),
        _ => cost_of(char),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn budgets_outside_the_bounds_are_refused() {
        for tokens in [0, 999, 25_001, u32::MAX] {
            assert!(TokenBudget::try_new(tokens).is_err(), "{tokens}");
        }
        assert_eq!(TokenBudget::try_new(8_000).ok(), Some(TokenBudget::default()));
    }

    #[test]
    fn a_cut_prefers_the_end_of_a_line() {
        assert_eq!(prefix_len("abc def\nxyz uvw", 12), 8);
        assert_eq!(prefix_len("a\nbcdefghijklmnop", 12), 10);
    }

    proptest! {
        #[test]
        fn the_estimate_is_at_least_a_token_for_four_bytes(text in ".{0,200}") {
            prop_assert!(cost(&text) >= text.len());
        }

        #[test]
        fn a_prefix_as_json_keeps_its_budget(text in "(?s).{0,200}", quarters in 0_usize..400) {
            let len = prefix_len(&text, quarters);
            prop_assert!(text.is_char_boundary(len));
            let json = serde_json::to_string(&text[..len]).expect("a string is JSON");
            prop_assert!(cost(json.trim_matches('"')) <= quarters.max(cost(r#"\""#)) );
        }
    }
}
