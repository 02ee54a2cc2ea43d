//! Reading GraphML.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use crate::document::Attributes;
use crate::format::Result;
use crate::format::kind::Kind;
use crate::format::sink::{Sink, value_units};
use crate::format::source::Source;
use crate::format::xml::{Element, Node, Xml};
use crate::graph::Direction;

pub(in crate::format) fn read<'a>(source: Source<'a>, sink: Sink<'a>) -> Result<()> {
    let xml = Xml::new(source, sink.limits().depth);
    Reader { xml, sink, keys: HashMap::new(), defaults: Vec::new(), direction: Direction::Undirected }.file()
}

/// A declared attribute.
#[derive(Clone)]
struct Key {
    name: Arc<str>,
    /// None of graphics of yFiles, of which labels are kept.
    kind: Option<Kind>,
}

struct Reader<'a> {
    xml: Xml<'a>,
    sink: Sink<'a>,
    keys: HashMap<String, Key>,
    /// For which elements, name and value.
    defaults: Vec<(String, Arc<str>, Value)>,
    direction: Direction,
}

impl Reader<'_> {
    fn file(mut self) -> Result<()> {
        let mut is_found = false;
        while let Some(node) = self.xml.next()? {
            match node {
                Node::Start(element) if element.name == "graphml" && !is_found => {
                    is_found = true;
                    self.root()?;
                }
                Node::Text(text) if text.trim().is_empty() => {}
                _ => return Err(self.xml.malformed("the file is one element graphml")),
            }
        }
        if is_found { Ok(()) } else { Err(self.xml.malformed("the file is one element graphml")) }
    }

    fn root(&mut self) -> Result<()> {
        let depth = self.xml.depth();
        let mut graphs = 0;
        while let Some(element) = self.child(depth)? {
            match element.name.as_str() {
                "key" => self.key(element)?,
                "graph" => {
                    graphs += 1;
                    if graphs > 1 {
                        let remedy = "keep one graph in a file";
                        return Err(self.sink.unsupported(element.position, "several graphs are", remedy));
                    }
                    self.graph(&element)?;
                }
                // Data of the whole file belongs to no graph; yFiles keeps resources there.
                "desc" | "data" => self.xml.skip()?,
                _ => return Err(self.unknown(&element)),
            }
        }
        if graphs == 0 {
            return Err(self.xml.malformed("there is no graph"));
        }
        Ok(())
    }

    fn key(&mut self, mut element: Element) -> Result<()> {
        let Some(id) = element.take("id") else {
            return Err(self.sink.malformed(element.position, "a key has an id"));
        };
        let kind = match element.attribute("attr.type") {
            Some("boolean") => Some(Kind::Boolean),
            Some("int" | "integer" | "long") => Some(Kind::Integer),
            Some("float" | "double") => Some(Kind::Real),
            None if element.attribute("yfiles.type").is_some() => None,
            Some("string") | None => Some(Kind::Text),
            Some(_) => {
                let problem = "a type is boolean, int, long, float, double or string";
                return Err(self.sink.malformed(element.position, problem));
            }
        };
        let domain = element.take("for").unwrap_or_else(|| "all".to_owned());
        let name = element.take("attr.name").unwrap_or_else(|| id.clone());
        let name = self.sink.name(&name, element.position)?;
        let depth = self.xml.depth();
        while let Some(child) = self.child(depth)? {
            match (child.name.as_str(), kind) {
                ("default", Some(kind)) => {
                    let text = self.xml.text()?;
                    let value = kind.value(text, child.position, &self.sink)?;
                    let limit = self.sink.limits().names as u64;
                    self.sink.within(
                        "default values",
                        self.defaults.len() as u64 + 1,
                        limit,
                        child.position,
                    )?;
                    self.defaults.push((domain.clone(), Arc::clone(&name), value));
                }
                ("default" | "desc", _) => self.xml.skip()?,
                _ => return Err(self.unknown(&child)),
            }
        }
        if self.keys.insert(id, Key { name, kind }).is_some() {
            return Err(self.sink.malformed(element.position, "two keys have the same id"));
        }
        Ok(())
    }

    fn graph(&mut self, element: &Element) -> Result<()> {
        self.direction = match element.attribute("edgedefault") {
            Some("directed") => Direction::Directed,
            Some("undirected") => Direction::Undirected,
            _ => {
                let problem = "edgedefault is directed or undirected";
                return Err(self.sink.malformed(element.position, problem));
            }
        };
        self.sink.direction(self.direction, element.position)?;
        let mut attributes = self.defaults_of("graph")?;
        let depth = self.xml.depth();
        while let Some(child) = self.child(depth)? {
            match child.name.as_str() {
                "node" => self.node(child)?,
                "edge" => self.edge(child)?,
                "data" => self.data(&child, &mut attributes)?,
                "desc" => self.xml.skip()?,
                _ => return Err(self.unknown(&child)),
            }
        }
        for (name, value) in attributes.iter() {
            self.sink.attribute(name, value.clone(), element.position)?;
        }
        Ok(())
    }

    fn node(&mut self, mut element: Element) -> Result<()> {
        let Some(id) = element.take("id") else {
            return Err(self.sink.malformed(element.position, "a node has an id"));
        };
        let attributes = self.attributes("node")?;
        self.sink.node(self.sink.key(&id), attributes, element.position)
    }

    fn edge(&mut self, mut element: Element) -> Result<()> {
        let (Some(source), Some(target)) = (element.take("source"), element.take("target")) else {
            return Err(self.sink.malformed(element.position, "an edge has a source and a target"));
        };
        let direction = match element.attribute("directed") {
            None => self.direction,
            Some("true" | "1") => Direction::Directed,
            Some("false" | "0") => Direction::Undirected,
            Some(_) => return Err(self.sink.malformed(element.position, "directed is true or false")),
        };
        if direction != self.direction {
            let what = "edges with and without direction in one graph are";
            return Err(self.sink.unsupported(
                element.position,
                what,
                "give all edges the direction of edgedefault",
            ));
        }
        let id = element.take("id");
        let attributes = self.attributes("edge")?;
        let key = id.as_deref().map(|id| self.sink.key(id));
        self.sink.edge(self.sink.key(&source), self.sink.key(&target), key, attributes, element.position)
    }

    /// The data inside the element that was started last, over the defaults.
    fn attributes(&mut self, domain: &str) -> Result<Attributes> {
        let mut attributes = Attributes::new();
        let depth = self.xml.depth();
        while let Some(child) = self.child(depth)? {
            match child.name.as_str() {
                "data" => self.data(&child, &mut attributes)?,
                "desc" => self.xml.skip()?,
                _ => return Err(self.unknown(&child)),
            }
        }
        if self.defaults.is_empty() {
            return Ok(attributes);
        }
        let mut all = self.defaults_of(domain)?;
        all.extend(attributes);
        Ok(all)
    }

    fn defaults_of(&mut self, domain: &str) -> Result<Attributes> {
        let is_meant = |(of, _, _): &&(String, Arc<str>, Value)| of == domain || of == "all";
        let meant = self.defaults.iter().filter(is_meant);
        let units = meant.clone().map(|(_, _, value)| value_units(value)).sum();
        self.sink.imply(units, self.xml.position())?;
        Ok(meant.map(|(_, name, value)| (Arc::clone(name), value.clone())).collect())
    }

    fn data(&mut self, element: &Element, attributes: &mut Attributes) -> Result<()> {
        let Some(key) = element.attribute("key").and_then(|id| self.keys.get(id)).cloned() else {
            return Err(self.sink.malformed(element.position, "data names a key that is declared before"));
        };
        let (name, value) = if let Some(kind) = key.kind {
            let text = self.xml.text()?;
            (key.name, kind.value(text, element.position, &self.sink)?)
        } else {
            match self.graphics()? {
                Some(label) => (self.sink.name("label", element.position)?, Value::String(label)),
                None => return Ok(()),
            }
        };
        match attributes.insert(name, value) {
            Some(_) => Err(self.sink.malformed(element.position, "an attribute is there twice")),
            None => Ok(()),
        }
    }

    /// The text of the first label in graphics.
    fn graphics(&mut self) -> Result<Option<String>> {
        let depth = self.xml.depth();
        let mut label: Option<String> = None;
        let mut inside = None;
        while let Some(node) = self.xml.next_inside(depth)? {
            match node {
                Node::Start(element) if matches!(element.name.as_str(), "NodeLabel" | "EdgeLabel") => {
                    if label.is_none() {
                        inside = Some(self.xml.depth());
                    }
                }
                Node::Text(text) if inside == Some(self.xml.depth()) => {
                    label.get_or_insert_default().push_str(&text);
                }
                Node::End if inside.is_some_and(|inside| self.xml.depth() < inside) => inside = None,
                Node::Start(_) | Node::Text(_) | Node::End => {}
            }
        }
        Ok(label.map(|label| label.trim().to_owned()).filter(|label| !label.is_empty()))
    }

    fn child(&mut self, depth: usize) -> Result<Option<Element>> {
        self.xml.renew();
        self.xml.child(depth)
    }

    fn unknown(&self, element: &Element) -> crate::format::FormatError {
        match element.name.as_str() {
            "graph" | "hyperedge" | "port" | "endpoint" | "locator" => self.sink.unsupported(
                element.position,
                "nested graphs, hyperedges and ports are",
                "flatten the graph before it is written",
            ),
            _ => self.sink.malformed(element.position, "an element that GraphML does not have here"),
        }
    }
}
