//! Named values of a node, an edge or a graph.

use std::sync::Arc;

use serde_json::{Map, Value};

/// Named values, ascending by name. An empty one takes no heap memory; names may be shared between many.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Attributes(Vec<(Arc<str>, Value)>);

impl Attributes {
    /// None yet.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The value of a name. O(log names).
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.find(name).ok().map(|place| &self.0[place].1)
    }

    /// Sets a value, and gives back what the name had before.
    pub fn insert(&mut self, name: impl Into<Arc<str>>, value: impl Into<Value>) -> Option<Value> {
        let (name, value) = (name.into(), value.into());
        match self.find(&name) {
            Ok(place) => Some(std::mem::replace(&mut self.0[place].1, value)),
            Err(place) => {
                if self.0.is_empty() {
                    self.0.reserve_exact(1);
                }
                self.0.insert(place, (name, value));
                None
            }
        }
    }

    /// Takes a value out.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.find(name).ok().map(|place| self.0.remove(place).1)
    }

    /// Names and values, ascending by name.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> + Clone {
        self.0.iter().map(|(name, value)| (&**name, value))
    }

    /// Number of names.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no name.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Sets all values of another one.
    pub fn extend(&mut self, other: Self) {
        for (name, value) in other.0 {
            self.insert(name, value);
        }
    }

    fn find(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(other, _)| (**other).cmp(name))
    }
}

impl<N: Into<Arc<str>>, V: Into<Value>> FromIterator<(N, V)> for Attributes {
    /// Of a name that comes twice the later value stays.
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut attributes = Self::new();
        for (name, value) in pairs {
            attributes.insert(name, value);
        }
        attributes
    }
}

impl From<Map<String, Value>> for Attributes {
    fn from(map: Map<String, Value>) -> Self {
        map.into_iter().collect()
    }
}

impl From<Attributes> for Map<String, Value> {
    fn from(attributes: Attributes) -> Self {
        attributes.0.into_iter().map(|(name, value)| (name.to_string(), value)).collect()
    }
}
