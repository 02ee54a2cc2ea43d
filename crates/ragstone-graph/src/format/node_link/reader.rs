//! Reading node-link JSON member by member.

use std::fmt;
use std::io;
use std::rc::Rc;

use serde::de::{self, Deserializer as _, MapAccess, SeqAccess};
use serde_json::{Map, Value};

use crate::document::{Attributes, KeyRef, NodeKey};
use crate::format::sink::Sink;
use crate::format::source::{Progress, Source};
use crate::format::{FormatError, Position, Result};
use crate::graph::Direction;

pub(in crate::format) fn read(mut source: Source<'_>, mut sink: Sink<'_>) -> Result<()> {
    let progress = source.progress();
    let mut state =
        State { sink: &mut sink, progress: Rc::clone(&progress), failure: None, nodes: 0, seen: Vec::new() };
    let mut deserializer = serde_json::Deserializer::from_reader(&mut source);
    let outcome = deserializer.deserialize_any(Document(&mut state)).and_then(|()| {
        state.progress.renew();
        deserializer.end()
    });
    match (state.failure, outcome) {
        (Some(failure), _) => Err(failure),
        (None, Ok(())) => Ok(()),
        (None, Err(error)) if error.is_io() => Err(source.failed(io::Error::from(error))),
        (None, Err(error)) => Err(source.malformed(problem(&error))),
    }
}

/// What is wrong, without what the file says.
fn problem(error: &serde_json::Error) -> &'static str {
    let text = error.to_string();
    let known = [
        ("EOF", "the file ends too early"),
        ("recursion limit", "values are nested too deeply"),
        ("unicode", "bytes are not UTF-8: convert the file"),
        ("number out of range", "a number is not finite: write a finite one"),
        ("trailing characters", "text follows the graph"),
        ("expected value", "a value is expected, and NaN and Infinity are none"),
        ("invalid type", "a value is of the wrong type: a graph is an object with lists of nodes and edges"),
    ];
    known.iter().find(|(part, _)| text.contains(part)).map_or("it is not JSON", |&(_, problem)| problem)
}

struct State<'s, 'a> {
    sink: &'s mut Sink<'a>,
    progress: Rc<Progress>,
    failure: Option<FormatError>,
    /// Number of nodes so far.
    nodes: i64,
    /// Members of the document that have come and may not come again.
    seen: Vec<&'static str>,
}

impl State<'_, '_> {
    /// Begins a piece; tells where.
    fn begin(&mut self) -> Position {
        self.progress.renew();
        self.progress.position()
    }

    /// Passes on what went well; keeps an error of ours and stops the parser.
    fn keep<T, E: de::Error>(&mut self, result: Result<T>) -> Result<T, E> {
        result.map_err(|error| {
            self.failure = Some(error);
            E::custom("stopped")
        })
    }

    fn wrong<E: de::Error>(&mut self, problem: &'static str) -> E {
        self.failure = Some(self.sink.malformed(self.progress.position(), problem));
        E::custom("stopped")
    }

    fn key<E: de::Error>(&mut self, value: Value) -> Result<NodeKey, E> {
        match value {
            Value::String(text) => Ok(NodeKey::Text(text)),
            Value::Number(number) => match number.as_i64() {
                Some(integer) => Ok(NodeKey::Integer(integer)),
                None => Err(self.wrong("a key is an integer of 64 bits or a text")),
            },
            _ => Err(self.wrong("a key is an integer of 64 bits or a text")),
        }
    }

    /// Checks the nesting of a value and puts it where it belongs.
    fn put<E: de::Error>(&mut self, attributes: &mut Attributes, name: &str, value: Value) -> Result<(), E> {
        let position = self.progress.position();
        let (found, limit) = (depth(&value), self.sink.limits().depth as u64);
        let named = self.sink.within("levels of values", found, limit, position);
        let name = named.and_then(|()| self.sink.name(name, position));
        let name = self.keep(name)?;
        match attributes.insert(name, value) {
            Some(_) => Err(self.wrong("an attribute is there twice")),
            None => Ok(()),
        }
    }
}

