//! What writers share: output, budget, names of nodes, and refusals of what a format does not hold.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::{BufWriter, Write};

use serde_json::Value;

use super::{
    FormatError, GraphFormat, KeyReading, KeyWriting, Place, Result, ValueWriting, WriteOptions, scalar,
};
use crate::document::{DocumentEdge, DocumentNode, GraphDocument, KeyRef, NodeKey};
use crate::graph::{Direction, Vertex};
use crate::watch::Watch;

pub(super) const NEEDS_JSON: &str = "write node-link JSON, which holds it";
pub(super) const NEEDS_TYPED_KEYS: &str =
    "write node-link JSON or GML, which tell 1 from \"1\", or ask for keys as text";
pub(super) const NEEDS_VALUES: &str = "write node-link JSON, which holds it, or ask for values as text";

/// The document on its way out.
pub(super) struct Pen<'a> {
    pub(super) format: GraphFormat,
    pub(super) document: &'a GraphDocument,
    pub(super) options: &'a WriteOptions,
    output: BufWriter<&'a mut dyn Write>,
    watch: &'a Watch,
    step: u32,
}

impl<'a> Pen<'a> {
    pub(super) fn new(
        format: GraphFormat,
        document: &'a GraphDocument,
        output: &'a mut dyn Write,
        options: &'a WriteOptions,
        watch: &'a Watch,
    ) -> Self {
        let output = BufWriter::with_capacity(64 << 10, output);
        Self { format, document, options, output, watch, step: 0 }
    }

    /// Puts text out, and looks at the caller's watch now and then.
    pub(super) fn put(&mut self, text: &str) -> Result<()> {
        self.watch.pace(&mut self.step)?;
        Ok(self.output.write_all(text.as_bytes())?)
    }

    pub(super) fn finish(mut self) -> Result<()> {
        Ok(self.output.flush()?)
    }

    pub(super) fn is_directed(&self) -> bool {
        self.document.direction == Direction::Directed
    }

    pub(super) fn is_exact(&self) -> bool {
        self.options.values == ValueWriting::Exact
    }

    pub(super) fn nodes(&self) -> impl Iterator<Item = (usize, &'a DocumentNode)> + use<'a> {
        self.document.nodes.iter().enumerate()
    }

    pub(super) fn edges(&self) -> impl Iterator<Item = (usize, &'a DocumentEdge)> + use<'a> {
        self.document.edges.iter().enumerate()
    }

    /// The key of a node, or its place where nodes are numbered.
    pub(super) fn key(&self, place: Vertex) -> KeyRef<'a> {
        match (self.options.keys, self.document.nodes.get(place as usize)) {
            (KeyWriting::Exact | KeyWriting::Stringified, Some(node)) => node.key.borrow(),
            _ => KeyRef::Integer(place.into()),
        }
    }

    /// The key of a node in a format that does not tell numbers from text; [`check_keys`](Self::check_keys) comes before.
    pub(super) fn name(&self, place: Vertex) -> Cow<'a, str> {
        text(self.key(place))
    }

    /// Refuses names that would not come back, for a format that does not tell numbers from text.
    pub(super) fn check_keys(&self) -> Result<()> {
        let nodes = self.document.nodes.iter().enumerate();
        match self.options.keys {
            KeyWriting::Numbered => Ok(()),
            KeyWriting::Exact => {
                for (place, node) in nodes {
                    self.check_key(&node.key, Place::Node(place))?;
                }
                Ok(())
            }
            KeyWriting::Stringified => self.check_keys_apart(),
        }
    }

