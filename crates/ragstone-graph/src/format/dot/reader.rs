//! Reading DOT.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use super::lexer::{Lexer, Name, Token};
use crate::document::{Attributes, NodeKey};
use crate::format::sink::{Sink, units};
use crate::format::source::Source;
use crate::format::{Position, Result};
use crate::graph::Direction;

pub(in crate::format) fn read<'a>(source: Source<'a>, sink: Sink<'a>) -> Result<()> {
    let reader = Reader { lexer: Lexer::new(source), sink, seen: HashMap::new(), is_directed: false };
    reader.file()
}

struct Reader<'a> {
    lexer: Lexer<'a>,
    sink: Sink<'a>,
    /// Nodes so far, and whether they belong to a named subgraph.
    seen: HashMap<NodeKey, bool>,
    is_directed: bool,
}

/// What holds inside a pair of braces.
#[derive(Clone, Default)]
struct Scope {
    node: Attributes,
    edge: Attributes,
    /// The innermost subgraph with a name.
    subgraph: Option<Arc<str>>,
    depth: usize,
}

/// The nodes at one end of an edge.
struct End {
    keys: Vec<NodeKey>,
    port: Option<String>,
    is_subgraph: bool,
    position: Position,
}

/// Nodes of a subgraph, each once.
#[derive(Default)]
struct Members {
    keys: Vec<NodeKey>,
    distinct: HashSet<NodeKey>,
}

impl Members {
    fn add(&mut self, key: &NodeKey) {
        if self.distinct.insert(key.clone()) {
            self.keys.push(key.clone());
        }
    }
}

