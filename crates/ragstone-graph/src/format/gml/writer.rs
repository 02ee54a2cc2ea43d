//! Writing GML.

use std::fmt::Write;

use serde_json::Value;

use crate::document::{Attributes, KeyRef, NodeKey};
use crate::format::pen::{NEEDS_JSON, NEEDS_VALUES, Pen};
use crate::format::{NodeNaming, Place, Result, scalar};
use crate::graph::Vertex;

/// Names that mean something else where they stand.
const GRAPH: [&str; 4] = ["directed", "multigraph", "node", "edge"];
const NODE: [&str; 2] = ["id", "label"];
const EDGE: [&str; 3] = ["source", "target", "key"];

pub(in crate::format) fn write(pen: &mut Pen<'_>) -> Result<()> {
    let is_named_by_id = pen.options.names == NodeNaming::Id;
    pen.put("graph [\n")?;
    if pen.is_directed() {
        pen.put("  directed 1\n")?;
    }
    if pen.document.multigraph {
        pen.put("  multigraph 1\n")?;
    }
    let mut text = String::new();
    members(pen, &pen.document.attributes, &GRAPH, &Place::Graph, 1, &mut text)?;
    pen.put(&text)?;
    for (place, node) in pen.nodes() {
        let at = Vertex::try_from(place).unwrap_or(Vertex::MAX);
        text.clear();
        text.push_str("  node [\n");
        line(&mut text, 2, "id", &id(pen, at)?.to_string());
        if is_named_by_id {
            members(pen, &node.attributes, &NODE[..1], &Place::Node(place), 2, &mut text)?;
        } else {
            let label = match pen.key(at) {
                KeyRef::Integer(number) => number.to_string(),
                KeyRef::Text(label) => quoted(label),
            };
            line(&mut text, 2, "label", &label);
            members(pen, &node.attributes, &NODE, &Place::Node(place), 2, &mut text)?;
        }
        text.push_str("  ]\n");
        pen.put(&text)?;
    }
    for (index, edge) in pen.edges() {
        text.clear();
        text.push_str("  edge [\n");
        line(&mut text, 2, "source", &id(pen, edge.source)?.to_string());
        line(&mut text, 2, "target", &id(pen, edge.target)?.to_string());
        match &edge.key {
            None => {}
            Some(NodeKey::Integer(number)) => line(&mut text, 2, "key", &number.to_string()),
            Some(NodeKey::Text(key)) => line(&mut text, 2, "key", &quoted(key)),
        }
        members(pen, &edge.attributes, &EDGE, &Place::Edge(index), 2, &mut text)?;
        text.push_str("  ]\n");
        pen.put(&text)?;
    }
    pen.put("]\n")
}

/// The id of a node: its place, or its key where ids name nodes.
fn id(pen: &Pen<'_>, place: Vertex) -> Result<i64> {
    if pen.options.names == NodeNaming::Label {
        return Ok(place.into());
    }
    match pen.key(place) {
        KeyRef::Integer(number) => Ok(number),
        KeyRef::Text(_) => {
            let remedy = "name nodes by label, or write another format but Matrix Market";
            Err(pen.refusal("text keys as ids", Place::Node(place as usize), remedy))
        }
    }
}

fn line(into: &mut String, level: usize, name: &str, value: &str) {
    for _ in 0..level {
        into.push_str("  ");
    }
    into.push_str(name);
    into.push(' ');
    into.push_str(value);
    into.push('\n');
}

fn members(
    pen: &Pen<'_>,
    attributes: &Attributes,
    taken: &[&str],
    place: &Place,
    level: usize,
    into: &mut String,
) -> Result<()> {
    for (name, value) in attributes.iter() {
        if taken.contains(&name) || !is_name(name) {
            let what = "an attribute of this name";
            let remedy = "rename it: letters, digits and underscores that mean nothing else in GML";
            return Err(pen.attribute_refusal(what, place.clone(), name, remedy));
        }
        let writer = Writer { pen, place, attribute: name };
        writer.member(name, value, level, into)?;
    }
    Ok(())
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

struct Writer<'w, 'p> {
    pen: &'w Pen<'p>,
    place: &'w Place,
    attribute: &'w str,
}

impl Writer<'_, '_> {
    fn member(&self, name: &str, value: &Value, level: usize, into: &mut String) -> Result<()> {
        match value {
            Value::Number(number) => line(into, level, name, &real(&number.to_string())),
            Value::String(text) => line(into, level, name, &quoted(text)),
            Value::Object(map) if map.keys().all(|name| is_name(name)) => {
                line(into, level, name, "[");
                for (name, value) in map {
                    self.member(name, value, level + 1, into)?;
                }
                for _ in 0..level {
                    into.push_str("  ");
                }
                into.push_str("]\n");
            }
            Value::Array(values) if values.len() > 1 && !values.iter().any(Value::is_array) => {
                for value in values {
                    self.member(name, value, level, into)?;
                }
            }
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
                if self.pen.is_exact() {
                    let what = "truth values, nulls, lists of fewer than two values or of lists, and names with other signs";
                    let place = self.place.clone();
                    let remedy = if value.is_object() { NEEDS_JSON } else { NEEDS_VALUES };
                    return Err(self.pen.attribute_refusal(what, place, self.attribute, remedy));
                }
                line(into, level, name, &quoted(&scalar::stringify(value)));
            }
        }
        Ok(())
    }
}

/// A number with a point where it has an exponent, which GML wants.
fn real(text: &str) -> String {
    match text.split_once('e') {
        Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0e{exponent}"),
        _ => text.to_owned(),
    }
}

/// A text in quotes: printable ASCII but `&` and `"` as it is, other characters numbered.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            ' '..='~' if character != '"' && character != '&' => quoted.push(character),
            _ => {
                // Writing to a string does not fail.
                let _ = write!(quoted, "&#{};", u32::from(character));
            }
        }
    }
    quoted.push('"');
    quoted
}
