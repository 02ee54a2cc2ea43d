//! What there is to ask: a description of each algorithm, for those who choose one.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// Most names that are offered in place of an unknown one.
const OFFERED: usize = 5;

/// In which form an algorithm answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = FindingsShape))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "FindingsShape"))]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// A number for each node.
    Scores,
    /// A group for each node.
    Labels,
    /// Groups of nodes that may overlap.
    Sets,
    /// Nodes one after the other.
    Paths,
    /// Some of the nodes, with or without numbers.
    Nodes,
    /// Pairs of nodes, such as edges, with or without numbers.
    Pairs,
    /// Rows with named columns.
    Table,
    /// A list of numbers for each node.
    Vectors,
    /// Named values only.
    Record,
}

impl Shape {
    /// Whether there is a value for each node, which can be written back as an attribute.
    pub const fn is_writable(self) -> bool {
        matches!(self, Self::Scores | Self::Labels | Self::Nodes | Self::Vectors)
    }
}

/// What directions of edges mean to an algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum DirectionUse {
    /// Edges of directed graphs are followed from source to target.
    Followed,
    /// Each edge is read both ways.
    Ignored,
    /// Only directed graphs are accepted.
    DirectedOnly,
    /// Only undirected graphs are accepted.
    UndirectedOnly,
}

/// What an algorithm is, what it costs and how it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = AlgorithmDescriptor))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "AlgorithmDescriptor"))]
pub struct Descriptor {
    /// The name that a request gives as `algorithm`.
    pub name: &'static str,
    /// The name for people.
    pub title: &'static str,
    /// Which question it answers, in one sentence.
    pub summary: &'static str,
    /// How the time grows with n nodes and m edges.
    pub complexity: &'static str,
    /// What it refuses or leaves out; empty if nothing.
    pub limits: &'static str,
    /// The paper with its year, or `definition`.
    pub source: &'static str,
    /// What directions of edges mean to it.
    pub direction: DirectionUse,
    /// Whether a request may name an attribute of edges as `weight`.
    pub is_weighted: bool,
    /// Whether it draws by chance, and takes a `seed`.
    pub is_seeded: bool,
    /// In which form it answers.
    pub shape: Shape,
    /// Whether the answer can be written back as an attribute of nodes.
    pub is_writable: bool,
    /// Parameters of a request on a graph whose nodes are numbered, with the name of the algorithm when serialised.
    #[serde(serialize_with = "whole_example")]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    #[cfg_attr(feature = "schema", schemars(with = "Map<String, Value>"))]
    pub example: Example,
}

/// Parameters as JSON, and the name that they are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Example {
    tag: &'static str,
    name: &'static str,
    parameters: &'static str,
}

impl Example {
    pub(crate) const fn new(tag: &'static str, name: &'static str, parameters: &'static str) -> Self {
        Self { tag, name, parameters }
    }

    /// The whole request.
    pub fn request(&self) -> Value {
        let mut request: Map<String, Value> = serde_json::from_str(self.parameters).unwrap_or_default();
        request.insert(self.tag.to_owned(), self.name.into());
        Value::Object(request)
    }
}

/// The example as a request.
pub(crate) fn whole_example<S: Serializer>(example: &Example, serializer: S) -> Result<S::Ok, S::Error> {
    example.request().serialize(serializer)
}

impl Descriptor {
    /// An algorithm that follows directions, without weights, chance, parameters and limits, from its definition.
    pub(super) const fn new(
        name: &'static str,
        title: &'static str,
        summary: &'static str,
        shape: Shape,
    ) -> Self {
        Self {
            name,
            title,
            summary,
            complexity: "O(n + m)",
            limits: "",
            source: "definition",
            direction: DirectionUse::Followed,
            is_weighted: false,
            is_seeded: false,
            shape,
            is_writable: shape.is_writable(),
            example: Example::new("algorithm", name, "{}"),
        }
    }

    pub(super) const fn takes(mut self, complexity: &'static str) -> Self {
        self.complexity = complexity;
        self
    }

    pub(super) const fn limits(mut self, limits: &'static str) -> Self {
        self.limits = limits;
        self
    }

    pub(super) const fn by(mut self, source: &'static str) -> Self {
        self.source = source;
        self
    }

    pub(super) const fn direction(mut self, direction: DirectionUse) -> Self {
        self.direction = direction;
        self
    }

    pub(super) const fn weighted(mut self) -> Self {
        self.is_weighted = true;
        self
    }

    pub(super) const fn seeded(mut self) -> Self {
        self.is_seeded = true;
        self
    }

    pub(super) const fn example(mut self, parameters: &'static str) -> Self {
        self.example.parameters = parameters;
        self
    }
}

/// Known names that look most like an unknown one, nearest first, at most five.
pub(crate) fn near<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let name = name.trim().to_lowercase().replace(['_', ' '], "-");
    let mut ranked: Vec<(usize, &str)> =
        known.filter_map(|other| nearness(&name, other).map(|rank| (rank, other))).collect();
    ranked.sort_unstable();
    ranked.into_iter().take(OFFERED).map(|(_, name)| name).collect()
}

/// 0 for the same name, more for less alike ones; `None` for names that have nothing in common.
fn nearness(name: &str, other: &str) -> Option<usize> {
    let edits = edits(name, other);
    let has_part = name.len() > 2 && (other.contains(name) || name.contains(other));
    let has_word = || name.split('-').any(|word| word.len() > 3 && other.split('-').any(|part| part == word));
    (has_part || edits <= name.len().max(3) / 3 || has_word()).then_some(edits)
}

/// How many letters have to be put in, taken out or changed (V. Levenshtein 1966).
fn edits(one: &str, other: &str) -> usize {
    let letters: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=letters.len()).collect();
    for (place, letter) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], place + 1);
        for (column, &against) in letters.iter().enumerate() {
            let changed = diagonal + usize::from(letter != against);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[letters.len()]
}
