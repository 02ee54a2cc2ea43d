//! Makes a document of what a reader tells.

use std::collections::HashMap;

use super::{Event, FormatError, GraphFormat, Position, Result, Visitor};
use crate::document::{Attributes, DocumentEdge, DocumentError, DocumentNode, GraphDocument, KeyRef};
use crate::graph::{Direction, Vertex};

/// Makes a document of what a reader tells. An edge whose ends are not there adds them, and a node that comes again gets
/// further attributes, where the format allows both.
#[derive(Debug)]
pub struct DocumentBuilder {
    format: GraphFormat,
    document: GraphDocument,
    multigraph: Option<bool>,
    integers: HashMap<i64, Vertex>,
    texts: HashMap<Box<str>, Vertex>,
    undeclared: HashMap<Vertex, Position>,
}

impl DocumentBuilder {
    /// Begins an empty document; `direction` holds until the file says another.
    pub fn new(format: GraphFormat, direction: Direction) -> Self {
        Self {
            format,
            document: GraphDocument::new(direction),
            multigraph: None,
            integers: HashMap::new(),
            texts: HashMap::new(),
            undeclared: HashMap::new(),
        }
    }

    /// The document. [`FormatError::UndeclaredNode`] if a node that had to be named was not, and
    /// [`DocumentError::ParallelEdges`] if the file has parallel edges and says that it has none.
    pub fn finish(mut self) -> Result<GraphDocument> {
        if let Some((&place, &position)) = self.undeclared.iter().min_by_key(|(_, position)| **position) {
            let node = self.document.key_at(place);
            return Err(FormatError::UndeclaredNode { format: self.format, position, node });
        }
        if self.multigraph != Some(true) {
            match self.document.parallel_edge() {
                Some((source, target)) if self.multigraph.is_some() => {
                    let (source_key, target_key) =
                        (self.document.key_at(source), self.document.key_at(target));
                    return Err(DocumentError::ParallelEdges { source_key, target_key }.into());
                }
                parallel => self.multigraph = Some(parallel.is_some()),
            }
        }
        self.document.multigraph = self.multigraph.unwrap_or(false);
        Ok(self.document)
    }

    fn find(&self, key: KeyRef<'_>) -> Option<Vertex> {
        match key {
            KeyRef::Integer(number) => self.integers.get(&number).copied(),
            KeyRef::Text(text) => self.texts.get(text).copied(),
        }
    }

    fn add(&mut self, key: KeyRef<'_>, attributes: Attributes, position: Position) -> Result<Vertex> {
        let place = Vertex::try_from(self.document.nodes.len()).unwrap_or(Vertex::MAX);
        if place == Vertex::MAX {
            let limit = u64::from(Vertex::MAX);
            return Err(FormatError::TooLarge { format: self.format, position, what: "nodes", limit });
        }
        match key {
            KeyRef::Integer(number) => self.integers.insert(number, place),
            KeyRef::Text(text) => self.texts.insert(text.into(), place),
        };
        self.document.nodes.push(DocumentNode { key: key.to_key(), attributes });
        Ok(place)
    }

    fn node(&mut self, key: KeyRef<'_>, attributes: Attributes, position: Position) -> Result<()> {
        let Some(place) = self.find(key) else {
            self.add(key, attributes, position)?;
            return Ok(());
        };
        if self.format.declares_nodes() && self.undeclared.remove(&place).is_none() {
            return Err(FormatError::DuplicateNode { format: self.format, position, node: key.to_key() });
        }
        self.document.nodes[place as usize].attributes.extend(attributes);
        Ok(())
    }

    fn end(&mut self, key: KeyRef<'_>, position: Position) -> Result<Vertex> {
        if let Some(place) = self.find(key) {
            return Ok(place);
        }
        let place = self.add(key, Attributes::new(), position)?;
        if self.format.declares_nodes() {
            self.undeclared.insert(place, position);
        }
        Ok(place)
    }
}

impl Visitor for DocumentBuilder {
    fn visit(&mut self, event: Event<'_>, position: Position) -> Result<()> {
        match event {
            Event::Direction(direction) => self.document.direction = direction,
            Event::Multigraph(multigraph) => self.multigraph = Some(multigraph),
            Event::Attribute { name, value } => {
                self.document.attributes.insert(name, value);
            }
            Event::Node { key, attributes } => self.node(key, attributes, position)?,
            Event::Edge { source, target, key, attributes } => {
                let (source, target) = (self.end(source, position)?, self.end(target, position)?);
                let key = key.map(KeyRef::to_key);
                self.document.edges.push(DocumentEdge { source, target, key, attributes });
            }
        }
        Ok(())
    }
}
