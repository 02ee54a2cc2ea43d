//! A value of an attribute, borrowed.

use std::cmp::Ordering;

use serde_json::Value;

/// A value of an attribute, borrowed. An integer is never equal to a real, as in [`Value`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// A number without a part behind the point.
    Integer(i64),
    /// A real, always finite.
    Float(f64),
    /// A truth value.
    Boolean(bool),
    /// A text.
    Text(&'a str),
    /// Null, a list, an object, or an integer above 2⁶³ - 1.
    Json(&'a Value),
}

/// What kind of value it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ValueKind {
    /// JSON's null.
    Null,
    /// A truth value.
    Boolean,
    /// An integer.
    Integer,
    /// A real.
    Float,
    /// A text.
    Text,
    /// A list.
    List,
    /// An object.
    Object,
}

impl ValueKind {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Float => "float",
            Self::Text => "text",
            Self::List => "list",
            Self::Object => "object",
        }
    }
}

impl<'a> From<&'a Value> for Cell<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Bool(truth) => Self::Boolean(*truth),
            Value::String(text) => Self::Text(text),
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(integer), _) => Self::Integer(integer),
                (None, Some(real)) if number.is_f64() => Self::Float(real),
                _ => Self::Json(value),
            },
            Value::Null | Value::Array(_) | Value::Object(_) => Self::Json(value),
        }
    }
}

impl Cell<'_> {
    /// The value, of its own.
    pub fn to_value(self) -> Value {
        match self {
            Self::Integer(integer) => Value::from(integer),
            Self::Float(real) => Value::from(real),
            Self::Boolean(truth) => Value::Bool(truth),
            Self::Text(text) => Value::String(text.to_owned()),
            Self::Json(value) => value.clone(),
        }
    }

    /// A number as a real, rounded where it has more than 53 bits.
    #[expect(clippy::cast_precision_loss, reason = "as serde_json does it")]
    pub fn as_f64(self) -> Option<f64> {
        match self {
            Self::Integer(integer) => Some(integer as f64),
            Self::Float(real) => Some(real),
            Self::Json(value) => value.as_f64(),
            Self::Boolean(_) | Self::Text(_) => None,
        }
    }

    /// A text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What kind of value it is.
    pub fn kind(self) -> ValueKind {
        match self {
            Self::Integer(_) | Self::Json(Value::Number(_)) => ValueKind::Integer,
            Self::Float(_) => ValueKind::Float,
            Self::Boolean(_) => ValueKind::Boolean,
            Self::Text(_) => ValueKind::Text,
            Self::Json(Value::Array(_)) => ValueKind::List,
            Self::Json(Value::Object(_)) => ValueKind::Object,
            Self::Json(_) => ValueKind::Null,
        }
    }

    /// The order of two numbers, texts or truth values; `None` of other or different kinds. An integer is compared with a
    /// real by their amounts.
    pub fn order(self, other: Cell<'_>) -> Option<Ordering> {
        match (self, other) {
            (Self::Integer(one), Cell::Integer(two)) => Some(one.cmp(&two)),
            (Self::Text(one), Cell::Text(two)) => Some(one.cmp(two)),
            (Self::Boolean(one), Cell::Boolean(two)) => Some(one.cmp(&two)),
            (one, two) => one.as_f64()?.partial_cmp(&two.as_f64()?),
        }
    }

    /// The sum of two numbers: an integer of two integers, unless it is too large for one.
    pub(crate) fn sum(self, other: Cell<'_>) -> Option<Cell<'static>> {
        if let (Self::Integer(one), Cell::Integer(two)) = (self, other)
            && let Some(sum) = one.checked_add(two)
        {
            return Some(Cell::Integer(sum));
        }
        let sum = self.as_f64()? + other.as_f64()?;
        sum.is_finite().then_some(Cell::Float(sum))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_come_back_as_they_were() {
        for value in [json!(1), json!(1.0), json!("1"), json!(true), json!(null), json!([1]), json!(u64::MAX)]
        {
            assert_eq!(Cell::from(&value).to_value(), value);
        }
        assert_ne!(Cell::from(&json!(1)), Cell::from(&json!(1.0)));
    }

    #[test]
    fn numbers_are_ordered_by_their_amounts() {
        assert_eq!(Cell::Integer(1).order(Cell::Float(1.0)), Some(Ordering::Equal));
        assert_eq!(Cell::Integer(2).order(Cell::Json(&json!(u64::MAX))), Some(Ordering::Less));
        assert_eq!(Cell::Integer(2).order(Cell::Text("3")), None);
    }
}
