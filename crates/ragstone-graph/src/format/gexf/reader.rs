//! Reading GEXF.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::{META, viz};
use crate::document::{Attributes, KeyRef};
use crate::format::kind::Kind;
use crate::format::scalar::{self, Parsed};
use crate::format::sink::{Sink, value_units};
use crate::format::source::Source;
use crate::format::xml::{Element, Node, Xml};
use crate::format::{FormatError, KeyReading, Position, Result};
use crate::graph::Direction;

pub(in crate::format) fn read<'a>(source: Source<'a>, sink: Sink<'a>) -> Result<()> {
    let xml = Xml::new(source, sink.limits().depth);
    let (ids, direction) = (Ids::Any, Direction::Undirected);
    Reader { xml, sink, nodes: Declared::default(), edges: Declared::default(), ids, direction }.file()
}

/// What ids are declared to be.
#[derive(Clone, Copy, PartialEq)]
enum Ids {
    Any,
    Integers,
    Texts,
}

/// Declared attributes of nodes or edges.
#[derive(Default)]
struct Declared {
    by_id: HashMap<String, (Arc<str>, Kind)>,
    defaults: Vec<(Arc<str>, Value)>,
}

struct Reader<'a> {
    xml: Xml<'a>,
    sink: Sink<'a>,
    nodes: Declared,
    edges: Declared,
    ids: Ids,
    direction: Direction,
}

