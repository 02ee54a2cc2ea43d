//! Writing GEXF.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{META, viz};
use crate::document::{Attributes, DocumentEdge, NodeKey};
use crate::format::pen::Pen;
use crate::format::xml::{check, escape};
use crate::format::{KeyWriting, Place, Result};

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<gexf xmlns=\"http://www.gexf.net/1.2draft\" xmlns:viz=\"http://www.gexf.net/1.2draft/viz\" version=\"1.2\">
";

pub(in crate::format) fn write(pen: &mut Pen<'_>) -> Result<()> {
    let id_type = id_type(pen)?;
    let nodes = Table::of(pen, true)?;
    let edges = Table::of(pen, false)?;
    pen.put(HEAD)?;
    meta(pen)?;
    let direction = if pen.is_directed() { "directed" } else { "undirected" };
    pen.put(&format!("  <graph defaultedgetype=\"{direction}\" mode=\"static\"{id_type}>\n"))?;
    nodes.declare(pen, "node")?;
    edges.declare(pen, "edge")?;
    pen.put("    <nodes>\n")?;
    let mut text = String::new();
    for (place, node) in pen.nodes() {
        text.clear();
        let name = pen.name(u32::try_from(place).unwrap_or(u32::MAX));
        check(pen, &name, Place::Node(place), None)?;
        text.push_str("      <node id=\"");
        text.push_str(&escape(&name));
        text.push('"');
        own(pen, &node.attributes, true, &Place::Node(place), &mut text)?;
        text.push('>');
        nodes.values(pen, &node.attributes, &Place::Node(place), &mut text)?;
        text.push_str("</node>\n");
        pen.put(&text)?;
    }
    pen.put("    </nodes>\n    <edges>\n")?;
    for (index, edge) in pen.edges() {
        text.clear();
        put_edge(pen, index, edge, &edges, &mut text)?;
        pen.put(&text)?;
    }
    pen.put("    </edges>\n  </graph>\n</gexf>\n")
}

fn put_edge(
    pen: &Pen<'_>,
    index: usize,
    edge: &DocumentEdge,
    table: &Table<'_>,
    text: &mut String,
) -> Result<()> {
    text.push_str("      <edge");
    if let Some(key) = &edge.key {
        pen.check_key(key, Place::Edge(index))?;
        let name = crate::format::pen::text(key.borrow());
        check(pen, &name, Place::Edge(index), None)?;
        text.push_str(" id=\"");
        text.push_str(&escape(&name));
        text.push('"');
    }
    text.push_str(" source=\"");
    text.push_str(&escape(&pen.name(edge.source)));
    text.push_str("\" target=\"");
    text.push_str(&escape(&pen.name(edge.target)));
    text.push('"');
    own(pen, &edge.attributes, false, &Place::Edge(index), text)?;
    text.push('>');
    table.values(pen, &edge.attributes, &Place::Edge(index), text)?;
    text.push_str("</edge>\n");
    Ok(())
}

