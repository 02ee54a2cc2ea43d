//! The filter language: what is printed is read again, and an index means by it what the filter means.

use std::fmt::Write as _;

use ragstone_core::clock::Timestamp;
use ragstone_core::filter::{Field, Filter, MAX_FILTER_LEN, NumberRange};
use ragstone_core::index::IndexAttributes;
use ragstone_core::index::admission::{Admission, Conditions};
use ragstone_core::index::keyword::{Held, KeywordField, StoredAttributes};
use ragstone_core::metadata::{Metadata, MetadataValue, check_metadata, check_tags};
use ragstone_core::{AccessList, DocumentId, SourceUri};
use uuid::Uuid;

/// The first line is a filter; the second is a source; each further one is `key=value` or a tag.
pub fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.split('\n');
    let Ok(filter) = Filter::parse(lines.next().unwrap_or_default()) else { return };
    let _keys = filter.metadata_keys();
    if let Some(printed) = printed(&filter).filter(|printed| printed.len() <= MAX_FILTER_LEN) {
        assert_eq!(Filter::parse(&printed).ok().as_ref(), Some(&filter), "{printed}");
    }
    let document = DocumentId::from_uuid(Uuid::from_u128(7));
    if let Some(attributes) = attributes(lines) {
        let is_match = filter.matches(document, &attributes);
        let stored = StoredAttributes::of(document, &attributes);
        let is_admitted = match Admission::of::<Evaluated>(&filter) {
            Admission::Everything => true,
            Admission::Nothing => false,
            Admission::Where(condition) => condition(&stored),
        };
        assert_eq!(is_admitted, is_match, "{filter:?} on {attributes:?}");
        assert_ne!(Filter::Not(Box::new(filter)).matches(document, &attributes), is_match);
    }
}

// ---- Documents ----

fn attributes<'a>(mut lines: impl Iterator<Item = &'a str>) -> Option<IndexAttributes> {
    let source = SourceUri::try_new(lines.next().unwrap_or("text:a")).ok()?;
    let mut attributes = IndexAttributes {
        source,
        format: "markdown".to_owned(),
        language: None,
        updated: Timestamp::from_millis(1_767_225_600_000),
        tags: [].into(),
        metadata: Metadata::new(),
        access: AccessList::OPEN,
    };
    for line in lines {
        match line.split_once('=') {
            Some(("language", name)) => attributes.language = Some(name.to_owned()),
            Some((key, value)) => {
                attributes.metadata.insert(key.to_owned(), of_text(value));
            }
            None => {
                attributes.tags.insert(line.to_owned());
            }
        }
    }
    check_tags(&attributes.tags).ok()?;
    check_metadata(&attributes.metadata).ok()?;
    Some(attributes)
}

fn of_text(text: &str) -> MetadataValue {
    match (text.parse(), text.parse(), text.parse::<f64>()) {
        (Ok(truth), ..) => MetadataValue::Boolean(truth),
        (_, Ok(number), _) => MetadataValue::Integer(number),
        (.., Ok(number)) if number.is_finite() => MetadataValue::Float(number),
        _ => MetadataValue::Text(text.to_owned()),
    }
}

// ---- An index that looks at one document ----

struct Evaluated;

type Condition = Box<dyn Fn(&StoredAttributes) -> bool>;

impl Conditions for Evaluated {
    type Condition = Condition;

    fn all(conditions: Vec<Condition>) -> Condition {
        assert!(!conditions.is_empty());
        Box::new(move |stored| conditions.iter().all(|condition| condition(stored)))
    }

    fn any(conditions: Vec<Condition>) -> Condition {
        assert!(!conditions.is_empty());
        Box::new(move |stored| conditions.iter().any(|condition| condition(stored)))
    }

    fn not(condition: Condition) -> Condition {
        Box::new(move |stored| !condition(stored))
    }

    fn holds(field: KeywordField, keywords: Vec<String>) -> Condition {
        assert!(!keywords.is_empty());
        Box::new(move |stored| {
            let held = stored.keywords.iter().find(|(name, _)| *name == field).map(|(_, held)| held);
            keywords.iter().any(|keyword| match held {
                Some(Held::One(held)) => held == keyword,
                Some(Held::Many(held)) => held.contains(keyword),
                None => false,
            })
        })
    }

    fn number_within(field: &str, range: &NumberRange) -> Condition {
        assert_ne!(*range, NumberRange::UNBOUNDED);
        let (field, range) = (field.to_owned(), *range);
        Box::new(move |stored| {
            stored.numbers.iter().any(|(name, number)| *name == field && range.contains(*number))
        })
    }
}

// ---- Printing ----

/// The filter in its language; `None` where a date is before the year 0, which the language has no way to write.
fn printed(filter: &Filter) -> Option<String> {
    Some(match filter {
        Filter::All(parts) => joined(parts, " and ")?,
        Filter::Any(parts) => joined(parts, " or ")?,
        Filter::Not(part) => match &**part {
            Filter::Equals(field, value) => format!("{field} != {}", value_of(value)),
            part => format!("not {}", nested(part)?),
        },
        Filter::Equals(field, value) => format!("{field} = {}", value_of(value)),
        Filter::In(field, values) => {
            let values: Vec<String> = values.iter().map(value_of).collect();
            format!("{field} in ({})", values.join(", "))
        }
        Filter::Within(field, range) => bounded(field, range, |bound| Some(format!("{bound:?}")))?,
        Filter::Dated(field, range) => bounded(field, range, date_of)?,
        Filter::Under(place) => format!("source under {}", quoted(place.as_str())),
        Filter::Glob(glob) => format!("source glob {}", quoted(&glob.to_string())),
        Filter::Exists(field) => format!("{field} exists"),
    })
}

fn joined(parts: &[Filter], word: &str) -> Option<String> {
    let parts: Option<Vec<String>> = parts.iter().map(nested).collect();
    Some(parts?.join(word))
}

fn nested(filter: &Filter) -> Option<String> {
    let printed = printed(filter)?;
    Some(if matches!(filter, Filter::All(_) | Filter::Any(_)) { format!("({printed})") } else { printed })
}

fn value_of(value: &MetadataValue) -> String {
    match value {
        MetadataValue::Boolean(truth) => truth.to_string(),
        MetadataValue::Integer(number) => number.to_string(),
        MetadataValue::Float(number) => format!("{number:?}"),
        MetadataValue::Text(text) => quoted(text),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn bounded(field: &Field, range: &NumberRange, print: impl Fn(f64) -> Option<String>) -> Option<String> {
    let bounds = [(">", range.gt), (">=", range.gte), ("<", range.lt), ("<=", range.lte)];
    let mut condition = field.to_string();
    let mut count = 0;
    for (symbol, bound) in bounds.into_iter().filter_map(|(symbol, bound)| Some((symbol, bound?))) {
        let _infallible = write!(condition, " {symbol} {}", print(bound)?);
        count += 1;
    }
    assert_eq!(count, 1, "a condition that is read has one bound");
    Some(condition)
}

#[expect(clippy::cast_possible_truncation, reason = "dates of four-digit years are whole milliseconds")]
fn date_of(millis: f64) -> Option<String> {
    let instant = jiff::Timestamp::from_millisecond(millis as i64).expect("a date that was read");
    Some(format!("\"{instant}\"")).filter(|text| !text.starts_with("\"-"))
}
