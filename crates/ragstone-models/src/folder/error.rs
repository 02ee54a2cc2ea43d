//! What can be wrong with a model folder, and the kinds of error that it becomes at a port.

use ragstone_core::{Error, ErrorKind};

/// Why a model cannot be used.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// A file is not there.
    #[error("the model has no file {file}")]
    Missing {
        /// Its name.
        file: &'static str,
    },
    /// A file cannot be read.
    #[error("cannot read {file} of the model")]
    Unreadable {
        /// Its name.
        file: &'static str,
        /// Why.
        source: std::io::Error,
    },
    /// A file is larger than any that is read.
    #[error("{file} of the model has {bytes} bytes, which is more than a graph can hold")]
    TooLarge {
        /// Its name.
        file: &'static str,
        /// Its size.
        bytes: u64,
    },
    /// A file is not the JSON that it should be.
    #[error("{file} of the model is not the JSON that it should be")]
    NotJson {
        /// Its name.
        file: &'static str,
        /// Why.
        source: serde_json::Error,
    },
    /// The configuration lacks a value, or has one of another type or out of range.
    #[error("the configuration of the model has no usable {key}")]
    Config {
        /// The key.
        key: &'static str,
    },
    /// The model is of a family that is not built here.
    #[error(
        "models of the family {family:?} are not supported; bert, roberta, camembert and xlm-roberta are"
    )]
    Family {
        /// What the configuration calls itself.
        family: String,
    },
    /// The model needs something that is not built here.
    #[error("the model needs {what}, which is not supported")]
    Unsupported {
        /// What it needs.
        what: String,
    },
    /// The tokenizer cannot be read.
    #[error("the tokenizer of the model cannot be read: {reason}")]
    Tokenizer {
        /// Why.
        reason: String,
    },
    /// The file of weights is cut off, or no such file.
    #[error("the weights of the model are truncated or damaged: {reason}")]
    Damaged {
        /// Why.
        reason: String,
    },
    /// A tensor is not there.
    #[error("the weights of the model have no tensor {name}")]
    MissingTensor {
        /// Its name.
        name: String,
    },
    /// A tensor does not have the shape that the configuration calls for.
    #[error("tensor {name} has the shape {found:?} and should have {expected:?}")]
    Shape {
        /// Its name.
        name: String,
        /// What the configuration calls for.
        expected: Vec<usize>,
        /// What it has.
        found: Vec<usize>,
    },
    /// A tensor holds something other than floating-point numbers, or numbers that are none.
    #[error("tensor {name} holds {found}, and not numbers that can be computed with")]
    Numbers {
        /// Its name.
        name: String,
        /// What it holds.
        found: String,
    },
}

impl FolderError {
    /// What the failure is at a port.
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Missing { .. } => ErrorKind::NotFound,
            Self::Unreadable { .. } => ErrorKind::Unavailable,
            Self::TooLarge { .. } => ErrorKind::TooLarge,
            Self::Family { .. } | Self::Unsupported { .. } => ErrorKind::Unsupported,
            Self::NotJson { .. }
            | Self::Config { .. }
            | Self::Tokenizer { .. }
            | Self::Damaged { .. }
            | Self::MissingTensor { .. }
            | Self::Shape { .. }
            | Self::Numbers { .. } => ErrorKind::Corrupt,
        }
    }
}

impl From<FolderError> for Error {
    fn from(error: FolderError) -> Self {
        Self::new(error.kind(), "cannot use the model").with_detail(error.to_string()).with_source(error)
    }
}
