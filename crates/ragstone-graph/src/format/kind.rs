//! Types that GraphML and GEXF declare for values.

use serde_json::Value;

use super::scalar::{self, Parsed};
use super::sink::Sink;
use super::{Position, Result};

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Boolean,
    Integer,
    Real,
    Text,
}

impl Kind {
    /// The value of a text. Infinite numbers and what is not of the type are refused.
    pub(super) fn value(self, text: String, position: Position, sink: &Sink<'_>) -> Result<Value> {
        let parsed = match self {
            Self::Text => return Ok(Value::String(text)),
            Self::Boolean => {
                return match text.trim().to_ascii_lowercase().as_str() {
                    "true" | "1" => Ok(Value::Bool(true)),
                    "false" | "0" => Ok(Value::Bool(false)),
                    _ => Err(sink.malformed(position, "a truth value is true or false")),
                };
            }
            Self::Integer => match scalar::number(text.trim()) {
                Parsed::Number(number) if number.is_f64() => Parsed::Text,
                parsed => parsed,
            },
            Self::Real => scalar::real(text.trim()),
        };
        match parsed {
            Parsed::Number(number) => Ok(Value::Number(number)),
            Parsed::NotFinite => Err(sink.not_finite(position)),
            Parsed::Text => Err(sink.malformed(position, "a value is not of its declared type")),
        }
    }
}