    /// Refuses two nodes that are written the same where keys are written as text.
    pub(super) fn check_keys_apart(&self) -> Result<()> {
        if self.options.keys != KeyWriting::Stringified {
            return Ok(());
        }
        let integer = |key: &NodeKey| match key {
            NodeKey::Integer(number) => Some(*number),
            NodeKey::Text(_) => None,
        };
        let integers: HashSet<i64> = self.nodes().filter_map(|(_, node)| integer(&node.key)).collect();
        let is_both = |node: &DocumentNode| match &node.key {
            NodeKey::Integer(_) => false,
            NodeKey::Text(text) => scalar::integer(text).is_some_and(|number| integers.contains(&number)),
        };
        match self.nodes().find(|(_, node)| is_both(node)) {
            Some((place, _)) => {
                let what = "a text and a number that are written the same";
                Err(self.refusal(what, Place::Node(place), NEEDS_JSON))
            }
            None => Ok(()),
        }
    }

    /// Refuses a text that would come back as a number.
    pub(super) fn check_key(&self, key: &NodeKey, place: Place) -> Result<()> {
        match key {
            NodeKey::Text(text)
                if self.options.keys == KeyWriting::Exact
                    && matches!(scalar::key(text, KeyReading::Detect), KeyRef::Integer(_)) =>
            {
                Err(self.refusal("a text key that looks like a number", place, NEEDS_TYPED_KEYS))
            }
            _ => Ok(()),
        }
    }

    /// The key of an edge as text.
    pub(super) fn edge_name(&self, index: usize, edge: &'a DocumentEdge) -> Result<Option<Cow<'a, str>>> {
        let Some(key) = &edge.key else {
            return Ok(None);
        };
        self.check_key(key, Place::Edge(index))?;
        Ok(Some(text(key.borrow())))
    }

    /// Refuses keys of edges.
    pub(super) fn no_edge_keys(&self) -> Result<()> {
        match self.edges().find(|(_, edge)| edge.key.is_some()) {
            Some((index, _)) => Err(self.refusal(
                "keys of edges",
                Place::Edge(index),
                "write node-link JSON, GraphML, GEXF, GML or DOT, which hold them, or remove them",
            )),
            None => Ok(()),
        }
    }

    /// Refuses attributes of the graph.
    pub(super) fn no_graph_attributes(&self) -> Result<()> {
        match self.document.attributes.iter().next() {
            Some((name, _)) => Err(self.attribute_refusal(
                "attributes of the graph",
                Place::Graph,
                name,
                "write node-link JSON, GraphML, GML or DOT, which hold them, or remove them",
            )),
            None => Ok(()),
        }
    }

    /// Refuses attributes of nodes.
    pub(super) fn no_node_attributes(&self) -> Result<()> {
        for (place, node) in self.nodes() {
            if let Some((name, _)) = node.attributes.iter().next() {
                return Err(self.attribute_refusal(
                    "attributes of nodes",
                    Place::Node(place),
                    name,
                    "write node-link JSON, GraphML, GEXF, GML or DOT, which hold them, or remove them",
                ));
            }
        }
        Ok(())
    }

    pub(super) fn refusal(&self, what: &'static str, place: Place, remedy: &'static str) -> FormatError {
        FormatError::Unrepresentable { format: self.format, what, place, attribute: None, remedy }
    }

    pub(super) fn attribute_refusal(
        &self,
        what: &'static str,
        place: Place,
        name: &str,
        remedy: &'static str,
    ) -> FormatError {
        let attribute = Some(name.to_owned());
        FormatError::Unrepresentable { format: self.format, what, place, attribute, remedy }
    }

    /// Refuses a value unless values are asked for as text; then gives its text.
    pub(super) fn stringified(&self, value: &Value, place: Place, name: &str) -> Result<String> {
        if self.is_exact() {
            let what = match value {
                Value::Null => "null",
                Value::Bool(_) => "truth values",
                Value::Number(_) => "a number of this size",
                Value::String(_) => "a text that looks like another value",
                Value::Array(_) | Value::Object(_) => "nested values",
            };
            return Err(self.attribute_refusal(what, place, name, NEEDS_VALUES));
        }
        Ok(scalar::stringify(value))
    }
}

/// A key as text.
pub(super) fn text(key: KeyRef<'_>) -> Cow<'_, str> {
    match key {
        KeyRef::Integer(number) => Cow::Owned(number.to_string()),
        KeyRef::Text(text) => Cow::Borrowed(text),
    }
}
