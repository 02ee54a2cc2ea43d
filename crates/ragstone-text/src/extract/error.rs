//! Why an input is refused, and the kind that this has across ports.

use ragstone_core::{Error, ErrorKind};
use thiserror::Error as ThisError;

use crate::format::Format;
use crate::outline::json::JsonError;

/// Reason for which an input has no text.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
pub enum ExtractError {
    /// The input is larger than the limit.
    #[error("input of {actual} bytes is larger than the limit of {limit}")]
    TooLarge {
        /// Largest input allowed, in bytes.
        limit: usize,
        /// Size of the input, in bytes.
        actual: usize,
    },
    /// The input is not text.
    #[error("input is binary{}", .detected.map(|found| format!(" ({found})")).unwrap_or_default())]
    Binary {
        /// Media type that its first bytes stand for, where they are known.
        detected: Option<&'static str>,
    },
    /// The input is text in an encoding that cannot be told with confidence.
    #[error("text encoding cannot be determined")]
    Encoding,
    /// Containers are nested deeper than the limit.
    #[error("nesting is deeper than the limit of {limit}")]
    TooDeep {
        /// Deepest nesting allowed.
        limit: usize,
    },
    /// The input is not what its name or media type says.
    #[error("malformed {format} at line {line}: {reason}")]
    Malformed {
        /// Format that was expected.
        format: Format,
        /// What is wrong.
        reason: &'static str,
        /// Line of the fault, counted from 1.
        line: u32,
    },
    /// The input holds no text.
    #[error("input holds no text")]
    Empty,
    /// The document is protected by a password, or by rights management.
    #[error("{format} is encrypted")]
    Encrypted {
        /// Format that was found.
        format: Format,
    },
    /// The document contradicts its own format, or ends too early.
    #[error("damaged {format}: {reason}")]
    Damaged {
        /// Format that was found.
        format: Format,
        /// What is wrong.
        reason: &'static str,
    },
    /// What is packed in the document is larger than the limit.
    #[error("document expands to more than the limit of {limit} bytes")]
    TooExpanded {
        /// Most bytes that may be unpacked.
        limit: usize,
    },
    /// The document has more parts than the limit.
    #[error("document has more {parts} than the limit of {limit}")]
    TooMany {
        /// What was counted, in the plural.
        parts: &'static str,
        /// Most of them allowed.
        limit: usize,
    },
    /// The text of the document is longer than the limit.
    #[error("text of the document is longer than the limit of {limit} bytes")]
    TooMuchText {
        /// Longest text allowed, in bytes.
        limit: usize,
    },
    /// The pages show pictures of text, and no text.
    #[error("none of {pages} pages has a text layer")]
    NoTextLayer {
        /// Number of pages.
        pages: usize,
    },
    /// The document is in a binary format that its makers have replaced.
    #[error("{format} is a format of the past")]
    Outdated {
        /// Name of the format.
        format: &'static str,
    },
    /// This build leaves the format out.
    #[error("this build cannot read {format}")]
    NotBuilt {
        /// Format that was found.
        format: Format,
    },
}

impl ExtractError {
    pub(super) fn from_json(error: JsonError, text: &str, limit: usize) -> Self {
        match error {
            JsonError::TooDeep => Self::TooDeep { limit },
            JsonError::Syntax { at, reason } => {
                let before = text.as_bytes().get(..at).unwrap_or(text.as_bytes());
                let breaks = memchr::memchr_iter(b'\n', before).count();
                let line = u32::try_from(breaks + 1).unwrap_or(u32::MAX);
                Self::Malformed { format: Format::Json, reason, line }
            }
        }
    }

