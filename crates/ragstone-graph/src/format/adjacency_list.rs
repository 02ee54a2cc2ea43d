//! Adjacency lists: lines of a node and the targets of its edges.

use super::edge_list::check_word;
use super::pen::Pen;
use super::sink::Sink;
use super::source::Source;
use super::{Place, Position, Result};
use crate::document::Attributes;
use crate::graph::Vertex;

pub(super) fn read(mut source: Source<'_>, mut sink: Sink<'_>) -> Result<()> {
    let mut line = Vec::new();
    while let Some((position, text)) = source.text_line(&mut line)? {
        sink.pace()?;
        let text = text.trim_end();
        if text.trim_start().starts_with(['#', '%']) {
            continue;
        }
        let (mut place, mut column) = (0, position.column);
        let mut node = None;
        for word in text.split_whitespace() {
            let begin = text[place..].find(word).map_or(place, |found| place + found);
            column += text[place..begin].chars().count() as u64;
            let here = Position { column, ..position };
            match node {
                None => {
                    sink.node(sink.key(word), Attributes::new(), here)?;
                    node = Some(sink.key(word));
                }
                Some(node) => sink.edge(node, sink.key(word), None, Attributes::new(), here)?,
            }
            column += word.chars().count() as u64;
            place = begin + word.len();
        }
    }
    Ok(())
}

pub(super) fn write(pen: &mut Pen<'_>) -> Result<()> {
    pen.no_graph_attributes()?;
    pen.no_node_attributes()?;
    pen.no_edge_keys()?;
    for (index, edge) in pen.edges() {
        if let Some((name, _)) = edge.attributes.iter().next() {
            let remedy = "write CSV, node-link JSON, GraphML, GEXF, GML or DOT, which hold them";
            return Err(pen.attribute_refusal("attributes of edges", Place::Edge(index), name, remedy));
        }
    }
    pen.check_keys()?;
    for (place, _) in pen.nodes() {
        check_word(pen, place)?;
    }
    let mut order: Vec<_> = pen.document.edges.iter().map(|edge| (edge.source, edge.target)).collect();
    order.sort_by_key(|&(source, _)| source);
    let mut rest = order.as_slice();
    let count = Vertex::try_from(pen.document.nodes.len()).unwrap_or(Vertex::MAX);
    for place in 0..count {
        let length = rest.iter().take_while(|&&(source, _)| source == place).count();
        let (row, others) = rest.split_at(length);
        rest = others;
        pen.put(&pen.name(place))?;
        for &(_, target) in row {
            pen.put(" ")?;
            pen.put(&pen.name(target))?;
        }
        pen.put("\n")?;
    }
    Ok(())
}
