//! What an algorithm found, in vertices.

use serde_json::{Value, json};

use crate::analysis::catalogue::Shape;
use crate::graph::Vertex;
use crate::number;
use crate::path::Path;

/// A named value about the whole answer, or a cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// None, where a measure does not exist.
    Missing,
    /// Whether something is so.
    Flag(bool),
    /// A count or another whole number.
    Whole(i64),
    /// A number; what is not finite is shown as none.
    Number(f64),
    /// A text.
    Text(String),
    /// Numbers in order.
    Numbers(Vec<f64>),
    /// A node.
    Node(Vertex),
    /// Nodes in order.
    Nodes(Vec<Vertex>),
}

macro_rules! fact_from {
    ($($from:ty => |$value:ident| $fact:expr),* $(,)?) => {
        $(impl From<$from> for Fact {
            fn from($value: $from) -> Self {
                $fact
            }
        })*
    };
}

fact_from! {
    bool => |flag| Self::Flag(flag),
    u32 => |count| Self::Whole(count.into()),
    i32 => |number| Self::Whole(number.into()),
    u64 => |count| Self::Whole(i64::try_from(count).unwrap_or(i64::MAX)),
    usize => |count| Self::Whole(i64::try_from(count).unwrap_or(i64::MAX)),
    f64 => |number| Self::Number(number),
    Option<f64> => |number| number.map_or(Self::Missing, Self::Number),
    String => |text| Self::Text(text),
    &str => |text| Self::Text(text.to_owned()),
    Vec<f64> => |numbers| Self::Numbers(numbers),
    Vec<Vertex> => |nodes| Self::Nodes(nodes),
}

/// Which end of the scores comes first in a ranking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Best {
    /// The highest, as of centralities.
    Highest,
    /// The lowest, as of distances.
    Lowest,
}

/// Which numbers there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbers {
    /// Counts, written without a point.
    Whole,
    /// Any.
    Real,
}

/// A named list of numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// What they are.
    pub name: &'static str,
    /// One for each row; one that is not finite stands for none.
    pub values: Vec<f64>,
    /// Which numbers they are.
    pub numbers: Numbers,
}

/// A path or a cycle.
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    /// Its vertices in order.
    pub vertices: Vec<Vertex>,
    /// Sum of its weights, or its edges; `None` where lengths mean nothing.
    pub length: Option<f64>,
}

impl From<Path> for Way {
    fn from(Path { vertices, length }: Path) -> Self {
        Self { vertices, length: Some(length) }
    }
}

/// The rows of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Rows {
    /// A number for each vertex.
    Scores {
        /// The numbers, with the name of the measure.
        column: Column,
        /// Which come first in a ranking.
        best: Best,
    },
    /// A group for each vertex, numbered from 0.
    Labels(Vec<u32>),
    /// Groups that may overlap.
    Sets(Vec<Vec<Vertex>>),
    /// Paths or cycles.
    Paths(Vec<Way>),
    /// Some of the vertices, in an order that says something.
    Nodes {
        /// The vertices.
        nodes: Vec<Vertex>,
        /// What is said about each of them.
        columns: Vec<Column>,
    },
    /// Pairs of vertices.
    Pairs {
        /// The pairs.
        pairs: Vec<(Vertex, Vertex)>,
        /// What is said about each of them.
        columns: Vec<Column>,
        /// Which of the first column come first in a ranking, if the order of the pairs says nothing.
        best: Option<Best>,
    },
    /// Rows with named columns.
    Table {
        /// Names of the columns.
        columns: Vec<String>,
        /// Rows with a cell for each column.
        rows: Vec<Vec<Fact>>,
    },
    /// So many numbers for each vertex.
    Vectors {
        /// How many for each.
        dimensions: usize,
        /// All, one vertex after the other.
        values: Vec<f64>,
    },
    /// Nothing but the facts.
    Record,
}

/// What an algorithm found.
#[derive(Debug, Clone, PartialEq)]
pub struct Findings {
    /// The rows.
    pub rows: Rows,
    /// Named values about the whole: how an iteration came to rest, how exact an estimate is, totals.
    pub facts: Vec<(&'static str, Fact)>,
}

impl Findings {
    pub(super) fn new(rows: Rows) -> Self {
        Self { rows, facts: Vec::new() }
    }

    /// Scores of which the highest come first.
    pub(super) fn scores(name: &'static str, values: Vec<f64>) -> Self {
        let column = Column { name, values, numbers: Numbers::Real };
        Self::new(Rows::Scores { column, best: Best::Highest })
    }

