//! Requests that may be repeated: the header, and the fingerprint that tells one request from another.
//!
//! The header is that of draft-ietf-httpapi-idempotency-key-header-07.

use ragstone_core::idempotency::IdempotencyKey;
use ragstone_core::{Digest, Error, Result};
use serde_json::Value;

/// Name of the header with the key of a request, and of the field of its violations.
pub const HEADER: &str = "idempotency-key";
/// Name of the header that marks an answer which was given before.
pub const REPLAYED: &str = "idempotency-replayed";
/// Name of the argument of a tool.
pub const ARGUMENT: &str = "idempotency_key";

/// Reads the value of the header: a string of RFC 9651, or its content without the quotes.
pub fn read_header(value: &str) -> Result<IdempotencyKey> {
    let key = match value.strip_prefix('"') {
        Some(rest) => unquoted(rest).ok_or_else(|| {
            Error::invalid(HEADER, "must be a string of RFC 9651: printable ASCII between double quotes")
        })?,
        None => value.to_owned(),
    };
    read(HEADER, &key)
}

/// A key as the header has it: a string of RFC 9651.
pub fn written(key: &str) -> String {
    format!("\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Reads a key that stands in a field.
pub fn read(field: &'static str, key: &str) -> Result<IdempotencyKey> {
    IdempotencyKey::try_new(key)
        .map_err(|_| Error::invalid(field, "must have 1 to 255 printable ASCII characters"))
}

/// The content of a string whose first quote was taken off.
fn unquoted(rest: &str) -> Option<String> {
    let mut key = String::with_capacity(rest.len());
    let mut characters = rest.chars();
    loop {
        match characters.next()? {
            '"' => return characters.next().is_none().then_some(key),
            '\\' => key.push(characters.next().filter(|escaped| matches!(escaped, '"' | '\\'))?),
            other => key.push(other),
        }
    }
}

/// Everything that a request asks for, in a form of which equal requests have the same.
#[derive(Clone, Debug)]
pub struct Fingerprint {
    bytes: Vec<u8>,
}

impl Fingerprint {
    /// Begins with the transport: a key is used on one.
    pub fn of(transport: &str) -> Self {
        Self { bytes: Vec::new() }.with(transport.as_bytes())
    }

    /// Adds a part; parts do not run into each other.
    #[must_use]
    pub fn with(mut self, part: &[u8]) -> Self {
        self.bytes.extend((part.len() as u64).to_le_bytes());
        self.bytes.extend(part);
        self
    }

    /// Adds a body: JSON without regard to spaces and to the order of members, anything else as it is.
    #[must_use]
    pub fn with_body(self, body: &[u8]) -> Self {
        match serde_json::from_slice(body) {
            Ok(json) => self.with_json(&json),
            Err(_) => self.with(body),
        }
    }

    /// Adds a value without regard to the order of members.
    #[must_use]
    pub fn with_json(self, json: &Value) -> Self {
        let mut canonical = String::new();
        write_sorted(json, &mut canonical);
        self.with(canonical.as_bytes())
    }

    /// The hash of all parts.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.bytes)
    }
}

/// Depth is bounded by that of the parser.
fn write_sorted(json: &Value, out: &mut String) {
    match json {
        Value::Array(items) => {
            out.push('[');
            for item in items {
                write_sorted(item, out);
                out.push(',');
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            out.push('{');
            for (name, value) in members {
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push(':');
                write_sorted(value, out);
                out.push(',');
            }
            out.push('}');
        }
        plain => out.push_str(&plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_with_and_without_quotes() {
        let read = |value: &str| read_header(value).ok().map(|key| key.as_str().to_owned());
        assert_eq!(read("8e03978e").as_deref(), Some("8e03978e"));
        assert_eq!(read("\"8e03978e\"").as_deref(), Some("8e03978e"));
        assert_eq!(read(r#""a \"b\" \\ c""#).as_deref(), Some(r#"a "b" \ c"#));
        for key in ["a", "a \"b\" \\ c", "\"", "\\"] {
            assert_eq!(read(&written(key)).as_deref(), Some(key));
        }
        for bad in ["", "\"", "\"\"", "\"a", "\"a\" ", "\"a\\n\"", "\"a\";x=1", "ä", &"k".repeat(256)] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn equal_requests_have_one_fingerprint() {
        let of = |body: &str| Fingerprint::of("rest").with(b"PUT /a").with_body(body.as_bytes()).digest();
        assert_eq!(of(r#"{"a":1,"b":[1,{"c":2,"d":3}]}"#), of(r#" {"b":[1,{"d":3,"c":2}], "a": 1}"#));
        let bodies = [
            "",
            "{}",
            "[]",
            r#"{"a":1}"#,
            r#"{"a":2}"#,
            r#"{"a":"1"}"#,
            r#"{"a":[1]}"#,
            "[1,2]",
            "[2,1]",
            "x",
        ];
        for (place, left) in bodies.iter().enumerate() {
            assert!(bodies.iter().skip(place + 1).all(|right| of(left) != of(right)), "{left}");
        }
        let parts = |first: &str, second: &str| {
            Fingerprint::of("rest").with(first.as_bytes()).with(second.as_bytes()).digest()
        };
        assert_ne!(parts("ab", "c"), parts("a", "bc"));
        assert_ne!(Fingerprint::of("rest").digest(), Fingerprint::of("mcp").digest());
    }
}
