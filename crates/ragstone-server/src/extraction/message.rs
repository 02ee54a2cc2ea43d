//! What the server tells the process that reads a document, and what that answers.

use ragstone_core::{Error, ErrorKind, Result};
use ragstone_text::{ExtractError, ExtractLimits, Extracted, Input};
use serde::{Deserialize, Serialize};

/// What is to be read and how much it may take; one line of JSON before the bytes.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) file_name: Option<String>,
    pub(super) media_type: Option<String>,
    pub(super) memory_mb: u64,
    pub(super) seconds: u64,
    pub(super) limits: ExtractLimits,
}

impl Order {
    pub(super) fn of(input: &Input<'_>, limits: &ExtractLimits, memory_mb: u64, seconds: u64) -> Self {
        let (file_name, media_type) =
            (input.file_name.map(str::to_owned), input.media_type.map(str::to_owned));
        Self { file_name, media_type, memory_mb, seconds, limits: *limits }
    }

    pub(super) fn to_line(&self) -> Vec<u8> {
        // Strings and numbers have no way to fail.
        let mut line = serde_json::to_vec(self).unwrap_or_default();
        line.push(b'\n');
        line
    }
}

/// `+` and what was extracted, or `-` and why nothing was; the first byte says which.
pub(super) enum Answer {
    Extracted(Box<Extracted>),
    Refused(Refusal),
}

/// Why a document was refused, as an error of core says it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Refusal {
    reason: String,
    message: String,
    help: Option<String>,
}

impl Answer {
    pub(super) fn of(outcome: std::result::Result<Extracted, ExtractError>) -> Vec<u8> {
        let (sign, body) = match outcome {
            Ok(extracted) => (b'+', extracted.to_json()),
            Err(error) => (b'-', serde_json::to_vec(&Refusal::of(error)).unwrap_or_default()),
        };
        [&[sign][..], &body].concat()
    }

    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        match bytes.split_first()? {
            (b'+', body) => Extracted::from_json(body).map(Box::new).map(Self::Extracted),
            (b'-', body) => serde_json::from_slice(body).ok().map(Self::Refused),
            _ => None,
        }
    }

    pub(super) fn into_result(self) -> Result<Extracted> {
        match self {
            Self::Extracted(extracted) => Ok(*extracted),
            Self::Refused(refusal) => Err(refusal.into_error()),
        }
    }
}

impl Refusal {
    fn of(error: ExtractError) -> Self {
        let message = error.to_string();
        let error = Error::from(error);
        let help = error.help().map(str::to_owned);
        Self { reason: error.kind().codes().reason.to_owned(), message, help }
    }

    fn into_error(self) -> Error {
        let kind = ErrorKind::from_reason(&self.reason).unwrap_or(ErrorKind::InvalidArgument);
        let error = Error::new(kind, self.message).with_operation("text.extract");
        match self.help {
            Some(help) => error.with_help(help),
            None => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_keeps_its_kind_and_its_words() {
        let refused = Answer::of(Err(ExtractError::Empty));
        let error = Answer::parse(&refused).and_then(|answer| answer.into_result().err()).expect("an error");
        let direct = Error::from(ExtractError::Empty);
        assert_eq!((error.kind(), error.help()), (direct.kind(), direct.help()));
        assert_eq!(error.public_message(), direct.public_message());
    }

    #[test]
    fn anything_else_is_no_answer() {
        for bytes in [&b""[..], b"+", b"-", b"+{}", b"-{}", b"x{}", b"thread main panicked"] {
            assert!(Answer::parse(bytes).is_none());
        }
    }

    #[test]
    fn an_order_keeps_every_limit() {
        let limits = ExtractLimits { max_pages: 7, max_nesting: 9, ..ExtractLimits::default() };
        let input = Input { bytes: b"x", file_name: Some("Ä.pdf"), media_type: None };
        let order = Order::of(&input, &limits, 64, 3);
        let read: Order = serde_json::from_slice(&order.to_line()).expect("JSON");
        assert_eq!((read.limits, read.file_name.as_deref()), (limits, Some("Ä.pdf")));
    }
}
