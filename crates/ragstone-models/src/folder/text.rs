//! Texts as tokens: counted whole, and cut to what the model looks at.

use std::fmt;

use tokenizers::{EncodeInput, Encoding, Tokenizer};

use super::FolderError;

/// The tokens of one input, cut to the model's most.
#[derive(Clone, Debug)]
pub(crate) struct Tokens {
    pub(crate) ids: Vec<i64>,
    pub(crate) types: Vec<i64>,
    /// Tokens of the whole input.
    pub(crate) total: u32,
    pub(crate) is_truncated: bool,
}

/// A tokenizer that neither pads nor cuts by itself.
pub(crate) struct TextTokenizer {
    tokenizer: Tokenizer,
    most: usize,
}

impl TextTokenizer {
    pub(super) fn from_bytes(bytes: &[u8], most: u32) -> Result<Self, FolderError> {
        let unreadable = |error: tokenizers::Error| FolderError::Tokenizer { reason: error.to_string() };
        let mut tokenizer = Tokenizer::from_bytes(bytes).map_err(unreadable)?;
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(unreadable)?;
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let text = Self { tokenizer, most };
        let around = text.encode("").map_err(|reason| FolderError::Tokenizer { reason })?.get_ids().len();
        if around == 0 || around >= most {
            let reason = format!("it puts {around} tokens around a text");
            return Err(FolderError::Tokenizer { reason });
        }
        Ok(text)
    }

    /// Tokens of a text.
    pub(crate) fn tokens(&self, text: &str) -> Result<Tokens, String> {
        Ok(cut(&self.encode(text)?, self.most))
    }

    /// Tokens of a pair.
    pub(crate) fn pair(&self, first: &str, second: &str) -> Result<Tokens, String> {
        Ok(cut(&self.encode((first, second))?, self.most))
    }

    /// Number of tokens of a whole text.
    pub(crate) fn count(&self, text: &str) -> Result<u32, String> {
        self.encode(text).map(|encoding| length(&encoding))
    }

    fn encode<'a>(&self, input: impl Into<EncodeInput<'a>>) -> Result<Encoding, String> {
        self.tokenizer.encode(input, true).map_err(|error| error.to_string())
    }

    /// Greatest id that the tokenizer gives.
    pub(crate) fn vocabulary(&self) -> usize {
        self.tokenizer.get_vocab_size(true)
    }
}

fn length(encoding: &Encoding) -> u32 {
    u32::try_from(encoding.len()).unwrap_or(u32::MAX)
}

/// Cuts the end of the last sequence, and of the one before it where that is not enough; what the model puts around
/// them stays.
fn cut(encoding: &Encoding, most: usize) -> Tokens {
    let sequences = encoding.get_sequence_ids();
    let mut keep = vec![true; encoding.len()];
    let mut excess = encoding.len().saturating_sub(most);
    for sequence in [1, 0] {
        for (kept, owner) in keep.iter_mut().zip(&sequences).rev() {
            if excess > 0 && *owner == Some(sequence) {
                *kept = false;
                excess -= 1;
            }
        }
    }
    let kept = |numbers: &[u32]| -> Vec<i64> {
        numbers.iter().zip(&keep).filter(|(_, kept)| **kept).map(|(number, _)| i64::from(*number)).collect()
    };
    Tokens {
        ids: kept(encoding.get_ids()),
        types: kept(encoding.get_type_ids()),
        total: length(encoding),
        is_truncated: encoding.len() > most,
    }
}

impl fmt::Debug for TextTokenizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TextTokenizer").field("most", &self.most).finish_non_exhaustive()
    }
}
