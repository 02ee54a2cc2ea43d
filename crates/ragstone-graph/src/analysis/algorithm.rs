//! What every algorithm of the catalogue has: a description, a price and a way to run.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use crate::analysis::catalogue::Descriptor;
use crate::analysis::findings::Findings;
use crate::analysis::{AnalysisError, Estimate, Size, Subject};
use crate::document::NodeKey;
use crate::graph::{Graph, Vertex};
use crate::watch::Watch;

pub(super) type Answer = Result<Findings, AnalysisError>;

const REMEDY: &str = "allow more, or ask about a part of the graph";

/// The parameters of one algorithm.
pub(super) trait Algorithm {
    const DESCRIPTOR: Descriptor;

    fn run(&self, call: &Call<'_>) -> Answer;

    /// By default one pass, and 32 bytes for a vertex.
    fn estimate(&self, size: Size) -> Estimate {
        Estimate::passes(size, 1, 32)
    }
}

/// What one run works with.
pub(super) struct Call<'a> {
    pub(super) subject: &'a dyn Subject,
    pub(super) watch: &'a Watch,
    pub(super) price: &'a dyn Fn(Size) -> Estimate,
}

impl Call<'_> {
    /// The snapshot, if the caller affords what the algorithm takes on it.
    pub(super) fn graph(&self, weight: Option<&str>) -> Result<Arc<Graph>, AnalysisError> {
        let graph = self.subject.graph(weight)?;
        let estimate = (self.price)(Size::of(&graph));
        let steps = if estimate.is_worst_case { 0 } else { estimate.steps };
        self.watch.afford(estimate.bytes, steps, REMEDY)?;
        Ok(graph)
    }

    /// The vertex that a parameter names.
    pub(super) fn vertex(&self, parameter: &'static str, key: &NodeKey) -> Result<Vertex, AnalysisError> {
        let missing = || AnalysisError::NoNode { parameter, key: key.clone() };
        self.subject.vertex(key.borrow()).ok_or_else(missing)
    }

    /// The vertices that a parameter names, in its order.
    pub(super) fn vertices(
        &self,
        parameter: &'static str,
        keys: &[NodeKey],
    ) -> Result<Vec<Vertex>, AnalysisError> {
        keys.iter().map(|key| self.vertex(parameter, key)).collect()
    }

    /// The values of an attribute that at least one node has.
    pub(super) fn column(
        &self,
        parameter: &'static str,
        attribute: &str,
    ) -> Result<Vec<Value>, AnalysisError> {
        column(self.subject, parameter, attribute)
    }

    /// The numbers that an attribute gives to all nodes.
    pub(super) fn numbers(
        &self,
        parameter: &'static str,
        attribute: &str,
    ) -> Result<Vec<f64>, AnalysisError> {
        let column = self.column(parameter, attribute)?;
        let number = |(vertex, value): (Vertex, &Value)| {
            let number = value.as_f64().filter(|number| number.is_finite());
            number.ok_or_else(|| self.unfit(parameter, attribute, vertex, "a number, which every node needs"))
        };
        (0..).zip(&column).map(number).collect()
    }

    /// A group for each distinct value of an attribute, numbered by their first nodes, with the values; nodes without
    /// the attribute are one group.
    pub(super) fn groups(
        &self,
        parameter: &'static str,
        attribute: &str,
    ) -> Result<(Vec<u32>, Vec<String>), AnalysisError> {
        Ok(grouped(&self.column(parameter, attribute)?))
    }

    pub(super) fn unfit(
        &self,
        parameter: &'static str,
        attribute: &str,
        vertex: Vertex,
        expected: &'static str,
    ) -> AnalysisError {
        let key = self.subject.key(vertex).unwrap_or(NodeKey::Integer(vertex.into()));
        AnalysisError::Attribute { parameter, attribute: attribute.to_owned(), key, expected }
    }
}

/// The values of an attribute that at least one node has.
pub(crate) fn column(
    subject: &dyn Subject,
    parameter: &'static str,
    attribute: &str,
) -> Result<Vec<Value>, AnalysisError> {
    let column = subject.column(attribute);
    if column.iter().all(Value::is_null) && !column.is_empty() {
        return Err(AnalysisError::NoAttribute { parameter, attribute: attribute.to_owned() });
    }
    Ok(column)
}

/// A group for each distinct value, numbered as they first come, with their texts; 1 and "1" are two, 1 and 1.0 as well.
pub(super) fn grouped(column: &[Value]) -> (Vec<u32>, Vec<String>) {
    let mut numbers = HashMap::new();
    let mut names = Vec::new();
    let labels = column.iter().map(|value| {
        *numbers.entry(value.to_string()).or_insert_with(|| {
            names.push(text(value));
            u32::try_from(names.len() - 1).unwrap_or(u32::MAX)
        })
    });
    let labels = labels.collect();
    (labels, names)
}

/// A value as people read it: texts without quotes, nothing for none.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
