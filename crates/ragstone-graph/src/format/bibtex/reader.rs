//! Reading BibTeX.

use std::collections::HashSet;

use serde_json::Value;

use super::entry::{Entries, Entry};
use super::{CITATIONS, PEOPLE, RELATION, TYPE, VERBATIM, YEAR, tex};
use crate::document::{Attributes, KeyRef, NodeKey};
use crate::format::sink::Sink;
use crate::format::source::Source;
use crate::format::{FormatError, Position, Result, scalar};
use crate::graph::Direction;

pub(in crate::format) fn read(source: Source<'_>, mut sink: Sink<'_>) -> Result<()> {
    sink.direction(Direction::Directed, source.position())?;
    let limits = sink.limits();
    let expansion = usize::try_from(limits.implied.saturating_mul(64)).unwrap_or(usize::MAX);
    let mut entries = Entries::new(source, limits.names, expansion);
    let mut seen: HashSet<String> = HashSet::new();
    while let Some(entry) = entries.next()? {
        if !seen.insert(entry.key.clone()) {
            let (format, position, node) = (sink.format, entry.position, NodeKey::Text(entry.key));
            return Err(FormatError::DuplicateNode { format, position, node });
        }
        tell(&entry, &mut sink)?;
    }
    Ok(())
}

fn tell(entry: &Entry, sink: &mut Sink<'_>) -> Result<()> {
    let mut attributes = Attributes::new();
    attributes.insert(sink.name(TYPE, entry.position)?, entry.kind.as_str());
    let mut citations: Vec<(&'static str, &str, Position)> = Vec::new();
    let mut known = HashSet::new();
    for (field, text, position) in &entry.fields {
        if !known.insert(field) {
            return Err(sink.malformed(*position, "a field is there twice"));
        }
        if let Some(relation) = CITATIONS.into_iter().find(|name| name == field) {
            let names =
                text.split(|sign: char| matches!(sign, ',' | ';' | '{' | '}') || sign.is_ascii_whitespace());
            citations.extend(names.filter(|name| !name.is_empty()).map(|name| (relation, name, *position)));
            continue;
        }
        let (name, value) = value(field, text);
        if attributes.insert(sink.name(name, *position)?, value).is_some() {
            return Err(sink.malformed(*position, "a field is there twice, or is called type"));
        }
    }
    sink.node(KeyRef::Text(&entry.key), attributes, entry.position)?;
    for (relation, target, position) in citations {
        let mut attributes = Attributes::new();
        if relation != CITATIONS[0] {
            attributes.insert(sink.name(RELATION, position)?, relation);
        }
        sink.edge(KeyRef::Text(&entry.key), KeyRef::Text(target), None, attributes, position)?;
    }
    Ok(())
}

/// The attribute that a field is.
fn value<'f>(field: &'f str, text: &str) -> (&'f str, Value) {
    if let Some((_, list)) = PEOPLE.iter().find(|(one, list)| *one == field || *list == field) {
        let people = tex::people(text).into_iter().map(|person| Value::String(tex::resolve(person)));
        return (*list, Value::Array(people.collect()));
    }
    if VERBATIM.contains(&field) {
        return (field, Value::String(tex::fold(text)));
    }
    let text = tex::resolve(text);
    if field == YEAR
        && let Some(year) = scalar::integer(&text)
    {
        return (field, Value::from(year));
    }
    (field, Value::String(text))
}
