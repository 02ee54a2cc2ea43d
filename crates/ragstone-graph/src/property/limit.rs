//! How long names and how deep values may be.

use serde_json::Value;

use super::cell::Cell;
use super::error::ChangeError;
use crate::document::{Attributes, KeyRef};

/// Longest key of a node or an edge, in bytes.
pub const MAX_KEY_LEN: usize = 1024;
/// Longest name of an attribute, in bytes.
pub const MAX_NAME_LEN: usize = 256;
/// Most lists and objects around a value.
pub const MAX_DEPTH: usize = 64;
/// Most nodes, and most edges.
pub const MAX_SLOTS: usize = u32::MAX as usize - 1;

/// Refuses a key that is empty or too long.
pub(crate) fn check_key(key: KeyRef<'_>) -> Result<(), ChangeError> {
    match key {
        KeyRef::Text("") => Err(ChangeError::EmptyKey),
        KeyRef::Text(text) if text.len() > MAX_KEY_LEN => {
            Err(ChangeError::LongKey { key: key.to_key(), length: text.len() })
        }
        _ => Ok(()),
    }
}

/// Refuses a name that is empty or too long.
pub(crate) fn check_name(name: &str) -> Result<(), ChangeError> {
    match name.len() {
        0 => Err(ChangeError::EmptyName),
        1..=MAX_NAME_LEN => Ok(()),
        length => Err(ChangeError::LongName { name: name.to_owned(), length }),
    }
}

/// Refuses a value that is nested too deep.
pub(crate) fn check_value(name: &str, cell: Cell<'_>) -> Result<(), ChangeError> {
    match cell {
        Cell::Json(value) if !is_flat(value, MAX_DEPTH) => {
            Err(ChangeError::DeepValue { name: name.to_owned() })
        }
        Cell::Float(real) if !real.is_finite() => Err(ChangeError::NotFinite { name: name.to_owned() }),
        _ => Ok(()),
    }
}

/// Refuses attributes of which one cannot be kept.
pub(crate) fn check_attributes(attributes: &Attributes) -> Result<(), ChangeError> {
    attributes.iter().try_for_each(|(name, value)| {
        check_name(name)?;
        check_value(name, Cell::from(value))
    })
}

/// Whether at most `depth` lists and objects lie around each other.
pub(crate) fn is_flat(value: &Value, depth: usize) -> bool {
    match value {
        Value::Array(values) => depth > 0 && values.iter().all(|value| is_flat(value, depth - 1)),
        Value::Object(values) => depth > 0 && values.values().all(|value| is_flat(value, depth - 1)),
        _ => true,
    }
}