fn depth(value: &Value) -> u64 {
    match value {
        Value::Array(values) => 1 + values.iter().map(depth).max().unwrap_or(0),
        Value::Object(map) => 1 + map.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// The whole file.
struct Document<'x, 's, 'a>(&'x mut State<'s, 'a>);

impl<'de> de::Visitor<'de> for Document<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object with nodes and edges")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        let state = self.0;
        while let Some(name) = map.next_key::<String>()? {
            let position = state.begin();
            let known = ["directed", "multigraph", "graph", "nodes", "edges", "links"];
            if let Some(known) = known.into_iter().find(|known| *known == name) {
                // Two names for the same.
                let known = if known == "links" { "edges" } else { known };
                if state.seen.contains(&known) {
                    return Err(state.wrong("a member of the graph is there twice"));
                }
                state.seen.push(known);
            }
            match name.as_str() {
                "directed" => {
                    let is_directed = map.next_value()?;
                    let direction = if is_directed { Direction::Directed } else { Direction::Undirected };
                    let told = state.sink.direction(direction, position);
                    state.keep(told)?;
                }
                "multigraph" => {
                    let told = state.sink.multigraph(map.next_value()?, position);
                    state.keep(told)?;
                }
                "nodes" => map.next_value_seed(Items { state: &mut *state, is_edge: false })?,
                "edges" | "links" => map.next_value_seed(Items { state: &mut *state, is_edge: true })?,
                "graph" => graph_attributes(state, map.next_value()?)?,
                _ => graph_attribute(state, &name, map.next_value()?)?,
            }
        }
        for (name, problem) in [("nodes", "nodes are missing"), ("edges", "edges or links are missing")] {
            if !state.seen.contains(&name) {
                return Err(state.wrong(problem));
            }
        }
        Ok(())
    }
}

fn graph_attribute<E: de::Error>(state: &mut State<'_, '_>, name: &str, value: Value) -> Result<(), E> {
    let position = state.progress.position();
    let (found, limit) = (depth(&value), state.sink.limits().depth as u64);
    let told = state.sink.within("levels of values", found, limit, position);
    let told = told.and_then(|()| state.sink.attribute(name, value, position));
    state.keep(told)
}

/// Attributes as an object, or as pairs of a name and a value.
fn graph_attributes<E: de::Error>(state: &mut State<'_, '_>, value: Value) -> Result<(), E> {
    let pairs: Map<String, Value> = match value {
        Value::Object(map) => map,
        Value::Array(pairs) => {
            let pair = |pair: Value| match pair {
                Value::Array(mut two) if two.len() == 2 => match (two.pop(), two.pop()) {
                    (Some(value), Some(Value::String(name))) => Some((name, value)),
                    _ => None,
                },
                _ => None,
            };
            match pairs.into_iter().map(pair).collect() {
                Some(map) => map,
                None => return Err(state.wrong("attributes of the graph are an object")),
            }
        }
        _ => return Err(state.wrong("attributes of the graph are an object")),
    };
    for (name, value) in pairs {
        graph_attribute(state, &name, value)?;
    }
    Ok(())
}

/// The list of nodes or of edges.
struct Items<'x, 's, 'a> {
    state: &'x mut State<'s, 'a>,
    is_edge: bool,
}

impl<'de> de::DeserializeSeed<'de> for Items<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> de::Visitor<'de> for Items<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of objects")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<(), S::Error> {
        let Items { state, is_edge } = self;
        loop {
            state.begin();
            if list.next_element_seed(Item { state: &mut *state, is_edge })?.is_none() {
                return Ok(());
            }
        }
    }
}

/// A node or an edge.
struct Item<'x, 's, 'a> {
    state: &'x mut State<'s, 'a>,
    is_edge: bool,
}

impl<'de> de::DeserializeSeed<'de> for Item<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> de::Visitor<'de> for Item<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        let Item { state, is_edge } = self;
        let position = state.progress.position();
        let [mut id, mut source, mut target, mut key] = [None, None, None, None];
        let mut attributes = Attributes::new();
        while let Some(name) = map.next_key::<String>()? {
            let slot = match (is_edge, name.as_str()) {
                (false, "id") => &mut id,
                (true, "source") => &mut source,
                (true, "target") => &mut target,
                (true, "key") => &mut key,
                _ => {
                    let value = map.next_value()?;
                    state.put(&mut attributes, &name, value)?;
                    continue;
                }
            };
            let value = map.next_value()?;
            if slot.replace(state.key(value)?).is_some() {
                return Err(state.wrong("an id, an end or a key is there twice"));
            }
        }
        let told = if is_edge {
            let (Some(source), Some(target)) = (&source, &target) else {
                return Err(state.wrong("an edge has a source and a target"));
            };
            let key = key.as_ref().map(NodeKey::borrow);
            state.sink.edge(source.borrow(), target.borrow(), key, attributes, position)
        } else {
            let key = id.as_ref().map_or(KeyRef::Integer(state.nodes), NodeKey::borrow);
            state.nodes += 1;
            state.sink.node(key, attributes, position)
        };
        state.keep(told)
    }
}
