//! One line of the stream: a header, the beginning of a table, a row, or the end.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ragstone_core::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use super::table::Kind;
use crate::sql::{Value, corrupt};

pub(super) const FORMAT: &str = "ragstone-catalog";
/// The form that is written; earlier ones, which have fewer tables and columns, are read too.
pub(super) const VERSION: u32 = 8;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    pub(super) format: String,
    pub(super) version: u32,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableStart {
    pub(super) table: String,
    pub(super) columns: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct End {
    pub(super) rows: u64,
    pub(super) blake3: String,
}

/// A value of the database in the form of the stream.
pub(super) fn to_json(value: &Value<'_>, kind: Kind) -> Result<Json> {
    Ok(match (value, kind) {
        (Value::Null, _) => Json::Null,
        (Value::Integer(value), Kind::Integer) => Json::from(*value),
        (Value::Real(value), Kind::Real) => serde_json::Number::from_f64(*value)
            .map(Json::Number)
            .ok_or_else(|| corrupt("a number is not finite"))?,
        (Value::Text(text), Kind::Text) => Json::from(text.as_ref()),
        (Value::Bytes(bytes), Kind::Bytes) => Json::from(STANDARD.encode(bytes)),
        (Value::Uuid(id), Kind::Uuid) => Json::from(id.to_string()),
        (Value::Bytes(bytes), Kind::Uuid) => {
            let id = Uuid::from_slice(bytes).map_err(|_| corrupt("a column does not fit an id"))?;
            Json::from(id.to_string())
        }
        (found, kind) => return Err(corrupt(format!("a column holds {found:?} in place of {kind:?}"))),
    })
}

/// A value of the stream in the form of the database.
pub(super) fn from_json(json: Json, kind: Kind) -> Result<Value<'static>> {
    let value = match (json, kind) {
        (Json::Null, _) => Some(Value::Null),
        (Json::Number(number), Kind::Integer) => number.as_i64().map(Value::Integer),
        (Json::Number(number), Kind::Real) => number.as_f64().map(Value::Real),
        (Json::String(text), Kind::Text) => Some(Value::Text(Cow::Owned(text))),
        (Json::String(text), Kind::Bytes) => {
            STANDARD.decode(text).ok().map(|bytes| Value::Bytes(Cow::Owned(bytes)))
        }
        (Json::String(text), Kind::Uuid) => Uuid::parse_str(&text).ok().map(Value::Uuid),
        _ => None,
    };
    value.ok_or_else(|| Error::invalid("source", format!("a value is not of the kind {kind:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_survive_the_stream() {
        let id = Uuid::from_u128(7);
        let values = [
            (Value::Null, Kind::Integer),
            (Value::Integer(i64::MIN), Kind::Integer),
            (Value::Integer(i64::MAX), Kind::Integer),
            (Value::Real(0.1 + 0.2), Kind::Real),
            (Value::Text("ß \n \u{0} \"".into()), Kind::Text),
            (Value::Bytes((0..=255).collect::<Vec<u8>>().into()), Kind::Bytes),
            (Value::Uuid(id), Kind::Uuid),
        ];
        for (value, kind) in values {
            let line = serde_json::to_string(&to_json(&value, kind).unwrap()).unwrap();
            assert!(!line.contains('\n'), "{line}");
            assert_eq!(from_json(serde_json::from_str(&line).unwrap(), kind).unwrap(), value);
        }
    }

    #[test]
    fn an_id_kept_as_bytes_is_an_id() {
        let id = Uuid::from_u128(7);
        let kept = Value::Bytes(id.as_bytes().to_vec().into());
        assert_eq!(to_json(&kept, Kind::Uuid).unwrap(), Json::from(id.to_string()));
    }

    #[test]
    fn a_value_of_another_kind_is_refused() {
        assert!(from_json(Json::from("x"), Kind::Integer).is_err());
        assert!(from_json(Json::from(1), Kind::Text).is_err());
        assert!(from_json(Json::from("=?"), Kind::Bytes).is_err());
        assert!(from_json(Json::from("x"), Kind::Uuid).is_err());
        assert!(to_json(&Value::Integer(1), Kind::Text).is_err());
    }
}
