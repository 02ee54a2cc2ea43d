//! Where readers put what they read: counts it against limits and budget, and shares names.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;

use super::scalar;
use super::{Event, FormatError, GraphFormat, Limits, Position, ReadOptions, Result, Visitor};
use crate::document::{Attributes, KeyRef};
use crate::graph::Direction;
use crate::watch::Watch;

/// Units that a copy of values takes.
pub(super) fn units(attributes: &Attributes) -> u64 {
    attributes.iter().map(|(_, value)| value_units(value)).sum()
}

/// Units that a copy of a value takes.
pub(super) fn value_units(value: &Value) -> u64 {
    1 + value.as_str().map_or(0, str::len) as u64 / 64
}

pub(super) struct Sink<'a> {
    pub(super) format: GraphFormat,
    pub(super) options: &'a ReadOptions,
    pub(super) watch: &'a Watch,
    visitor: &'a mut dyn Visitor,
    names: HashSet<Arc<str>>,
    nodes: u64,
    edges: u64,
    implied: u64,
    step: u32,
}

impl<'a> Sink<'a> {
    pub(super) fn new(
        format: GraphFormat,
        options: &'a ReadOptions,
        watch: &'a Watch,
        visitor: &'a mut dyn Visitor,
    ) -> Self {
        Self {
            format,
            options,
            watch,
            visitor,
            names: HashSet::new(),
            nodes: 0,
            edges: 0,
            implied: 0,
            step: 0,
        }
    }

    pub(super) fn limits(&self) -> &'a Limits {
        &self.options.limits
    }

    /// What a name of a node or an edge is.
    pub(super) fn key<'k>(&self, text: &'k str) -> KeyRef<'k> {
        scalar::key(text, self.options.keys)
    }

    pub(super) fn direction(&mut self, direction: Direction, position: Position) -> Result<()> {
        self.visitor.visit(Event::Direction(direction), position)
    }

    pub(super) fn multigraph(&mut self, multigraph: bool, position: Position) -> Result<()> {
        self.visitor.visit(Event::Multigraph(multigraph), position)
    }

    pub(super) fn attribute(&mut self, name: &str, value: Value, position: Position) -> Result<()> {
        self.visitor.visit(Event::Attribute { name, value }, position)
    }

    pub(super) fn node(&mut self, key: KeyRef<'_>, attributes: Attributes, position: Position) -> Result<()> {
        self.watch.pace(&mut self.step)?;
        self.nodes += 1;
        self.within("nodes", self.nodes, self.limits().nodes, position)?;
        self.visitor.visit(Event::Node { key, attributes }, position)
    }

    pub(super) fn edge(
        &mut self,
        source: KeyRef<'_>,
        target: KeyRef<'_>,
        key: Option<KeyRef<'_>>,
        attributes: Attributes,
        position: Position,
    ) -> Result<()> {
        self.watch.pace(&mut self.step)?;
        self.edges += 1;
        self.within("edges", self.edges, self.limits().edges, position)?;
        self.visitor.visit(Event::Edge { source, target, key, attributes }, position)
    }

    /// Counts what the file does not spell out, before it takes memory.
    pub(super) fn imply(&mut self, units: u64, position: Position) -> Result<()> {
        self.implied = self.implied.saturating_add(units);
        self.within("edges and values that are only implied", self.implied, self.limits().implied, position)
    }

    /// Looks at the caller's watch for something that is no node and no edge.
    pub(super) fn pace(&mut self) -> Result<()> {
        Ok(self.watch.pace(&mut self.step)?)
    }

    /// The one copy of a name.
    pub(super) fn name(&mut self, name: &str, position: Position) -> Result<Arc<str>> {
        if let Some(known) = self.names.get(name) {
            return Ok(Arc::clone(known));
        }
        let count = self.names.len() as u64 + 1;
        self.within("names of attributes", count, self.limits().names as u64, position)?;
        let name = Arc::<str>::from(name);
        self.names.insert(Arc::clone(&name));
        Ok(name)
    }

    /// Refuses what is over a limit.
    pub(super) fn within(
        &self,
        what: &'static str,
        found: u64,
        limit: u64,
        position: Position,
    ) -> Result<()> {
        if found <= limit {
            return Ok(());
        }
        Err(FormatError::TooLarge { format: self.format, position, what, limit })
    }

    pub(super) fn malformed(&self, position: Position, problem: &'static str) -> FormatError {
        FormatError::Malformed { format: self.format, position, problem }
    }

    pub(super) fn unsupported(
        &self,
        position: Position,
        what: &'static str,
        remedy: &'static str,
    ) -> FormatError {
        FormatError::Unsupported { format: self.format, position, what, remedy }
    }

    pub(super) fn not_finite(&self, position: Position) -> FormatError {
        FormatError::NotFinite { format: self.format, position }
    }
}
