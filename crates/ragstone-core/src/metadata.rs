//! Free attributes of documents.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// One attribute value. Numbers compare by value, whatever their type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum MetadataValue {
    /// A truth value.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A finite number.
    Float(f64),
    /// A text.
    Text(String),
}

impl MetadataValue {
    /// The value as a number, where it is one.
    #[expect(clippy::cast_precision_loss, reason = "comparison with floats is by the nearest float")]
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Integer(number) => Some(*number as f64),
            Self::Float(number) => Some(*number),
            Self::Boolean(_) | Self::Text(_) => None,
        }
    }

    /// Whether two values are equal, numbers by value.
    pub fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Integer(left), Self::Integer(right)) => left == right,
            _ => match (self.as_number(), other.as_number()) {
                (Some(left), Some(right)) => left.total_cmp(&right).is_eq(),
                _ => self == other,
            },
        }
    }
}

/// Attributes by key, in key order.
pub type Metadata = BTreeMap<String, MetadataValue>;

/// Most keys of one document.
pub const MAX_METADATA_KEYS: usize = 64;
/// Longest key in bytes.
pub const MAX_METADATA_KEY_LEN: usize = 64;
/// Longest text value in bytes.
pub const MAX_METADATA_TEXT_LEN: usize = 4096;
/// Most tags of one document.
pub const MAX_TAGS: usize = 64;
/// Longest tag in bytes.
pub const MAX_TAG_LEN: usize = 128;

/// Whether `key` may name an attribute: a letter or `_`, then letters, digits, `_` and `-`.
pub fn is_metadata_key(key: &str) -> bool {
    let mut bytes = key.bytes();
    let first = bytes.next();
    key.len() <= MAX_METADATA_KEY_LEN
        && first.is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

/// Checks the number, keys and sizes of attributes.
pub fn check_metadata(metadata: &Metadata) -> Result<()> {
    if metadata.len() > MAX_METADATA_KEYS {
        return Err(Error::invalid("metadata", format!("must have at most {MAX_METADATA_KEYS} keys")));
    }
    for (key, value) in metadata {
        if !is_metadata_key(key) {
            let rule = "keys must have 1 to 64 characters: a letter or _, then letters, digits, _ and -";
            return Err(Error::invalid("metadata", rule));
        }
        match value {
            MetadataValue::Text(text) if text.len() > MAX_METADATA_TEXT_LEN => {
                return Err(Error::invalid(
                    "metadata",
                    format!("texts must have at most {MAX_METADATA_TEXT_LEN} bytes"),
                ));
            }
            MetadataValue::Float(number) if !number.is_finite() => {
                return Err(Error::invalid("metadata", "numbers must be finite"));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Checks the number and sizes of tags.
pub fn check_tags<'a>(tags: impl IntoIterator<Item = &'a String>) -> Result<()> {
    let mut count = 0;
    for tag in tags {
        count += 1;
        let has_bad_length = tag.is_empty() || tag.len() > MAX_TAG_LEN;
        if count > MAX_TAGS || has_bad_length || tag.chars().any(char::is_control) {
            let rule = format!(
                "must be at most {MAX_TAGS}, each of 1 to {MAX_TAG_LEN} bytes without control characters"
            );
            return Err(Error::invalid("tags", rule));
        }
    }
    Ok(())
}
