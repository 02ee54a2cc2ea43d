//! NetworkX's node-link JSON.

mod reader;

use serde_json::Value;

pub(super) use self::reader::read;
use super::pen::Pen;
use super::{EdgeField, FormatError, Place, Result};
use crate::document::{Attributes, KeyRef};

/// Fields of a node and of an edge that are no attributes.
const NODE: [&str; 1] = ["id"];
const EDGE: [&str; 3] = ["source", "target", "key"];

pub(super) fn write(pen: &mut Pen<'_>) -> Result<()> {
    let head = format!(
        "{{\"directed\": {}, \"multigraph\": {}, \"graph\": ",
        pen.is_directed(),
        pen.document.multigraph
    );
    pen.put(&head)?;
    let mut text = String::from("{");
    members(&pen.document.attributes, &mut text);
    text.push('}');
    pen.put(&text)?;
    pen.put(", \"nodes\": [")?;
    for (place, node) in pen.nodes() {
        refuse_taken(pen, &node.attributes, &NODE, Place::Node(place))?;
        text.clear();
        text.push_str(if place == 0 { "\n{\"id\": " } else { ",\n{\"id\": " });
        key(pen.key(u32::try_from(place).unwrap_or(u32::MAX)), &mut text);
        if !node.attributes.is_empty() {
            text.push_str(", ");
            members(&node.attributes, &mut text);
        }
        text.push('}');
        pen.put(&text)?;
    }
    pen.put(match pen.options.edge_field {
        EdgeField::Edges => "], \"edges\": [",
        EdgeField::Links => "], \"links\": [",
    })?;
    for (index, edge) in pen.edges() {
        refuse_taken(pen, &edge.attributes, &EDGE, Place::Edge(index))?;
        text.clear();
        text.push_str(if index == 0 { "\n{\"source\": " } else { ",\n{\"source\": " });
        key(pen.key(edge.source), &mut text);
        text.push_str(", \"target\": ");
        key(pen.key(edge.target), &mut text);
        if let Some(name) = &edge.key {
            text.push_str(", \"key\": ");
            key(name.borrow(), &mut text);
        }
        if !edge.attributes.is_empty() {
            text.push_str(", ");
            members(&edge.attributes, &mut text);
        }
        text.push('}');
        pen.put(&text)?;
    }
    pen.put("]}\n")
}

fn refuse_taken(
    pen: &Pen<'_>,
    attributes: &Attributes,
    taken: &[&str],
    place: Place,
) -> Result<(), FormatError> {
    match taken.iter().find(|name| attributes.get(name).is_some()) {
        Some(name) => {
            let remedy = "rename it: ids, ends and keys are called so";
            Err(pen.attribute_refusal("an attribute of this name", place, name, remedy))
        }
        None => Ok(()),
    }
}

fn members(attributes: &Attributes, into: &mut String) {
    for (index, (name, value)) in attributes.iter().enumerate() {
        if index > 0 {
            into.push_str(", ");
        }
        into.push_str(&Value::from(name).to_string());
        into.push_str(": ");
        into.push_str(&value.to_string());
    }
}

fn key(key: KeyRef<'_>, into: &mut String) {
    match key {
        KeyRef::Integer(number) => into.push_str(&number.to_string()),
        KeyRef::Text(text) => into.push_str(&Value::from(text).to_string()),
    }
}
