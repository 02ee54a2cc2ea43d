//! GraphML.

mod reader;
mod schema;

use serde_json::Value;

pub(super) use self::reader::read;
use self::schema::{Domain, Schema};
use super::pen::Pen;
use super::xml::{check, escape};
use super::{Place, Result};
use crate::document::Attributes;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\" \
xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
xsi:schemaLocation=\"http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd\">
";

pub(super) fn write(pen: &mut Pen<'_>) -> Result<()> {
    pen.check_keys()?;
    let schema = Schema::of(pen)?;
    pen.put(HEAD)?;
    for (domain, name, kind, id) in schema.keys() {
        let key = format!(
            "  <key id=\"d{id}\" for=\"{}\" attr.name=\"{}\" attr.type=\"{}\"/>\n",
            domain.name(),
            escape(name),
            kind.name()
        );
        pen.put(&key)?;
    }
    let direction = if pen.is_directed() { "directed" } else { "undirected" };
    pen.put(&format!("  <graph edgedefault=\"{direction}\">\n"))?;
    let mut text = String::new();
    data(pen, &schema, Domain::Graph, &pen.document.attributes, Place::Graph, &mut text)?;
    pen.put(&text)?;
    for (place, node) in pen.nodes() {
        let name = pen.name(u32::try_from(place).unwrap_or(u32::MAX));
        check(pen, &name, Place::Node(place), None)?;
        text.clear();
        text.push_str("    <node id=\"");
        text.push_str(&escape(&name));
        text.push_str("\">");
        data(pen, &schema, Domain::Node, &node.attributes, Place::Node(place), &mut text)?;
        text.push_str("</node>\n");
        pen.put(&text)?;
    }
    for (index, edge) in pen.edges() {
        text.clear();
        text.push_str("    <edge");
        if let Some(name) = pen.edge_name(index, edge)? {
            check(pen, &name, Place::Edge(index), None)?;
            text.push_str(" id=\"");
            text.push_str(&escape(&name));
            text.push('"');
        }
        text.push_str(" source=\"");
        text.push_str(&escape(&pen.name(edge.source)));
        text.push_str("\" target=\"");
        text.push_str(&escape(&pen.name(edge.target)));
        text.push_str("\">");
        data(pen, &schema, Domain::Edge, &edge.attributes, Place::Edge(index), &mut text)?;
        text.push_str("</edge>\n");
        pen.put(&text)?;
    }
    pen.put("  </graph>\n</graphml>\n")
}

fn data(
    pen: &Pen<'_>,
    schema: &Schema<'_>,
    domain: Domain,
    attributes: &Attributes,
    place: Place,
    into: &mut String,
) -> Result<()> {
    for (name, value) in attributes.iter() {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Bool(_) | Value::Number(_) if schema::kind(value).is_some() => value.to_string(),
            _ => pen.stringified(value, place.clone(), name)?,
        };
        check(pen, &text, place.clone(), Some(name))?;
        into.push_str("<data key=\"d");
        into.push_str(&schema.id(domain, name, value).to_string());
        into.push_str("\">");
        into.push_str(&escape(&text));
        into.push_str("</data>");
    }
    Ok(())
}