    fn kind(&self) -> ErrorKind {
        match self {
            Self::TooLarge { .. }
            | Self::TooExpanded { .. }
            | Self::TooMany { .. }
            | Self::TooMuchText { .. } => ErrorKind::TooLarge,
            Self::Binary { .. }
            | Self::Encoding
            | Self::Outdated { .. }
            | Self::Encrypted { .. }
            | Self::NoTextLayer { .. } => ErrorKind::UnsupportedMedia,
            Self::TooDeep { .. } | Self::Malformed { .. } | Self::Damaged { .. } | Self::Empty => {
                ErrorKind::InvalidArgument
            }
            Self::NotBuilt { .. } => ErrorKind::Unsupported,
        }
    }

    fn message(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "input is too large",
            Self::Binary { .. } => "input is binary",
            Self::Encoding => "text encoding cannot be determined",
            Self::TooDeep { .. } => "nesting is too deep",
            Self::Malformed { .. } => "input is malformed",
            Self::Empty => "input holds no text",
            Self::Encrypted { .. } => "document is encrypted",
            Self::Damaged { .. } => "document is damaged",
            Self::TooExpanded { .. } => "document expands to too much",
            Self::TooMany { .. } => "document has too many parts",
            Self::TooMuchText { .. } => "text of the document is too long",
            Self::NoTextLayer { .. } => "document has no text layer",
            Self::Outdated { .. } => "document is in a format of the past",
            Self::NotBuilt { .. } => "format is not part of this build",
        }
    }

    fn help(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "split the file, or raise the size limit for extraction",
            Self::Binary { .. } => "convert it to text, Markdown or HTML, or exclude it in .ragstoneignore",
            Self::Encoding => "save the file as UTF-8, or name its charset in the media type",
            Self::TooDeep { .. } => "flatten the nesting, or give it a .txt name to index it as plain text",
            Self::Malformed { .. } => "mend the file, or give it a .txt name to index it as plain text",
            Self::Empty => "nothing needs to be indexed; leave the file out",
            Self::Encrypted { .. } => "save the document without a password",
            Self::Damaged { .. } => "open the document in the program it was made with, and save it again",
            Self::TooExpanded { .. } => "split the document, or raise the limit for what it expands to",
            Self::TooMany { .. } => "split the document, or raise the limit for its parts",
            Self::TooMuchText { .. } => "split the document, or raise the limit for its text",
            Self::NoTextLayer { .. } => {
                "recognise the text of the pictures with another program; reading pictures is an extension that is off"
            }
            Self::Outdated { .. } => "save it in a current format: .docx, .pptx, .xlsx or .eml",
            Self::NotBuilt { .. } => "use a build with the cargo feature of this format",
        }
    }
}

impl From<ExtractError> for Error {
    fn from(error: ExtractError) -> Self {
        let core = Self::new(error.kind(), error.message());
        let core = match &error {
            ExtractError::TooLarge { limit, actual } => {
                core.with_context("limit_bytes", limit).with_context("actual_bytes", actual)
            }
            ExtractError::Binary { detected } => match detected {
                Some(detected) => core.with_context("detected", detected),
                None => core,
            },
            ExtractError::Encoding | ExtractError::Empty => core,
            ExtractError::TooDeep { limit } => core.with_context("limit", limit),
            ExtractError::Malformed { format, reason, line } => {
                core.with_context("format", format).with_context("line", line).with_context("reason", reason)
            }
            ExtractError::Damaged { format, reason } => {
                core.with_context("format", format).with_context("reason", reason)
            }
            ExtractError::TooExpanded { limit } | ExtractError::TooMuchText { limit } => {
                core.with_context("limit_bytes", limit)
            }
            ExtractError::TooMany { parts, limit } => {
                core.with_context("parts", parts).with_context("limit", limit)
            }
            ExtractError::NoTextLayer { pages } => core.with_context("pages", pages),
            ExtractError::Outdated { format } => core.with_context("format", format),
            ExtractError::Encrypted { format } | ExtractError::NotBuilt { format } => {
                core.with_context("format", format)
            }
        };
        core.with_help(error.help()).with_operation("text.extract")
    }
}
