//! Writing DOT.

use serde_json::Value;

use super::KEYWORDS;
use crate::document::{Attributes, KeyRef, NodeKey};
use crate::format::pen::{NEEDS_JSON, Pen};
use crate::format::{Place, Result};
use crate::graph::Vertex;

pub(in crate::format) fn write(pen: &mut Pen<'_>) -> Result<()> {
    pen.check_keys()?;
    let mut text = String::new();
    if !pen.document.multigraph {
        text.push_str("strict ");
    }
    text.push_str(if pen.is_directed() { "digraph" } else { "graph" });
    let has_name = match pen.document.attributes.get("name") {
        Some(Value::String(name)) => {
            text.push(' ');
            quoted(pen, name, &Place::Graph, Some("name"), &mut text)?;
            true
        }
        _ => false,
    };
    text.push_str(" {\n");
    let mut list = String::new();
    let is_told = |name: &str| has_name && name == "name";
    members(pen, &pen.document.attributes, &Place::Graph, is_told, &mut list)?;
    if !list.is_empty() {
        text.push_str("  graph [");
        text.push_str(&list);
        text.push_str("];\n");
    }
    pen.put(&text)?;
    for (place, node) in pen.nodes() {
        text.clear();
        text.push_str("  ");
        key(pen, Vertex::try_from(place).unwrap_or(Vertex::MAX), &Place::Node(place), &mut text)?;
        list.clear();
        members(pen, &node.attributes, &Place::Node(place), |_| false, &mut list)?;
        close(&list, &mut text);
        pen.put(&text)?;
    }
    for (index, edge) in pen.edges() {
        let place = Place::Edge(index);
        text.clear();
        text.push_str("  ");
        key(pen, edge.source, &place, &mut text)?;
        text.push_str(if pen.is_directed() { " -> " } else { " -- " });
        key(pen, edge.target, &place, &mut text)?;
        list.clear();
        if edge.attributes.get("key").is_some() {
            let remedy = "rename it: the key of an edge is called so";
            return Err(pen.attribute_refusal("an attribute of this name", place, "key", remedy));
        }
        match &edge.key {
            None => {}
            Some(NodeKey::Integer(number)) => list.extend(["key=", &number.to_string()]),
            Some(NodeKey::Text(name)) => {
                list.push_str("key=");
                quoted(pen, name, &place, None, &mut list)?;
            }
        }
        members(pen, &edge.attributes, &place, |_| false, &mut list)?;
        close(&list, &mut text);
        pen.put(&text)?;
    }
    pen.put("}\n")
}

fn close(list: &str, text: &mut String) {
    if !list.is_empty() {
        text.push_str(" [");
        text.push_str(list);
        text.push(']');
    }
    text.push_str(";\n");
}

fn key(pen: &Pen<'_>, at: Vertex, place: &Place, text: &mut String) -> Result<()> {
    match pen.key(at) {
        KeyRef::Integer(number) => {
            text.push_str(&number.to_string());
            Ok(())
        }
        KeyRef::Text(name) => quoted(pen, name, place, None, text),
    }
}

fn members(
    pen: &Pen<'_>,
    attributes: &Attributes,
    place: &Place,
    is_told: impl Fn(&str) -> bool,
    list: &mut String,
) -> Result<()> {
    for (name, value) in attributes.iter().filter(|(name, _)| !is_told(name)) {
        if !list.is_empty() {
            list.push_str(", ");
        }
        if is_bare(name) {
            list.push_str(name);
        } else {
            quoted(pen, name, place, Some(name), list)?;
        }
        list.push('=');
        match value {
            Value::String(text) => quoted(pen, text, place, Some(name), list)?,
            Value::Bool(is_so) => list.push_str(if *is_so { "true" } else { "false" }),
            Value::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
                Some(real) => list.push_str(&plain(real)),
                None => list.push_str(&number.to_string()),
            },
            Value::Null | Value::Array(_) | Value::Object(_) => {
                let text = pen.stringified(value, place.clone(), name)?;
                quoted(pen, &text, place, Some(name), list)?;
            }
        }
    }
    Ok(())
}

/// Whether a name needs no quotes.
fn is_bare(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !KEYWORDS.iter().any(|keyword| keyword.eq_ignore_ascii_case(name))
}

/// A number without exponent, which DOT does not have, and with a point.
fn plain(real: f64) -> String {
    let mut text = real.to_string();
    if !text.contains('.') {
        text.push_str(".0");
    }
    text
}

/// Puts a text in quotes. A backslash before a quote, a line end or the end of the text would be taken for an escape.
fn quoted(pen: &Pen<'_>, value: &str, place: &Place, name: Option<&str>, text: &mut String) -> Result<()> {
    let mut backslashes = 0;
    let mut is_escape = false;
    for character in value.chars() {
        is_escape |= backslashes % 2 == 1 && matches!(character, '"' | '\n');
        backslashes = if character == '\\' { backslashes + 1 } else { 0 };
    }
    if is_escape || backslashes % 2 == 1 {
        let what = "a backslash before a quote, a line end or the end of a text";
        return Err(match name {
            Some(name) => pen.attribute_refusal(what, place.clone(), name, NEEDS_JSON),
            None => pen.refusal(what, place.clone(), NEEDS_JSON),
        });
    }
    text.push('"');
    text.push_str(&value.replace('"', "\\\""));
    text.push('"');
    Ok(())
}
