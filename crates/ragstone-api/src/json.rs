//! Decoding of JSON requests, with errors that tell bad syntax from a bad field.

use ragstone_core::{Error, Result};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::error::Category;

/// Field that a violation names where the whole body is at fault.
pub const BODY: &str = "body";
/// Start of the description where the body is not JSON at all.
pub const NOT_JSON: &str = "is not valid JSON";

/// Longest part of a parser's message that is passed on.
const MAX_MESSAGE_LEN: usize = 256;

/// Decodes a request.
///
/// Fails with `InvalidArgument`: the field `body` with a description that starts with [`NOT_JSON`] for a text that
/// is not JSON (RFC 8259), else the path of the field that is missing, unknown or of the wrong type.
/// Anything but an object is refused: a derived decoder would take an array as the fields in their order.
/// A valid request is read once; the depth of nesting is bounded.
pub fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    let text = std::str::from_utf8(body)
        .map_err(|error| not_json(&format!("not UTF-8 after byte {}", error.valid_up_to())))?;
    if !text.trim_start_matches([' ', '\t', '\n', '\r']).starts_with('{') {
        check_syntax(text)?;
        return Err(Error::invalid(BODY, "must be a JSON object"));
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        wrong(text, &path, &error.into_inner())
    })?;
    deserializer.end().map_err(|error| not_json(&error.to_string()))?;
    Ok(value)
}

/// The decoder stops at the first field that does not fit, so what follows may still not be JSON.
fn wrong(text: &str, path: &str, error: &serde_json::Error) -> Error {
    if matches!(error.classify(), Category::Syntax | Category::Eof) {
        return not_json(&error.to_string());
    }
    if let Err(error) = check_syntax(text) {
        return error;
    }
    let field = match path {
        "." | "" => BODY,
        path => path,
    };
    Error::invalid(shortened(field), shortened(&error.to_string()))
}

fn check_syntax(text: &str) -> Result<()> {
    serde_json::from_str::<IgnoredAny>(text).map(drop).map_err(|error| not_json(&error.to_string()))
}

fn not_json(reason: &str) -> Error {
    Error::invalid(BODY, format!("{NOT_JSON}: {}", shortened(reason)))
}

fn shortened(text: &str) -> String {
    text.chars().take(MAX_MESSAGE_LEN).collect()
}

#[cfg(test)]
mod tests {
    use ragstone_core::ErrorKind;

    use super::*;
    use crate::citation::VerifyRequest;

    fn violation(body: &[u8]) -> (String, String) {
        let error = decode::<VerifyRequest>(body).expect_err("wrong");
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        let violation = &error.violations()[0];
        (violation.field.clone().into_owned(), violation.description.clone())
    }

    #[test]
    fn bad_syntax_is_told_from_bad_fields() {
        let deep = "[".repeat(100_000);
        let bodies: [&[u8]; 8] = [
            b"",
            b"[1,]",
            b"{\"document\":1,}",
            b"{\"document\":\"x\"} x",
            b"\xff",
            b"[\"\xff\"]",
            b"\xef\xbb\xbf{}",
            deep.as_bytes(),
        ];
        for body in bodies {
            let (field, description) = violation(body);
            assert_eq!(field, BODY);
            assert!(description.starts_with(NOT_JSON), "{description}");
        }
        for body in ["{}", "[1]", "null", "\"x\"", "1e3"] {
            let (field, description) = violation(body.as_bytes());
            assert_eq!(field, BODY, "{body}");
            assert!(!description.starts_with(NOT_JSON), "{description}");
        }
    }

    #[test]
    fn a_wrong_field_is_named_by_its_path() {
        let body = br#"{"document":"x","version":1,"span":{"start":-1,"end":2},"text_digest":""}"#;
        assert_eq!(violation(body).0, "span.start");
    }

    #[test]
    fn a_long_unknown_field_is_cut() {
        let body = format!(r#"{{"{}":1}}"#, "x".repeat(1 << 20));
        let (field, description) = violation(body.as_bytes());
        assert!(field.len() <= 256 && description.len() <= 256);
    }
}
