//! The keys of GraphML: which attributes there are and of which type.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde_json::Value;

use crate::document::Attributes;
use crate::format::pen::Pen;
use crate::format::xml::check;
use crate::format::{Place, Result};

/// What an attribute belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Domain {
    Graph,
    Node,
    Edge,
}

impl Domain {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Graph => "graph",
            Self::Node => "node",
            Self::Edge => "edge",
        }
    }
}

/// The type of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Boolean,
    Long,
    Double,
    Text,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Long => "long",
            Self::Double => "double",
            Self::Text => "string",
        }
    }
}

/// The type that holds a value; `None` where it has to become text.
pub(super) fn kind(value: &Value) -> Option<Kind> {
    match value {
        Value::Bool(_) => Some(Kind::Boolean),
        Value::Number(number) if number.is_i64() => Some(Kind::Long),
        Value::Number(number) if number.is_f64() => Some(Kind::Double),
        Value::String(_) => Some(Kind::Text),
        Value::Number(_) | Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The keys of a document. A name whose values are of several types has a key for each.
pub(super) struct Schema<'a>(BTreeMap<(Domain, &'a str, Kind), usize>);

impl<'a> Schema<'a> {
    pub(super) fn of(pen: &Pen<'a>) -> Result<Self> {
        let mut schema = Self(BTreeMap::new());
        schema.add(pen, Domain::Graph, &pen.document.attributes, &Place::Graph)?;
        for (place, node) in pen.nodes() {
            schema.add(pen, Domain::Node, &node.attributes, &Place::Node(place))?;
        }
        for (index, edge) in pen.edges() {
            schema.add(pen, Domain::Edge, &edge.attributes, &Place::Edge(index))?;
        }
        for (id, place) in schema.0.values_mut().enumerate() {
            *place = id;
        }
        Ok(schema)
    }

    /// All keys in order, with their ids.
    pub(super) fn keys(&self) -> impl Iterator<Item = (Domain, &'a str, Kind, usize)> + use<'a> {
        let keys: Vec<_> =
            self.0.iter().map(|(&(domain, name, kind), &id)| (domain, name, kind, id)).collect();
        keys.into_iter()
    }

    pub(super) fn id(&self, domain: Domain, name: &str, value: &Value) -> usize {
        let kind = kind(value).unwrap_or(Kind::Text);
        self.0.get(&(domain, name, kind)).copied().unwrap_or(0)
    }

    fn add(
        &mut self,
        pen: &Pen<'a>,
        domain: Domain,
        attributes: &'a Attributes,
        place: &Place,
    ) -> Result<()> {
        for (name, value) in attributes.iter() {
            let key = (domain, name, kind(value).unwrap_or(Kind::Text));
            if let Entry::Vacant(slot) = self.0.entry(key) {
                check(pen, name, place.clone(), Some(name))?;
                slot.insert(0);
            }
        }
        Ok(())
    }
}