impl Reader<'_> {
    fn file(mut self) -> Result<()> {
        let (mut token, mut position) = self.lexer.next()?;
        if token == Token::Keyword("strict") {
            self.sink.multigraph(false, position)?;
            (token, position) = self.lexer.next()?;
        }
        self.is_directed = match token {
            Token::Keyword("digraph") => true,
            Token::Keyword("graph") => false,
            _ => return Err(self.sink.malformed(position, "a file begins with graph or digraph")),
        };
        let direction = if self.is_directed { Direction::Directed } else { Direction::Undirected };
        self.sink.direction(direction, position)?;
        if let Token::Name(_) = self.lexer.peek()?
            && let (Token::Name(name), begin) = self.lexer.next()?
        {
            self.sink.attribute("name", Value::String(name.text), begin)?;
        }
        if !self.lexer.accept(b'{')? {
            return self.wrong("an opening brace is expected");
        }
        self.statements(&mut Scope::default(), None)?;
        match self.lexer.next()? {
            (Token::End, _) => Ok(()),
            (_, position) => {
                Err(self.sink.unsupported(position, "several graphs are", "keep one graph in a file"))
            }
        }
    }

    fn wrong<T>(&mut self, problem: &'static str) -> Result<T> {
        let position = self.lexer.position()?;
        Err(self.sink.malformed(position, problem))
    }

    /// Statements up to the closing brace.
    fn statements(&mut self, scope: &mut Scope, mut members: Option<&mut Members>) -> Result<()> {
        loop {
            self.lexer.source.renew();
            self.sink.pace()?;
            let position = self.lexer.position()?;
            match self.lexer.peek()? {
                Token::Sign(b'}') => {
                    self.lexer.next()?;
                    return Ok(());
                }
                Token::Sign(b';' | b',') => {
                    self.lexer.next()?;
                }
                Token::Keyword(word @ ("graph" | "node" | "edge")) => {
                    let word = *word;
                    self.lexer.next()?;
                    let attributes = self.attributes()?;
                    match word {
                        "node" => scope.node.extend(attributes),
                        "edge" => scope.edge.extend(attributes),
                        _ if scope.depth == 0 => {
                            for (name, value) in attributes.iter() {
                                self.sink.attribute(name, value.clone(), position)?;
                            }
                        }
                        _ => {}
                    }
                }
                Token::Name(_) | Token::Keyword("subgraph") | Token::Sign(b'{') => {
                    self.chain(scope, &mut members)?;
                }
                Token::End => return Err(self.sink.malformed(position, "the file ends too early")),
                _ => return Err(self.sink.malformed(position, "a statement is expected")),
            }
        }
    }

    /// An attribute of the graph, a node, a subgraph, or ends with edges between them.
    fn chain(&mut self, scope: &mut Scope, members: &mut Option<&mut Members>) -> Result<()> {
        if let Token::Name(_) = self.lexer.peek()? {
            let (token, position) = self.lexer.next()?;
            let Token::Name(name) = token else {
                return Ok(());
            };
            if self.lexer.accept(b'=')? {
                let (Token::Name(value), _) = self.lexer.next()? else {
                    return self.wrong("a value is expected");
                };
                if scope.depth == 0 {
                    self.sink.attribute(&name.text, value.value(), position)?;
                }
                return Ok(());
            }
            let first = self.node_end(name, position)?;
            return self.ends(first, scope, members);
        }
        let first = self.subgraph(scope)?;
        self.ends(first, scope, members)
    }

    fn ends(&mut self, first: End, scope: &mut Scope, members: &mut Option<&mut Members>) -> Result<()> {
        let mut ends = vec![first];
        while let Token::Edge { is_directed } = *self.lexer.peek()? {
            if is_directed != self.is_directed {
                return self.wrong("edges are -- in a graph and -> in a digraph");
            }
            self.lexer.next()?;
            let end = match self.lexer.peek()? {
                Token::Name(_) => match self.lexer.next()? {
                    (Token::Name(name), position) => self.node_end(name, position)?,
                    (_, position) => return Err(self.sink.malformed(position, "an end is expected")),
                },
                Token::Keyword("subgraph") | Token::Sign(b'{') => self.subgraph(scope)?,
                _ => return self.wrong("a node or a subgraph is expected"),
            };
            ends.push(end);
        }
        let attributes = self.attributes()?;
        if let Some(members) = members.as_deref_mut() {
            ends.iter().flat_map(|end| &end.keys).for_each(|key| members.add(key));
        }
        if let [end] = ends.as_slice() {
            if end.is_subgraph {
                return Ok(());
            }
            return self.node(&end.keys[0], attributes, scope, end.position);
        }
        for end in ends.iter().filter(|end| !end.is_subgraph) {
            self.mention(&end.keys[0], scope, end.position)?;
        }
        for two in ends.windows(2) {
            self.edges(&two[0], &two[1], &attributes, scope)?;
        }
        Ok(())
    }

    fn node_end(&mut self, name: Name, position: Position) -> Result<End> {
        let mut port: Option<String> = None;
        while self.lexer.accept(b':')? {
            let (Token::Name(word), _) = self.lexer.next()? else {
                return self.wrong("a port is expected behind a colon");
            };
            match &mut port {
                None => port = Some(word.text),
                Some(port) => {
                    port.push(':');
                    port.push_str(&word.text);
                }
            }
        }
        let keys = vec![self.sink.key(&name.text).to_key()];
        Ok(End { keys, port, is_subgraph: false, position })
    }

    fn subgraph(&mut self, outer: &Scope) -> Result<End> {
        let mut scope = Scope { depth: outer.depth + 1, ..outer.clone() };
        let position = self.lexer.position()?;
        let limit = self.sink.limits().depth as u64;
        self.sink.within("levels of subgraphs", scope.depth as u64, limit, position)?;
        if *self.lexer.peek()? == Token::Keyword("subgraph") {
            self.lexer.next()?;
            if let Token::Name(_) = self.lexer.peek()?
                && let (Token::Name(name), begin) = self.lexer.next()?
            {
                scope.subgraph = Some(self.sink.name(&name.text, begin)?);
            }
        }
        if !self.lexer.accept(b'{')? {
            return self.wrong("an opening brace is expected");
        }
        let mut members = Members::default();
        self.statements(&mut scope, Some(&mut members))?;
        Ok(End { keys: members.keys, port: None, is_subgraph: true, position })
    }

    /// A node statement.
    fn node(
        &mut self,
        key: &NodeKey,
        attributes: Attributes,
        scope: &Scope,
        position: Position,
    ) -> Result<()> {
        let mut all = self.first_attributes(key, scope, position)?.unwrap_or_default();
        all.extend(attributes);
        self.sink.node(key.borrow(), all, position)
    }

    /// A node that an edge names.
    fn mention(&mut self, key: &NodeKey, scope: &Scope, position: Position) -> Result<()> {
        match self.first_attributes(key, scope, position)? {
            Some(attributes) => self.sink.node(key.borrow(), attributes, position),
            None => Ok(()),
        }
    }

    /// What a node gets where it is named first, and where it is first named in a named subgraph.
    fn first_attributes(
        &mut self,
        key: &NodeKey,
        scope: &Scope,
        position: Position,
    ) -> Result<Option<Attributes>> {
        let is_inside = scope.subgraph.is_some();
        let mut attributes = match self.seen.get_mut(key) {
            Some(is_member) if *is_member || !is_inside => return Ok(None),
            Some(is_member) => {
                *is_member = true;
                Attributes::new()
            }
            None => {
                self.seen.insert(key.clone(), is_inside);
                self.sink.imply(units(&scope.node), position)?;
                scope.node.clone()
            }
        };
        if let Some(name) = &scope.subgraph {
            self.sink.imply(1 + name.len() as u64 / 64, position)?;
            attributes.insert(self.sink.name("subgraph", position)?, name.as_ref());
        }
        Ok(Some(attributes))
    }

    fn edges(&mut self, from: &End, to: &End, own: &Attributes, scope: &Scope) -> Result<()> {
        let position = from.position;
        let mut attributes = scope.edge.clone();
        attributes.extend(own.clone());
        for (name, end) in [("tailport", from), ("headport", to)] {
            if let Some(port) = &end.port {
                attributes.insert(self.sink.name(name, position)?, port.as_str());
            }
        }
        let key = match attributes.remove("key") {
            Some(Value::String(key)) => Some(NodeKey::Text(key)),
            Some(Value::Number(key)) if key.is_i64() => key.as_i64().map(NodeKey::Integer),
            Some(_) => return Err(self.sink.malformed(position, "a key of an edge is a text or an integer")),
            None => None,
        };
        self.sink.imply(units(&scope.edge), position)?;
        if from.is_subgraph || to.is_subgraph {
            let count = from.keys.len() as u64 * to.keys.len() as u64;
            self.sink.imply(count.saturating_mul(1 + units(&attributes)), position)?;
        }
        for source in &from.keys {
            for target in &to.keys {
                let key = key.as_ref().map(NodeKey::borrow);
                self.sink.edge(source.borrow(), target.borrow(), key, attributes.clone(), position)?;
            }
        }
        Ok(())
    }

    /// Lists in brackets, of which there may be none.
    fn attributes(&mut self) -> Result<Attributes> {
        let mut attributes = Attributes::new();
        while self.lexer.accept(b'[')? {
            while !self.lexer.accept(b']')? {
                if self.lexer.accept(b',')? || self.lexer.accept(b';')? {
                    continue;
                }
                let position = self.lexer.position()?;
                let (Token::Name(name), _) = self.lexer.next()? else {
                    return Err(self
                        .sink
                        .malformed(position, "an attribute or a closing bracket is expected"));
                };
                let value = if self.lexer.accept(b'=')? {
                    match self.lexer.next()? {
                        (Token::Name(value), _) => value.value(),
                        (_, position) => return Err(self.sink.malformed(position, "a value is expected")),
                    }
                } else {
                    Value::Bool(true)
                };
                attributes.insert(self.sink.name(&name.text, position)?, value);
            }
        }
        Ok(attributes)
    }
}