    /// Whole numbers of which the highest come first.
    pub(super) fn counts(name: &'static str, values: Vec<f64>) -> Self {
        let column = Column { name, values, numbers: Numbers::Whole };
        Self::new(Rows::Scores { column, best: Best::Highest })
    }

    /// The same scores with the lowest first.
    pub(super) fn lowest_first(mut self) -> Self {
        if let Rows::Scores { best, .. } = &mut self.rows {
            *best = Best::Lowest;
        }
        self
    }

    pub(super) fn labels(labels: Vec<u32>) -> Self {
        Self::new(Rows::Labels(labels))
    }

    pub(super) fn nodes(nodes: Vec<Vertex>) -> Self {
        Self::new(Rows::Nodes { nodes, columns: Vec::new() })
    }

    pub(super) fn pairs(pairs: Vec<(Vertex, Vertex)>) -> Self {
        Self::new(Rows::Pairs { pairs, columns: Vec::new(), best: None })
    }

    /// The same nodes or pairs with numbers.
    pub(super) fn with_column(mut self, name: &'static str, numbers: Numbers, values: Vec<f64>) -> Self {
        if let Rows::Nodes { columns, .. } | Rows::Pairs { columns, .. } = &mut self.rows {
            columns.push(Column { name, values, numbers });
        }
        self
    }

    /// The same pairs, ranked by the first column from the highest.
    pub(super) fn ranked(mut self) -> Self {
        if let Rows::Pairs { best, .. } = &mut self.rows {
            *best = Some(Best::Highest);
        }
        self
    }

    pub(super) fn table(columns: &[&str], rows: Vec<Vec<Fact>>) -> Self {
        let columns = columns.iter().map(|&name| name.to_owned()).collect();
        Self::new(Rows::Table { columns, rows })
    }

    pub(super) fn record() -> Self {
        Self::new(Rows::Record)
    }

    /// The same with one more fact.
    pub(super) fn fact(mut self, name: &'static str, fact: impl Into<Fact>) -> Self {
        self.facts.push((name, fact.into()));
        self
    }

    /// The form of the rows.
    pub fn shape(&self) -> Shape {
        match self.rows {
            Rows::Scores { .. } => Shape::Scores,
            Rows::Labels(_) => Shape::Labels,
            Rows::Sets(_) => Shape::Sets,
            Rows::Paths(_) => Shape::Paths,
            Rows::Nodes { .. } => Shape::Nodes,
            Rows::Pairs { .. } => Shape::Pairs,
            Rows::Table { .. } => Shape::Table,
            Rows::Vectors { .. } => Shape::Vectors,
            Rows::Record => Shape::Record,
        }
    }

    /// The fact of a name.
    pub fn get(&self, name: &str) -> Option<&Fact> {
        self.facts.iter().find(|(other, _)| *other == name).map(|(_, fact)| fact)
    }

    /// A value for each of `count` vertices, to write back as an attribute: the score, the number of the group, the
    /// vector; of a list of nodes its first number, or whether a vertex is in it. `None` where the rows are not about
    /// vertices one by one. O(vertices).
    pub fn column(&self, count: usize) -> Option<Vec<Value>> {
        match &self.rows {
            Rows::Scores { column, .. } => {
                Some(column.values.iter().map(|&value| written(value, column.numbers)).collect())
            }
            Rows::Labels(labels) => Some(labels.iter().map(|&label| label.into()).collect()),
            Rows::Nodes { nodes, columns } => Some(listed(nodes, columns.first(), count)),
            Rows::Vectors { dimensions, values } if *dimensions > 0 => {
                Some(values.chunks(*dimensions).map(|vector| json!(vector)).collect())
            }
            _ => None,
        }
    }
}

fn listed(nodes: &[Vertex], column: Option<&Column>, count: usize) -> Vec<Value> {
    let missing = if column.is_some() { Value::Null } else { Value::Bool(false) };
    let mut values = vec![missing; count];
    for (place, &node) in nodes.iter().enumerate() {
        let number = |column: &Column| column.values.get(place).map(|&value| written(value, column.numbers));
        if let Some(value) = values.get_mut(node as usize) {
            *value = column.map_or(Some(Value::Bool(true)), number).unwrap_or_default();
        }
    }
    values
}

/// A number as JSON: whole ones without a point, `null` for what is not finite.
pub(super) fn written(value: f64, numbers: Numbers) -> Value {
    match numbers {
        // Beyond 2^53 a count is no longer exact anyway.
        Numbers::Whole if (0.0..=9.0e15).contains(&value) => number::count(value).into(),
        _ => json!(value),
    }
}
