//! Writing edge lists.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::Value;

use super::{KEY, WEIGHT, literal};
use crate::document::DocumentEdge;
use crate::format::pen::{NEEDS_JSON, Pen};
use crate::format::scalar;
use crate::format::{GraphFormat, Place, Result};

/// Names of columns that are no attributes.
const TAKEN: [&str; 3] = ["source", "target", KEY];

pub(in crate::format) fn write(pen: &mut Pen<'_>) -> Result<()> {
    pen.no_graph_attributes()?;
    pen.no_node_attributes()?;
    no_lone_nodes(pen)?;
    pen.check_keys()?;
    match pen.format {
        GraphFormat::Tsv => table(pen, '\t'),
        GraphFormat::EdgeList => plain(pen),
        _ => table(pen, ','),
    }
}

fn no_lone_nodes(pen: &Pen<'_>) -> Result<()> {
    let mut is_end = vec![false; pen.document.nodes.len()];
    for (_, edge) in pen.edges() {
        is_end[edge.source as usize] = true;
        is_end[edge.target as usize] = true;
    }
    match is_end.iter().position(|is_end| !is_end) {
        Some(place) => Err(pen.refusal(
            "nodes without edges",
            Place::Node(place),
            "write an adjacency list, node-link JSON, GraphML, GEXF, GML, Pajek or DOT, which hold them",
        )),
        None => Ok(()),
    }
}

fn table(pen: &mut Pen<'_>, delimiter: char) -> Result<()> {
    let mut names = BTreeSet::new();
    for (index, edge) in pen.edges() {
        for (name, _) in edge.attributes.iter() {
            if name.is_empty() || TAKEN.contains(&name) {
                let what = "an attribute of this name";
                return Err(pen.attribute_refusal(what, Place::Edge(index), name, NEEDS_JSON));
            }
            names.insert(name);
        }
    }
    let has_keys = pen.edges().any(|(_, edge)| edge.key.is_some());
    let mut line = format!("source{delimiter}target");
    if has_keys {
        line.push(delimiter);
        line.push_str(KEY);
    }
    for name in &names {
        line.push(delimiter);
        // Blanks around a name count only in quotes.
        cell(name, delimiter, false, &mut line);
    }
    line.push('\n');
    pen.put(&line)?;
    for (index, edge) in pen.edges() {
        line.clear();
        cell(&pen.name(edge.source), delimiter, false, &mut line);
        line.push(delimiter);
        cell(&pen.name(edge.target), delimiter, false, &mut line);
        if has_keys {
            line.push(delimiter);
            if let Some(key) = pen.edge_name(index, edge)? {
                cell(&key, delimiter, false, &mut line);
            }
        }
        for name in &names {
            line.push(delimiter);
            if let Some(value) = edge.attributes.get(name) {
                let (text, is_quoted) = value_of(pen, index, name, value)?;
                cell(&text, delimiter, is_quoted, &mut line);
            }
        }
        line.push('\n');
        pen.put(&line)?;
    }
    Ok(())
}

/// The text of a value, and whether it has to be in quotes to stay a text.
fn value_of(pen: &Pen<'_>, index: usize, name: &str, value: &Value) -> Result<(String, bool)> {
    match value {
        Value::String(text) if name == WEIGHT => match scalar::number(text) {
            scalar::Parsed::Text => Ok((text.clone(), true)),
            _ => Ok((pen.stringified(value, Place::Edge(index), name)?, true)),
        },
        Value::String(text) => Ok((text.clone(), !scalar::guess(text).is_string())),
        Value::Bool(_) if name == WEIGHT => Ok((pen.stringified(value, Place::Edge(index), name)?, false)),
        Value::Bool(_) | Value::Number(_) => Ok((value.to_string(), false)),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            Ok((pen.stringified(value, Place::Edge(index), name)?, false))
        }
    }
}

/// Puts a cell into a line, in quotes where it needs them. A note's sign counts at the beginning of a line only, and is put
/// in quotes everywhere.
fn cell(text: &str, delimiter: char, is_quoted: bool, line: &mut String) {
    let is_plain = !is_quoted
        && !text.is_empty()
        && text.trim() == text
        && !text.starts_with(['#', '%'])
        && !text.contains([delimiter, '"', '\n', '\r']);
    if is_plain {
        line.push_str(text);
        return;
    }
    line.push('"');
    line.push_str(&text.replace('"', "\"\""));
    line.push('"');
}

fn plain(pen: &mut Pen<'_>) -> Result<()> {
    pen.no_edge_keys()?;
    for (place, _) in pen.nodes() {
        check_word(pen, place)?;
    }
    let mut line = String::new();
    for (_, edge) in pen.edges() {
        line.clear();
        line.push_str(&pen.name(edge.source));
        line.push(' ');
        line.push_str(&pen.name(edge.target));
        if !edge.attributes.is_empty() {
            line.push(' ');
            line.push_str(&values(edge));
        }
        line.push('\n');
        pen.put(&line)?;
    }
    Ok(())
}

/// A weight that is alone bare, anything else in braces.
fn values(edge: &DocumentEdge) -> Cow<'_, str> {
    let mut text = String::new();
    match (edge.attributes.get(WEIGHT), edge.attributes.len()) {
        (Some(Value::Number(weight)), 1) => text = weight.to_string(),
        _ => literal::pairs(edge.attributes.iter(), &mut text),
    }
    Cow::Owned(text)
}

/// Refuses a name that white space would cut, or that begins a note.
pub(in crate::format) fn check_word(pen: &Pen<'_>, place: usize) -> Result<()> {
    let name = pen.name(u32::try_from(place).unwrap_or(u32::MAX));
    if name.is_empty() || name.contains(char::is_whitespace) || name.starts_with(['#', '%', '\u{feff}']) {
        let remedy = "write CSV, node-link JSON, GraphML, GEXF, GML or DOT, which hold them";
        return Err(pen.refusal(
            "names that are empty, have blanks or begin like a note",
            Place::Node(place),
            remedy,
        ));
    }
    Ok(())
}
