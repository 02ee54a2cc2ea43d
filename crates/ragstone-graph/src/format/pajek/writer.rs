//! Writing Pajek.

use std::collections::HashMap;

use serde_json::Value;

use crate::document::{Attributes, KeyRef};
use crate::format::pen::{NEEDS_JSON, Pen};
use crate::format::scalar::{self, Parsed};
use crate::format::{NodeNaming, Place, Result};
use crate::graph::Vertex;

pub(in crate::format) fn write(pen: &mut Pen<'_>) -> Result<()> {
    pen.no_edge_keys()?;
    let mut text = String::new();
    for (name, value) in pen.document.attributes.iter() {
        match value {
            Value::String(title) if name == "name" && is_title(title) => {
                text.extend(["*Network ", title, "\n"]);
            }
            _ => {
                let what = "attributes of the graph but a name on one line";
                let remedy = "write node-link JSON, GraphML, GML or DOT, which hold them, or remove them";
                return Err(pen.attribute_refusal(what, Place::Graph, name, remedy));
            }
        }
    }
    pen.put(&text)?;
    pen.put(&format!("*Vertices {}\n", pen.document.nodes.len()))?;
    let numbers = vertices(pen)?;
    pen.put(if pen.is_directed() { "*Arcs\n" } else { "*Edges\n" })?;
    let number = |place: Vertex| numbers.get(&place).copied().unwrap_or(u64::from(place) + 1);
    for (index, edge) in pen.edges() {
        text.clear();
        text.extend([number(edge.source).to_string().as_str(), " ", &number(edge.target).to_string()]);
        let is_weight = |name: &str, value: &Value| name == "weight" && value.is_number();
        if let Some(Value::Number(weight)) = edge.attributes.get("weight") {
            text.extend([" ", &weight.to_string()]);
        }
        pairs(pen, &edge.attributes, &Place::Edge(index), is_weight, &mut text)?;
        text.push('\n');
        pen.put(&text)?;
    }
    Ok(())
}

fn is_title(title: &str) -> bool {
    !title.is_empty() && title.trim() == title && !title.contains(['\n', '\r', '"'])
}

/// Writes the vertices in the order of their numbers; gives the numbers that are not one more than the place.
fn vertices(pen: &mut Pen<'_>) -> Result<HashMap<Vertex, u64>> {
    let mut text = String::new();
    if pen.options.names == NodeNaming::Label {
        for (place, node) in pen.nodes() {
            let at = Vertex::try_from(place).unwrap_or(Vertex::MAX);
            text.clear();
            text.push_str(&(place + 1).to_string());
            match pen.key(at) {
                KeyRef::Integer(number) => text.extend([" ", &number.to_string()]),
                KeyRef::Text(label) => quoted(pen, label, &Place::Node(place), "label", &mut text)?,
            }
            vertex(pen, &node.attributes, &Place::Node(place), false, &mut text)?;
            text.push('\n');
            pen.put(&text)?;
        }
        return Ok(HashMap::new());
    }
    let numbers = numbers(pen)?;
    let mut order: Vec<(u64, Vertex)> = numbers.iter().map(|(&place, &number)| (number, place)).collect();
    order.sort_unstable();
    for (number, at) in order {
        let Some(node) = pen.document.nodes.get(at as usize) else { continue };
        let place = Place::Node(at as usize);
        text.clear();
        text.push_str(&number.to_string());
        let is_labelled = matches!(node.attributes.get("label"), Some(Value::String(_)));
        match node.attributes.get("label") {
            Some(Value::String(label)) => quoted(pen, label, &place, "label", &mut text)?,
            None if node.attributes.is_empty() => {}
            _ => {
                let remedy =
                    "give each vertex with attributes a label that is a text, or name vertices by label";
                return Err(pen.refusal("attributes without a label", place, remedy));
            }
        }
        vertex(pen, &node.attributes, &place, is_labelled, &mut text)?;
        text.push('\n');
        pen.put(&text)?;
    }
    Ok(numbers)
}

/// Numbers of vertices that are named by them.
fn numbers(pen: &Pen<'_>) -> Result<HashMap<Vertex, u64>> {
    let count = pen.document.nodes.len() as u64;
    let mut is_taken = vec![false; pen.document.nodes.len()];
    let mut numbers = HashMap::new();
    for (place, _) in pen.nodes() {
        let at = Vertex::try_from(place).unwrap_or(Vertex::MAX);
        let number = match pen.key(at) {
            KeyRef::Integer(number) => {
                u64::try_from(number).ok().filter(|number| (1..=count).contains(number))
            }
            KeyRef::Text(_) => None,
        };
        let slot = number.and_then(|number| usize::try_from(number - 1).ok());
        match (number, slot.and_then(|slot| is_taken.get_mut(slot))) {
            (Some(number), Some(slot)) if !*slot => {
                *slot = true;
                numbers.insert(at, number);
            }
            _ => {
                let what = "keys other than the numbers from 1 without gaps";
                return Err(pen.refusal(what, Place::Node(place), "name vertices by label"));
            }
        }
    }
    Ok(numbers)
}

/// Coordinates and shape in their places, then names with values.
fn vertex(
    pen: &Pen<'_>,
    attributes: &Attributes,
    place: &Place,
    is_labelled: bool,
    text: &mut String,
) -> Result<()> {
    let number = |name: &str| attributes.get(name).filter(|value| value.is_number());
    let mut placed: Vec<&str> = Vec::new();
    for name in ["x", "y", "z"] {
        let Some(value) = number(name) else { break };
        text.extend([" ", &value.to_string()]);
        placed.push(name);
    }
    if let Some(Value::String(shape)) = attributes.get("shape")
        && is_word(shape)
    {
        text.push(' ');
        text.push_str(shape);
        placed.push("shape");
    }
    if is_labelled {
        placed.push("label");
    }
    pairs(pen, attributes, place, |name, _| placed.contains(&name), text)
}

/// Whether a text is read as one bare word that is no number.
fn is_word(text: &str) -> bool {
    !text.is_empty()
        && !text.contains(|character: char| character.is_whitespace() || character == '"')
        && matches!(scalar::number(text), Parsed::Text)
}

fn pairs(
    pen: &Pen<'_>,
    attributes: &Attributes,
    place: &Place,
    is_placed: impl Fn(&str, &Value) -> bool,
    text: &mut String,
) -> Result<()> {
    for (name, value) in attributes.iter().filter(|(name, value)| !is_placed(name, value)) {
        if !is_word(name) {
            let what = "names of attributes that are empty, have blanks or quotes or are numbers";
            return Err(pen.attribute_refusal(what, place.clone(), name, NEEDS_JSON));
        }
        text.push(' ');
        text.push_str(name);
        match value {
            Value::String(value) => quoted(pen, value, place, name, text)?,
            Value::Bool(_) | Value::Number(_) => text.extend([" ", &value.to_string()]),
            Value::Null | Value::Array(_) | Value::Object(_) => {
                let value = pen.stringified(value, place.clone(), name)?;
                quoted(pen, &value, place, name, text)?;
            }
        }
    }
    Ok(())
}

fn quoted(pen: &Pen<'_>, value: &str, place: &Place, name: &str, text: &mut String) -> Result<()> {
    if value.contains(['"', '\n', '\r']) {
        let what = "texts with quotes or several lines";
        return Err(pen.attribute_refusal(what, place.clone(), name, NEEDS_JSON));
    }
    text.push_str(" \"");
    text.push_str(value);
    text.push('"');
    Ok(())
}