impl Reader<'_> {
    fn file(mut self) -> Result<()> {
        let mut is_found = false;
        while let Some(node) = self.xml.next()? {
            match node {
                Node::Start(element) if element.name == "gexf" && !is_found => {
                    is_found = true;
                    self.root()?;
                }
                Node::Text(text) if text.trim().is_empty() => {}
                _ => return Err(self.xml.malformed("the file is one element gexf")),
            }
        }
        if is_found { Ok(()) } else { Err(self.xml.malformed("the file is one element gexf")) }
    }

    fn root(&mut self) -> Result<()> {
        let depth = self.xml.depth();
        let mut graphs = 0;
        while let Some(element) = self.child(depth)? {
            match element.name.as_str() {
                "meta" => self.meta()?,
                "graph" => {
                    graphs += 1;
                    if graphs > 1 {
                        let remedy = "keep one graph in a file";
                        return Err(self.sink.unsupported(element.position, "several graphs are", remedy));
                    }
                    self.graph(&element)?;
                }
                _ => return Err(self.unknown(&element)),
            }
        }
        if graphs == 0 {
            return Err(self.xml.malformed("there is no graph"));
        }
        Ok(())
    }

    fn meta(&mut self) -> Result<()> {
        let depth = self.xml.depth();
        while let Some(element) = self.child(depth)? {
            if META.contains(&element.name.as_str()) {
                let text = self.xml.text()?;
                self.sink.attribute(&element.name, Value::String(text), element.position)?;
            } else {
                self.xml.skip()?;
            }
        }
        Ok(())
    }

    fn graph(&mut self, element: &Element) -> Result<()> {
        if element.attribute("mode") == Some("dynamic") {
            return Err(self.dynamic(element.position));
        }
        self.direction = match element.attribute("defaultedgetype") {
            Some("directed") => Direction::Directed,
            Some("undirected") | None => Direction::Undirected,
            Some(_) => return Err(self.mixed(element.position)),
        };
        self.ids = match element.attribute("idtype") {
            Some("integer") => Ids::Integers,
            Some("string") => Ids::Texts,
            _ => Ids::Any,
        };
        self.sink.direction(self.direction, element.position)?;
        let depth = self.xml.depth();
        while let Some(child) = self.child(depth)? {
            match child.name.as_str() {
                "attributes" => self.declare(&child)?,
                "nodes" => self.node_list(None)?,
                "edges" => self.edge_list()?,
                _ => return Err(self.unknown(&child)),
            }
        }
        Ok(())
    }

    fn declare(&mut self, element: &Element) -> Result<()> {
        if element.attribute("mode") == Some("dynamic") {
            return Err(self.dynamic(element.position));
        }
        let is_node = match element.attribute("class") {
            Some("node") => true,
            Some("edge") => false,
            _ => {
                return Err(self
                    .sink
                    .malformed(element.position, "attributes are of the class node or edge"));
            }
        };
        let depth = self.xml.depth();
        while let Some(mut child) = self.child(depth)? {
            let (Some(id), "attribute") = (child.take("id"), child.name.as_str()) else {
                return Err(self.sink.malformed(child.position, "an attribute with an id is expected"));
            };
            let kind = match child.attribute("type") {
                Some("boolean") => Kind::Boolean,
                Some("integer" | "long" | "short" | "byte" | "biginteger") => Kind::Integer,
                Some("float" | "double" | "bigdecimal") => Kind::Real,
                _ => Kind::Text,
            };
            let title = child.take("title").unwrap_or_else(|| id.clone());
            let name = self.sink.name(&title, child.position)?;
            let inner = self.xml.depth();
            while let Some(option) = self.child(inner)? {
                match option.name.as_str() {
                    "default" => {
                        let text = self.xml.text()?;
                        let value = kind.value(text, option.position, &self.sink)?;
                        let (found, limit) = (
                            self.nodes.defaults.len() + self.edges.defaults.len() + 1,
                            self.sink.limits().names,
                        );
                        self.sink.within("default values", found as u64, limit as u64, option.position)?;
                        let declared = if is_node { &mut self.nodes } else { &mut self.edges };
                        declared.defaults.push((Arc::clone(&name), value));
                    }
                    _ => self.xml.skip()?,
                }
            }
            let declared = if is_node { &mut self.nodes } else { &mut self.edges };
            if declared.by_id.insert(id, (name, kind)).is_some() {
                return Err(self.sink.malformed(child.position, "two attributes have the same id"));
            }
        }
        Ok(())
    }

    /// The nodes of the graph, or those inside another one.
    fn node_list(&mut self, parent: Option<&str>) -> Result<()> {
        let depth = self.xml.depth();
        while let Some(child) = self.child(depth)? {
            if child.name != "node" {
                return Err(self.unknown(&child));
            }
            self.node(child, parent)?;
        }
        Ok(())
    }

    fn node(&mut self, mut element: Element, parent: Option<&str>) -> Result<()> {
        let Some(id) = element.take("id") else {
            return Err(self.sink.malformed(element.position, "a node has an id"));
        };
        let mut attributes = self.defaults(true, element.position)?;
        self.own(&mut element, &["label", "pid"], &mut attributes)?;
        if let Some(parent) = parent {
            self.sink.imply(1 + parent.len() as u64 / 64, element.position)?;
            attributes.insert(self.sink.name("pid", element.position)?, parent);
        }
        let mut drawn = Map::new();
        let depth = self.xml.depth();
        let mut is_told = false;
        while let Some(child) = self.child(depth)? {
            match child.name.as_str() {
                "attvalues" => self.values(true, &mut attributes)?,
                "nodes" => {
                    // The node itself comes first.
                    if !std::mem::replace(&mut is_told, true) {
                        self.tell(
                            &id,
                            std::mem::take(&mut attributes),
                            std::mem::take(&mut drawn),
                            element.position,
                        )?;
                    }
                    self.node_list(Some(&id))?;
                }
                "edges" => self.edge_list()?,
                name if viz::is_element(name) && !is_told => {
                    viz::read(&child, &mut drawn, &self.sink)?;
                    self.xml.skip()?;
                }
                _ => return Err(self.unknown(&child)),
            }
        }
        if is_told {
            if attributes.is_empty() {
                return Ok(());
            }
            return Err(self
                .sink
                .malformed(element.position, "values of a node come before the nodes inside it"));
        }
        self.tell(&id, attributes, drawn, element.position)
    }

    fn tell(
        &mut self,
        id: &str,
        mut attributes: Attributes,
        drawn: Map<String, Value>,
        position: Position,
    ) -> Result<()> {
        if !drawn.is_empty() {
            attributes.insert(self.sink.name("viz", position)?, Value::Object(drawn));
        }
        let key = self.key(id, position)?;
        self.sink.node(key, attributes, position)
    }

    fn edge_list(&mut self) -> Result<()> {
        let depth = self.xml.depth();
        while let Some(child) = self.child(depth)? {
            if child.name != "edge" {
                return Err(self.unknown(&child));
            }
            self.edge(child)?;
        }
        Ok(())
    }

    fn edge(&mut self, mut element: Element) -> Result<()> {
        let position = element.position;
        let (Some(source), Some(target)) = (element.take("source"), element.take("target")) else {
            return Err(self.sink.malformed(position, "an edge has a source and a target"));
        };
        match (element.attribute("type"), self.direction) {
            (None, _)
            | (Some("directed"), Direction::Directed)
            | (Some("undirected"), Direction::Undirected) => {}
            (Some(_), _) => return Err(self.mixed(position)),
        }
        let mut attributes = self.defaults(false, position)?;
        let id = element.take("id");
        if let Some(weight) = element.take("weight") {
            let weight = match scalar::number(weight.trim()) {
                Parsed::Number(number) => number,
                Parsed::NotFinite => return Err(self.sink.not_finite(position)),
                Parsed::Text => return Err(self.sink.malformed(position, "a weight is a number")),
            };
            attributes.insert(self.sink.name("weight", position)?, Value::Number(weight));
        }
        self.own(&mut element, &["label", "kind"], &mut attributes)?;
        let mut drawn = Map::new();
        let depth = self.xml.depth();
        while let Some(child) = self.child(depth)? {
            match child.name.as_str() {
                "attvalues" => self.values(false, &mut attributes)?,
                name if viz::is_element(name) => {
                    viz::read(&child, &mut drawn, &self.sink)?;
                    self.xml.skip()?;
                }
                _ => return Err(self.unknown(&child)),
            }
        }
        if !drawn.is_empty() {
            attributes.insert(self.sink.name("viz", position)?, Value::Object(drawn));
        }
        let (source, target) = (self.key(&source, position)?, self.key(&target, position)?);
        let key = id.as_deref().map(|id| self.sink.key(id));
        self.sink.edge(source, target, key, attributes, position)
    }

    fn defaults(&mut self, is_node: bool, position: Position) -> Result<Attributes> {
        let declared = if is_node { &self.nodes } else { &self.edges };
        let units = declared.defaults.iter().map(|(_, value)| value_units(value)).sum();
        self.sink.imply(units, position)?;
        Ok(declared.defaults.iter().cloned().collect())
    }

    /// Attributes of the element itself; what tells a time is not read.
    fn own(&mut self, element: &mut Element, names: &[&str], attributes: &mut Attributes) -> Result<()> {
        if ["start", "end", "startopen", "endopen"].iter().any(|name| element.attribute(name).is_some()) {
            return Err(self.dynamic(element.position));
        }
        for &name in names {
            if let Some(value) = element.take(name) {
                attributes.insert(self.sink.name(name, element.position)?, value);
            }
        }
        Ok(())
    }

    fn values(&mut self, is_node: bool, attributes: &mut Attributes) -> Result<()> {
        let depth = self.xml.depth();
        while let Some(mut child) = self.child(depth)? {
            let position = child.position;
            if child.attribute("start").is_some() || child.attribute("end").is_some() {
                return Err(self.dynamic(position));
            }
            let id = child.take("for").or_else(|| child.take("id"));
            let (Some(id), Some(value), "attvalue") = (id, child.take("value"), child.name.as_str()) else {
                return Err(self.sink.malformed(position, "an attvalue has for and value"));
            };
            let declared = if is_node { &self.nodes } else { &self.edges };
            let Some((name, kind)) = declared.by_id.get(&id).cloned() else {
                return Err(self
                    .sink
                    .malformed(position, "a value is for an attribute that is declared before"));
            };
            let value = kind.value(value, position, &self.sink)?;
            attributes.insert(name, value);
            self.xml.skip()?;
        }
        Ok(())
    }

    fn key<'k>(&self, id: &'k str, position: Position) -> Result<KeyRef<'k>> {
        match self.ids {
            Ids::Any => Ok(self.sink.key(id)),
            Ids::Texts => Ok(scalar::key(id, KeyReading::Text)),
            Ids::Integers => match scalar::integer(id) {
                Some(integer) => Ok(KeyRef::Integer(integer)),
                None => Err(self.sink.malformed(position, "an id is an integer, as idtype says")),
            },
        }
    }

    fn child(&mut self, depth: usize) -> Result<Option<Element>> {
        self.xml.renew();
        self.xml.child(depth)
    }

    fn dynamic(&self, position: Position) -> FormatError {
        self.sink.unsupported(
            position,
            "graphs that change in time are",
            "write one moment of it as a static graph",
        )
    }

    fn mixed(&self, position: Position) -> FormatError {
        let what = "mutual edges, and edges with and without direction in one graph, are";
        self.sink.unsupported(position, what, "give all edges the type of the graph")
    }

    fn unknown(&self, element: &Element) -> FormatError {
        match element.name.as_str() {
            "spells" | "slices" => self.dynamic(element.position),
            "parents" => self.sink.unsupported(element.position, "nodes of several parents are", "use pid"),
            _ => self.sink.malformed(element.position, "an element that GEXF does not have here"),
        }
    }
}