/// What ids are, if they are all of one kind; else texts that look like numbers are refused.
fn id_type(pen: &Pen<'_>) -> Result<&'static str> {
    let is_integer = |key: &NodeKey| matches!(key, NodeKey::Integer(_));
    let mut keys = pen.document.nodes.iter().map(|node| &node.key);
    if pen.options.keys == KeyWriting::Exact && keys.len() > 0 {
        if keys.clone().all(is_integer) {
            return Ok(" idtype=\"integer\"");
        }
        if !keys.any(is_integer) {
            return Ok(" idtype=\"string\"");
        }
    }
    pen.check_keys()?;
    Ok("")
}

fn meta(pen: &mut Pen<'_>) -> Result<()> {
    let mut text = String::new();
    for (name, value) in pen.document.attributes.iter() {
        match value {
            Value::String(value) if META.contains(&name) => {
                check(pen, value, Place::Graph, Some(name))?;
                text.extend(["    <", name, ">", &escape(value), "</", name, ">\n"]);
            }
            _ => {
                let what = "attributes of the graph but the texts creator, description and keywords";
                let remedy = "write node-link JSON, GraphML, GML or DOT, which hold them, or remove them";
                return Err(pen.attribute_refusal(what, Place::Graph, name, remedy));
            }
        }
    }
    if text.is_empty() { Ok(()) } else { pen.put(&format!("  <meta>\n{text}  </meta>\n")) }
}

/// Whether a value is written as an attribute of the element itself.
fn is_own(name: &str, value: &Value, is_node: bool) -> bool {
    match (name, value) {
        ("label", Value::String(_)) => true,
        ("weight", Value::Number(_)) => !is_node,
        _ => false,
    }
}

fn own(
    pen: &Pen<'_>,
    attributes: &Attributes,
    is_node: bool,
    place: &Place,
    text: &mut String,
) -> Result<()> {
    for (name, value) in attributes.iter().filter(|(name, value)| is_own(name, value, is_node)) {
        let written = match value {
            Value::String(label) => {
                check(pen, label, place.clone(), Some(name))?;
                escape(label).into_owned()
            }
            _ => value.to_string(),
        };
        text.extend([" ", name, "=\"", &written, "\""]);
    }
    Ok(())
}

/// The attributes that are declared, by name and type.
struct Table<'a>(BTreeMap<(&'a str, &'static str), usize>);

impl<'a> Table<'a> {
    fn of(pen: &Pen<'a>, is_node: bool) -> Result<Self> {
        let mut table = Self(BTreeMap::new());
        if is_node {
            for (place, node) in pen.nodes() {
                table.add(pen, &node.attributes, true, &Place::Node(place))?;
            }
        } else {
            for (index, edge) in pen.edges() {
                table.add(pen, &edge.attributes, false, &Place::Edge(index))?;
            }
        }
        for (id, place) in table.0.values_mut().enumerate() {
            *place = id;
        }
        Ok(table)
    }

    fn add(&mut self, pen: &Pen<'a>, attributes: &'a Attributes, is_node: bool, place: &Place) -> Result<()> {
        for (name, value) in attributes.iter() {
            let is_drawn = name == "viz" && viz::write(value, str::to_owned).is_some();
            let key = (name, kind(value));
            if !is_drawn && !is_own(name, value, is_node) && !self.0.contains_key(&key) {
                check(pen, name, place.clone(), Some(name))?;
                self.0.insert(key, 0);
            }
        }
        Ok(())
    }

    fn declare(&self, pen: &mut Pen<'_>, class: &str) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        pen.put(&format!("    <attributes class=\"{class}\" mode=\"static\">\n"))?;
        for ((name, kind), id) in &self.0 {
            let title = escape(name);
            pen.put(&format!("      <attribute id=\"{id}\" title=\"{title}\" type=\"{kind}\"/>\n"))?;
        }
        pen.put("    </attributes>\n")
    }

    /// Values that are declared, and how it is drawn.
    fn values(&self, pen: &Pen<'_>, attributes: &Attributes, place: &Place, text: &mut String) -> Result<()> {
        let mut drawn = None;
        let mut values = String::new();
        for (name, value) in attributes.iter() {
            if name == "viz" {
                drawn = viz::write(value, |shape| escape(shape).into_owned());
                if drawn.is_some() {
                    continue;
                }
            }
            let Some(id) = self.0.get(&(name, kind(value))) else { continue };
            if matches!(place, Place::Node(_)) && is_own(name, value, true)
                || matches!(place, Place::Edge(_)) && is_own(name, value, false)
            {
                continue;
            }
            let written = match value {
                Value::String(value) => value.clone(),
                Value::Bool(_) | Value::Number(_) if kind(value) != "string" => value.to_string(),
                _ => pen.stringified(value, place.clone(), name)?,
            };
            check(pen, &written, place.clone(), Some(name))?;
            let id = id.to_string();
            values.extend(["<attvalue for=\"", &id, "\" value=\"", &escape(&written), "\"/>"]);
        }
        if !values.is_empty() {
            text.push_str("<attvalues>");
            text.push_str(&values);
            text.push_str("</attvalues>");
        }
        if let Some(drawn) = drawn {
            check(pen, &drawn, place.clone(), Some("viz"))?;
            text.push_str(&drawn);
        }
        Ok(())
    }
}

/// The type of a value; what has none of its own is a string.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() => "long",
        Value::Number(number) if number.is_f64() => "double",
        _ => "string",
    }
}
