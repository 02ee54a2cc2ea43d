//! Names, numbers and truth values written as text.

use serde_json::{Number, Value};

use super::KeyReading;
use crate::document::KeyRef;

/// A text as a number.
pub(super) enum Parsed {
    /// A finite one.
    Number(Number),
    /// One that is infinite, or none by name.
    NotFinite,
    /// Not a number.
    Text,
}

/// What a name is.
pub(super) fn key(text: &str, reading: KeyReading) -> KeyRef<'_> {
    match reading {
        KeyReading::Detect => integer(text).map_or(KeyRef::Text(text), KeyRef::Integer),
        KeyReading::Text => KeyRef::Text(text),
    }
}

/// An integer in the one way in which it is written.
pub(super) fn integer(text: &str) -> Option<i64> {
    is_canonical(text).then(|| text.parse().ok()).flatten()
}

/// A number in any usual way: a sign, leading zeros, no digits on one side of the point; integers stay integers.
pub(super) fn number(text: &str) -> Parsed {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        if let Ok(integer) = text.parse::<i64>() {
            return Parsed::Number(integer.into());
        }
        if let Ok(integer) = text.parse::<u64>() {
            return Parsed::Number(integer.into());
        }
    }
    match text.parse::<f64>() {
        Ok(number) => Number::from_f64(number).map_or(Parsed::NotFinite, Parsed::Number),
        Err(_) => Parsed::Text,
    }
}

/// A number written as a real one, also where it has no point.
pub(super) fn real(text: &str) -> Parsed {
    match text.parse::<f64>() {
        Ok(number) => Number::from_f64(number).map_or(Parsed::NotFinite, Parsed::Number),
        Err(_) => Parsed::Text,
    }
}

/// What a value without a type looks like: an integer, a number with a point or an exponent, a truth value, else text.
/// Leading zeros and what is not finite stay text.
pub(super) fn guess(text: &str) -> Value {
    match text {
        "true" => return Value::Bool(true),
        "false" => return Value::Bool(false),
        _ => {}
    }
    if !text.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
        return Value::String(text.to_owned());
    }
    if is_canonical(text) {
        let integer =
            text.parse::<i64>().map(Number::from).or_else(|_| text.parse::<u64>().map(Number::from));
        if let Ok(integer) = integer {
            return Value::Number(integer);
        }
    } else if is_real(text)
        && let Some(number) = text.parse().ok().and_then(Number::from_f64)
    {
        return Value::Number(number);
    }
    Value::String(text.to_owned())
}

/// A value as text, whatever comes back: a string as it is, anything else as JSON.
pub(super) fn stringify(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        _ => value.to_string(),
    }
}

fn is_canonical(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    match digits.as_bytes() {
        [b'0'] => text.len() == 1,
        [first, ..] => *first != b'0' && digits.bytes().all(|byte| byte.is_ascii_digit()),
        [] => false,
    }
}

/// Digits without leading zeros, and a point or an exponent.
fn is_real(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
    let is_led_by_zero = digits.len() > 1 && digits[0] == b'0' && digits[1].is_ascii_digit();
    !is_led_by_zero
        && digits.first().is_some_and(u8::is_ascii_digit)
        && digits.iter().any(|byte| matches!(byte, b'.' | b'e' | b'E'))
        && digits.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'-' | b'+'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_is_written_the_one_way_is_an_integer_key() {
        for text in ["0", "7", "-12", "9223372036854775807"] {
            assert_eq!(integer(text).map(|integer| integer.to_string()).as_deref(), Some(text));
        }
        for text in ["", "-", "-0", "007", "+1", "1.0", "9223372036854775808", "١", " 1"] {
            assert_eq!(integer(text), None, "{text}");
        }
    }

    #[test]
    fn value_is_what_it_looks_like() {
        let cases = [
            ("5", json!(5)),
            ("-5", json!(-5)),
            ("18446744073709551615", json!(u64::MAX)),
            ("0.5", json!(0.5)),
            ("-0.0", json!(-0.0)),
            ("1e5", json!(1e5)),
            ("true", json!(true)),
            ("", json!("")),
            ("007", json!("007")),
            ("00.5", json!("00.5")),
            ("nan", json!("nan")),
            ("1e999", json!("1e999")),
            ("1-2", json!("1-2")),
            ("-", json!("-")),
            ("12345678901234567890123", json!("12345678901234567890123")),
        ];
        for (text, value) in cases {
            assert_eq!(guess(text), value, "{text}");
        }
        assert_eq!(guess(&json!(1e300).to_string()), json!(1e300));
    }
}
