//! Keeps secrets out of logs: by type where the code knows them, by pattern where it does not.

use std::borrow::Cow;
use std::fmt;

const MASK: &str = "[redacted]";

/// A value that shows as `[redacted]`, whatever it is formatted with.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Redacted<T>(T);

impl<T> Redacted<T> {
    /// Hides a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// Shows the value; name it at the one place that needs it.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// Takes the value out.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> fmt::Display for Redacted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl<T> fmt::Debug for Redacted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

/// Words that make a field's name that of a secret, in lower case.
const SECRET_NAMES: &[&str] = &[
    "password",
    "passwd",
    "secret",
    "token",
    "authorization",
    "api_key",
    "apikey",
    "private_key",
    "credential",
    "cookie",
    "dsn",
];

/// Names that contain such a word and count something: they are shown.
const HARMLESS_NAMES: &[&str] = &["tokens", "token_budget", "result_tokens", "max_tokens"];

/// Whether the value of a field with this name must not be shown.
pub fn is_secret_name(name: &str) -> bool {
    // Without a copy: this is asked for each attribute of each span that is sent.
    let has = |word: &&str| {
        name.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
    };
    SECRET_NAMES.iter().any(has) && !HARMLESS_NAMES.iter().any(|word| word.eq_ignore_ascii_case(name))
}

/// What stands for the value of a field in a log: nothing of a secret, and [`redact`] of any other text.
pub fn redact_field<'a>(name: &str, value: &'a str) -> Cow<'a, str> {
    if is_secret_name(name) { Cow::Borrowed(MASK) } else { redact(value) }
}

/// What stands before a secret, in lower case, and the characters that end the secret.
const MARKS: &[(&str, &[char])] = &[
    ("bearer ", TOKEN_END),
    ("basic ", TOKEN_END),
    ("token=", VALUE_END),
    ("api_key=", VALUE_END),
    ("apikey=", VALUE_END),
    ("password=", VALUE_END),
    ("secret=", VALUE_END),
    ("signature=", VALUE_END),
];
/// One of these stands in every mark, and in every URL with a password; in few texts that are logged.
const MARK_BYTES: [u8; 3] = [b' ', b'=', b'@'];
const TOKEN_END: &[char] = &[' ', '\t', '\r', '\n', '"', '\'', ',', ';', '<', '>', ')', ']', '}'];
const VALUE_END: &[char] = &[' ', '\t', '\r', '\n', '"', '\'', '&', ';', '#', '<', '>', ')', ']', '}'];

/// Masks bearer tokens, passwords in URLs and secret parameters in a text of unknown origin.
///
/// The last defence, for texts of other libraries: it knows shapes, not secrets. Copies only where it masks.
pub fn redact(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| MARK_BYTES.contains(&byte)) {
        return Cow::Borrowed(text);
    }
    let mut spans = marked_secrets(text);
    spans.extend(url_passwords(text));
    if spans.is_empty() {
        return Cow::Borrowed(text);
    }
    spans.sort_unstable();
    let mut masked = String::with_capacity(text.len());
    let mut done = 0;
    for (start, end) in spans {
        if start >= done {
            masked.push_str(text.get(done..start).unwrap_or_default());
            masked.push_str(MASK);
        }
        done = done.max(end);
    }
    masked.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(masked)
}

fn marked_secrets(text: &str) -> Vec<(usize, usize)> {
    // Lower-casing ASCII only keeps every byte where it is.
    let lower = text.to_ascii_lowercase();
    let mut spans = Vec::new();
    for (mark, ends) in MARKS {
        for (at, _) in lower.match_indices(mark) {
            let start = at + mark.len();
            let end = end_of(text, start, ends);
            if end > start {
                spans.push((start, end));
            }
        }
    }
    spans
}

/// Finds the password of each `scheme://user:password@host`.
fn url_passwords(text: &str) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    for (at, mark) in text.match_indices("://") {
        let start = at + mark.len();
        let end = end_of(text, start, &['/', '?', '#', ' ', '\t', '\r', '\n', '"', '\'', '<', '>']);
        let authority = text.get(start..end).unwrap_or_default();
        let Some((user_info, _)) = authority.rsplit_once('@') else {
            continue;
        };
        if let Some((user, password)) = user_info.split_once(':')
            && !password.is_empty()
        {
            let password_start = start + user.len() + 1;
            spans.push((password_start, password_start + password.len()));
        }
    }
    spans
}

fn end_of(text: &str, start: usize, ends: &[char]) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    rest.find(ends).map_or(text.len(), |length| start + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(redact(text), expected);
    }

    #[test]
    fn tokens_are_masked_in_any_case() {
        check("Authorization: Bearer a.b.c", "Authorization: Bearer [redacted]");
        check("authorization: BEARER a.b.c, x", "authorization: BEARER [redacted], x");
        check(r#"{"auth":"Basic Zm9v"}"#, r#"{"auth":"Basic [redacted]"}"#);
    }

    #[test]
    fn passwords_in_urls_are_masked() {
        check("postgres://u:p@h:5432/db", "postgres://u:[redacted]@h:5432/db");
        check("redis://:p@ss@h and http://h/a:b@c", "redis://:[redacted]@h and http://h/a:b@c");
        check("https://h:8080/x", "https://h:8080/x");
    }

    #[test]
    fn secret_parameters_are_masked() {
        check("/x?access_token=abc&page=2", "/x?access_token=[redacted]&page=2");
        check("password=hunter2; host=x", "password=[redacted]; host=x");
    }

    #[test]
    fn no_mark_is_overlooked() {
        for (mark, _) in MARKS {
            assert!(mark.bytes().any(|byte| MARK_BYTES.contains(&byte)), "{mark}");
        }
    }

    #[test]
    fn overlapping_secrets_are_masked_together() {
        check("http://u:token=abc@h/ and more", "http://u:[redacted] and more");
    }

    #[test]
    fn a_text_without_secrets_is_not_copied() {
        assert!(matches!(redact("nothing to hide, not even ünïcode"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_secret_is_known_by_the_name_of_its_field() {
        for name in ["password", "db.Password", "access_token", "Authorization", "api_key", "sentry.dsn"] {
            assert_eq!(redact_field(name, "hunter2"), MASK, "{name}");
        }
        for name in ["request_id", "result_tokens", "path", "count"] {
            assert_eq!(redact_field(name, "hunter2"), "hunter2", "{name}");
        }
    }

    #[test]
    fn a_redacted_value_shows_only_when_exposed() {
        let value = Redacted::new("x");
        assert_eq!(format!("{value}{value:?}{value:#?}"), MASK.repeat(3));
        assert_eq!(*value.expose(), "x");
    }
}
