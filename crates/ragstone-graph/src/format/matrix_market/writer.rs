//! Writing Matrix Market.

use serde_json::Value;

use crate::document::{DocumentEdge, NodeKey};
use crate::format::pen::Pen;
use crate::format::{KeyWriting, Place, Result};
use crate::graph::Vertex;

/// The one attribute that has a place.
const WEIGHT: &str = "weight";
const OTHERS: &str = "write node-link JSON, GraphML, GEXF, GML or DOT, which hold them";

#[derive(Clone, Copy, PartialEq)]
enum Field {
    Pattern,
    Integer,
    Real,
}

pub(in crate::format) fn write(pen: &mut Pen<'_>) -> Result<()> {
    pen.no_graph_attributes()?;
    pen.no_node_attributes()?;
    pen.no_edge_keys()?;
    check_keys(pen)?;
    let field = field(pen)?;
    let name = match field {
        Field::Pattern => "pattern",
        Field::Integer => "integer",
        Field::Real => "real",
    };
    let symmetry = if pen.is_directed() { "general" } else { "symmetric" };
    let (nodes, edges) = (pen.document.nodes.len(), pen.document.edges.len());
    pen.put(&format!("%%MatrixMarket matrix coordinate {name} {symmetry}\n{nodes} {nodes} {edges}\n"))?;
    for (_, edge) in pen.edges() {
        let mut line = ends(pen, edge);
        if let Some(Value::Number(weight)) = edge.attributes.get(WEIGHT) {
            line.push(' ');
            line.push_str(&weight.to_string());
        }
        line.push('\n');
        pen.put(&line)?;
    }
    Ok(())
}

/// Row and column; of a symmetric matrix the entry on or below the diagonal.
fn ends(pen: &Pen<'_>, edge: &DocumentEdge) -> String {
    let (row, column) = (number(pen, edge.source), number(pen, edge.target));
    if pen.is_directed() || row >= column { format!("{row} {column}") } else { format!("{column} {row}") }
}

fn number(pen: &Pen<'_>, place: Vertex) -> i64 {
    match pen.document.nodes.get(place as usize).map(|node| &node.key) {
        Some(NodeKey::Integer(number)) if pen.options.keys != KeyWriting::Numbered => *number,
        _ => i64::from(place) + 1,
    }
}

/// Refuses keys other than the numbers from 1.
fn check_keys(pen: &Pen<'_>) -> Result<()> {
    if pen.options.keys == KeyWriting::Numbered {
        return Ok(());
    }
    let mut is_there = vec![false; pen.document.nodes.len()];
    for (place, node) in pen.nodes() {
        let slot = match node.key {
            NodeKey::Integer(number) => number.checked_sub(1).and_then(|slot| usize::try_from(slot).ok()),
            NodeKey::Text(_) => None,
        };
        match slot.and_then(|slot| is_there.get_mut(slot)) {
            Some(slot) if !*slot => *slot = true,
            _ => {
                let what = "keys other than the numbers from 1 without gaps";
                let remedy = "ask for numbered keys, or write node-link JSON, GraphML, GEXF, GML or DOT";
                return Err(pen.refusal(what, Place::Node(place), remedy));
            }
        }
    }
    Ok(())
}

/// What all weights are. Numbers of both kinds are reals.
fn field(pen: &Pen<'_>) -> Result<Field> {
    let mut field = None;
    for (index, edge) in pen.edges() {
        if let Some((name, _)) = edge.attributes.iter().find(|(name, _)| *name != WEIGHT) {
            return Err(pen.attribute_refusal("attributes but weight", Place::Edge(index), name, OTHERS));
        }
        let found = match edge.attributes.get(WEIGHT) {
            None => Field::Pattern,
            Some(Value::Number(number)) if number.is_f64() => Field::Real,
            Some(Value::Number(_)) => Field::Integer,
            Some(_) => {
                let what = "weights that are no numbers";
                return Err(pen.attribute_refusal(what, Place::Edge(index), WEIGHT, OTHERS));
            }
        };
        field = match (field, found) {
            (None, found) => Some(found),
            (Some(known), found) if known == found => field,
            (Some(Field::Pattern), _) | (_, Field::Pattern) => {
                let what = "edges with and without weight";
                return Err(pen.refusal(what, Place::Edge(index), "give all edges a weight or none"));
            }
            _ => Some(Field::Real),
        };
    }
    Ok(field.unwrap_or(Field::Pattern))
}
