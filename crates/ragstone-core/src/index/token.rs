//! Attribute values as the keywords that an index of exact words holds, such as Qdrant's.
//!
//! Equality of numbers "by value" is not what such an index means by it, so every value becomes a text that says exactly
//! what it equals. Long texts are replaced by their hash, which bounds a stored chunk whatever its attributes.

use std::collections::BTreeSet;

use crate::access::AccessEntry;
use crate::date;
use crate::filter::{MAX_GLOB_TAIL, glob, place};
use crate::id::Digest;
use crate::metadata::MetadataValue;

/// Longest text that is stored as it is, in bytes.
const MAX_PLAIN_LEN: usize = 80;

/// Held by every document with at least one tag.
pub const HAS_TAG: &str = "*";

/// Held by every document that allows everybody whom it does not deny.
pub const EVERYBODY: &str = "*";

/// Held by every document whose language is known.
pub const HAS_LANGUAGE: &str = "*";

/// Keywords of those whom an access list names.
pub fn of_entries(entries: &BTreeSet<AccessEntry>) -> Vec<String> {
    entries.iter().map(|entry| of_text(entry.as_str())).collect()
}

/// Keyword of a text.
pub fn of_text(text: &str) -> String {
    if text.len() <= MAX_PLAIN_LEN { format!("={text}") } else { format!("#{}", Digest::of(text.as_bytes())) }
}

/// Held where the attribute has any value.
pub fn has_value(key: &str) -> String {
    format!("{key}*")
}

/// Held where the attribute is a number.
pub fn has_number(key: &str) -> String {
    format!("{key}#")
}

/// Held where the attribute is a text that is a date.
pub fn has_date(key: &str) -> String {
    format!("{key}@")
}

/// Held by every source below a place.
pub fn below(place: &str) -> String {
    format!("<{}", of_text(place))
}

/// Held where a segment of the source is this, so many behind it.
pub fn segment(behind: usize, name: &str) -> String {
    format!("{behind}{}", of_text(name))
}

/// Held where the last segment of the source ends with this.
pub fn ending(ending: &str) -> String {
    format!(".{}", of_text(ending))
}

/// Held where some segment of the source but the last one is this.
pub fn directory(name: &str) -> String {
    format!("/{}", of_text(name))
}

/// Keywords that say where a source lies.
pub fn of_source(source: &str) -> Vec<String> {
    let directories: BTreeSet<&str> = glob::directories(source).collect();
    let tail = source.rsplit('/').take(MAX_GLOB_TAIL).enumerate();
    place::places_above(source)
        .map(below)
        .chain(tail.map(|(behind, name)| segment(behind, name)))
        .chain(glob::endings(glob::name_of(source)).map(ending))
        .chain(directories.into_iter().map(directory))
        .collect()
}

/// Keywords that a document with this attribute holds.
pub fn held(key: &str, value: &MetadataValue) -> Vec<String> {
    let mut tokens = vec![has_value(key)];
    match value {
        MetadataValue::Boolean(truth) => tokens.push(format!("{key}=b{truth}")),
        MetadataValue::Text(text) => {
            tokens.push(format!("{key}=t{}", of_text(text)));
            if date::instant(text).is_some() {
                tokens.push(has_date(key));
            }
        }
        MetadataValue::Integer(number) => {
            tokens.push(has_number(key));
            tokens.push(whole(key, *number));
            tokens.push(nearest(key, value));
        }
        MetadataValue::Float(_) => {
            tokens.push(has_number(key));
            tokens.push(float(key, value));
        }
    }
    tokens
}

/// Keywords of which a document must hold one for its attribute to equal `value`.
pub fn sought(key: &str, value: &MetadataValue) -> Vec<String> {
    match value {
        MetadataValue::Boolean(truth) => vec![format!("{key}=b{truth}")],
        MetadataValue::Text(text) => vec![format!("{key}=t{}", of_text(text))],
        MetadataValue::Integer(number) => vec![whole(key, *number), float(key, value)],
        MetadataValue::Float(_) => vec![nearest(key, value), float(key, value)],
    }
}

fn whole(key: &str, number: i64) -> String {
    format!("{key}=i{number}")
}

/// A whole number as the float that it is compared by.
fn nearest(key: &str, value: &MetadataValue) -> String {
    format!("{key}=n{}", bits(value))
}

fn float(key: &str, value: &MetadataValue) -> String {
    format!("{key}=f{}", bits(value))
}

fn bits(value: &MetadataValue) -> String {
    value.as_number().map(|number| format!("{:x}", number.to_bits())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_agree_with_equality_of_values() {
        let values = [
            MetadataValue::Boolean(true),
            MetadataValue::Boolean(false),
            MetadataValue::Integer(0),
            MetadataValue::Integer(1),
            MetadataValue::Integer(i64::MAX),
            MetadataValue::Integer(i64::MAX - 1),
            MetadataValue::Float(0.0),
            MetadataValue::Float(-0.0),
            MetadataValue::Float(1.0),
            MetadataValue::Float(9_223_372_036_854_775_807.0),
            MetadataValue::Text("1".to_owned()),
            MetadataValue::Text("true".to_owned()),
            MetadataValue::Text("x".repeat(100)),
            MetadataValue::Text("x".repeat(101)),
        ];
        for left in &values {
            for right in &values {
                let holds = held("k", left);
                let found = sought("k", right).iter().any(|token| holds.contains(token));
                assert_eq!(found, left.equals(right), "{left:?} = {right:?}");
            }
        }
    }
}
