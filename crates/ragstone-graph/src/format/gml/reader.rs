//! Reading GML.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::document::{Attributes, KeyRef, NodeKey};
use crate::format::scalar::{self, Parsed};
use crate::format::sink::Sink;
use crate::format::source::Source;
use crate::format::{FormatError, NodeNaming, Position, Result};
use crate::graph::Direction;

pub(in crate::format) fn read<'a>(source: Source<'a>, sink: Sink<'a>) -> Result<()> {
    Reader { source, sink, ids: HashMap::new(), word: Vec::new(), pending: Vec::new() }.file()
}

struct Reader<'a> {
    source: Source<'a>,
    sink: Sink<'a>,
    /// Keys of nodes by their ids, where labels name them.
    ids: HashMap<i64, NodeKey>,
    word: Vec<u8>,
    /// Edges that came before their nodes.
    pending: Vec<(Map<String, Value>, Position)>,
}

impl Reader<'_> {
    fn file(mut self) -> Result<()> {
        let mut is_found = false;
        while let Some((name, position)) = self.name()? {
            self.source.renew();
            if name != "graph" {
                self.value(1)?;
            } else if std::mem::replace(&mut is_found, true) {
                return Err(self.sink.unsupported(
                    position,
                    "several graphs are",
                    "keep one graph in a file",
                ));
            } else {
                self.open("graph [ is expected")?;
                self.graph()?;
            }
        }
        if self.source.peek()?.is_some() {
            return Err(self.source.malformed("a name is expected"));
        }
        if is_found { Ok(()) } else { Err(self.source.malformed("there is no graph")) }
    }

    fn graph(&mut self) -> Result<()> {
        let begin = self.source.position();
        let mut attributes = Map::new();
        loop {
            self.source.renew();
            let Some((name, position)) = self.name()? else {
                for (name, value) in attributes {
                    self.sink.attribute(&name, value, begin)?;
                }
                return self.close();
            };
            match name.as_str() {
                "node" => {
                    self.open("node [ is expected")?;
                    let node = self.list(1)?;
                    self.node(node, position)?;
                }
                "edge" => {
                    self.open("edge [ is expected")?;
                    let edge = self.list(1)?;
                    self.edge(edge, position)?;
                }
                "directed" | "multigraph" => {
                    let is_so = match self.value(1)? {
                        Value::Number(number) if number.as_i64() == Some(1) => true,
                        Value::Number(number) if number.as_i64() == Some(0) => false,
                        _ => return Err(self.sink.malformed(position, "directed and multigraph are 0 or 1")),
                    };
                    if name == "multigraph" {
                        self.sink.multigraph(is_so, position)?;
                    } else {
                        let direction = if is_so { Direction::Directed } else { Direction::Undirected };
                        self.sink.direction(direction, position)?;
                    }
                }
                _ => {
                    let value = self.value(1)?;
                    self.sink.name(&name, position)?;
                    put(&mut attributes, name, value);
                }
            }
        }
    }

    /// The end of the graph, where edges that came before their nodes are told.
    fn close(&mut self) -> Result<()> {
        if self.source.next()? != Some(b']') {
            return Err(self.source.malformed("a name or a closing bracket is expected"));
        }
        for (edge, position) in std::mem::take(&mut self.pending) {
            self.tell_edge(edge, position)?;
        }
        Ok(())
    }

    fn node(&mut self, mut node: Map<String, Value>, position: Position) -> Result<()> {
        let Some(id) = node.remove("id").as_ref().and_then(Value::as_i64) else {
            return Err(self.sink.malformed(position, "a node has an id, an integer"));
        };
        let mut key = NodeKey::Integer(id);
        if self.sink.options.names == NodeNaming::Label {
            match node.remove("label") {
                Some(Value::String(label)) => key = NodeKey::Text(label),
                Some(Value::Number(label)) if label.is_i64() => {
                    key = NodeKey::Integer(label.as_i64().unwrap_or_default());
                }
                Some(_) => return Err(self.sink.malformed(position, "a label is a text or an integer")),
                None => {}
            }
            if self.ids.insert(id, key.clone()).is_some() {
                let (format, node) = (self.sink.format, NodeKey::Integer(id));
                return Err(FormatError::DuplicateNode { format, position, node });
            }
        }
        let attributes = self.attributes(node, position)?;
        self.sink.node(key.borrow(), attributes, position)
    }

    fn edge(&mut self, edge: Map<String, Value>, position: Position) -> Result<()> {
        let is_known = |name: &str| match edge.get(name).and_then(Value::as_i64) {
            Some(id) => self.ids.contains_key(&id),
            None => true,
        };
        if self.sink.options.names == NodeNaming::Id || is_known("source") && is_known("target") {
            return self.tell_edge(edge, position);
        }
        let count = self.pending.len() as u64 + 1;
        self.sink.within("edges", count, self.sink.limits().edges, position)?;
        self.pending.push((edge, position));
        Ok(())
    }

    fn tell_edge(&mut self, mut edge: Map<String, Value>, position: Position) -> Result<()> {
        let mut end = |name: &str| edge.remove(name).as_ref().and_then(Value::as_i64);
        let (Some(source), Some(target)) = (end("source"), end("target")) else {
            let problem = "an edge has a source and a target, ids of nodes";
            return Err(self.sink.malformed(position, problem));
        };
        let key = match edge.remove("key") {
            None => None,
            Some(Value::String(key)) => Some(NodeKey::Text(key)),
            Some(Value::Number(key)) if key.is_i64() => key.as_i64().map(NodeKey::Integer),
            Some(_) => return Err(self.sink.malformed(position, "a key of an edge is a text or an integer")),
        };
        let attributes = self.attributes(edge, position)?;
        let name = |id| -> Result<KeyRef<'_>> {
            match (self.sink.options.names, self.ids.get(&id)) {
                (NodeNaming::Id, _) => Ok(KeyRef::Integer(id)),
                (NodeNaming::Label, Some(key)) => Ok(key.borrow()),
                (NodeNaming::Label, None) => {
                    let (format, node) = (self.source.format, NodeKey::Integer(id));
                    Err(FormatError::UndeclaredNode { format, position, node })
                }
            }
        };
        let (source, target) = (name(source)?, name(target)?);
        let key = key.as_ref().map(NodeKey::borrow);
        self.sink.edge(source, target, key, attributes, position)
    }

    fn attributes(&mut self, map: Map<String, Value>, position: Position) -> Result<Attributes> {
        let mut attributes = Attributes::new();
        for (name, value) in map {
            attributes.insert(self.sink.name(&name, position)?, value);
        }
        Ok(attributes)
    }

    /// Passes over white space and notes.
    fn blanks(&mut self) -> Result<()> {
        while let Some(byte) = self.source.peek()? {
            match byte {
                b'#' => {
                    self.word.clear();
                    self.source.take_while(&mut self.word, |byte| byte != b'\n')?;
                }
                _ if byte.is_ascii_whitespace() => {
                    self.source.next()?;
                }
                _ => break,
            }
        }
        Ok(())
    }

    /// The next name; `None` before anything else.
    fn name(&mut self) -> Result<Option<(String, Position)>> {
        self.blanks()?;
        let position = self.source.position();
        if !self.source.peek()?.is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_') {
            return Ok(None);
        }
        self.word.clear();
        self.source.take_while(&mut self.word, |byte| byte.is_ascii_alphanumeric() || byte == b'_')?;
        Ok(Some((self.source.text(&self.word, position)?.to_owned(), position)))
    }

    fn open(&mut self, problem: &'static str) -> Result<()> {
        self.blanks()?;
        let position = self.source.position();
        match self.source.next()? {
            Some(b'[') => Ok(()),
            _ => Err(self.source.malformed_at(position, problem)),
        }
    }

    /// The rest of a list whose bracket is open. Names that repeat make a list of values.
    fn list(&mut self, depth: usize) -> Result<Map<String, Value>> {
        let limit = self.sink.limits().depth as u64;
        self.sink.within("levels of values", depth as u64, limit, self.source.position())?;
        let mut map = Map::new();
        while let Some((name, _)) = self.name()? {
            let value = self.value(depth)?;
            put(&mut map, name, value);
        }
        match self.source.next()? {
            Some(b']') => Ok(map),
            Some(_) => Err(self.source.malformed("a name or a closing bracket is expected")),
            None => Err(self.source.malformed("the file ends too early")),
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value> {
        self.blanks()?;
        let position = self.source.position();
        match self.source.peek()? {
            Some(b'[') => {
                self.source.next()?;
                Ok(Value::Object(self.list(depth + 1)?))
            }
            Some(b'"') => {
                self.source.next()?;
                self.word.clear();
                self.source.take_while(&mut self.word, |byte| byte != b'"')?;
                if self.source.next()?.is_none() {
                    return Err(self.source.malformed_at(position, "a text is not closed"));
                }
                Ok(Value::String(unescape(self.source.text(&self.word, position)?)))
            }
            Some(_) => {
                self.word.clear();
                let is_number = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
                self.source.take_while(&mut self.word, is_number)?;
                let text = self.source.text(&self.word, position)?;
                match scalar::number(text) {
                    Parsed::Number(number) => Ok(Value::Number(number)),
                    Parsed::NotFinite => Err(self.sink.not_finite(position)),
                    Parsed::Text => Err(self
                        .source
                        .malformed_at(position, "a value is a number, a text in quotes or a list")),
                }
            }
            None => Err(self.source.malformed("the file ends too early")),
        }
    }
}

/// Sets a value; a name that repeats gets a list of them. No value is a list by itself.
fn put(map: &mut Map<String, Value>, name: String, value: Value) {
    match map.get_mut(&name) {
        None => {
            map.insert(name, value);
        }
        Some(Value::Array(values)) => values.push(value),
        Some(first) => *first = Value::Array(vec![first.take(), value]),
    }
}

/// Resolves `&amp;`, `&quot;`, `&lt;`, `&gt;`, `&apos;` and numbered characters; anything else stays as it is.
fn unescape(text: &str) -> String {
    let mut resolved = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find('&') {
        resolved.push_str(&rest[..place]);
        rest = &rest[place..];
        // The longest is a numbered character.
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        let character = end.and_then(|end| entity(&rest[1..end]));
        if let (Some(end), Some(character)) = (end, character) {
            resolved.push(character);
            rest = &rest[end + 1..];
        } else {
            resolved.push('&');
            rest = &rest[1..];
        }
    }
    resolved.push_str(rest);
    resolved
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "quot" => Some('"'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "apos" => Some('\''),
        _ => numbered(name.strip_prefix('#')?),
    }
}

/// The character of a number, decimal or with an `x` hexadecimal.
fn numbered(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    code.ok().and_then(char::from_u32)
}
