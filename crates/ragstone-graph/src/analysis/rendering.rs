//! From findings to a report: ranks, pages and keys.

use serde_json::{Map, Value, json};

use crate::analysis::findings::{Best, Column, Fact, Findings, Rows, Way, written};
use crate::analysis::report::{
    AnalysisReport, NodeGroup, NodeLabel, NodePath, NodeRow, NodeScore, NodeVector, PairRow, ReportRows,
};
use crate::analysis::selection::{GroupDetail, Order, Selection};
use crate::analysis::subject::Subject;
use crate::document::NodeKey;
use crate::graph::Vertex;
use crate::number;

impl Findings {
    /// The selected part with nodes by their keys. O(rows), and O(k log k) for the best k of them.
    pub fn report(&self, subject: &dyn Subject, selection: &Selection) -> AnalysisReport {
        let render = Rendering { subject, selection };
        let (total, rows) = render.rows(&self.rows);
        let fact = |(name, fact): &(&'static str, Fact)| ((*name).to_owned(), render.cell(fact));
        AnalysisReport { total, facts: self.facts.iter().map(fact).collect(), rows }
    }
}

struct Rendering<'a> {
    subject: &'a dyn Subject,
    selection: &'a Selection,
}

impl Rendering<'_> {
    fn rows(&self, rows: &Rows) -> (usize, ReportRows) {
        match rows {
            Rows::Scores { column, best } => (column.values.len(), self.scores(column, *best)),
            Rows::Labels(labels) => self.labels(labels),
            Rows::Sets(sets) => {
                let sizes: Vec<usize> = sets.iter().map(Vec::len).collect();
                (sets.len(), self.groups(&sizes, |group| sets[group].clone()))
            }
            Rows::Paths(ways) => {
                let shown = self.selection.range(ways.len());
                (ways.len(), ReportRows::Paths(ways[shown].iter().map(|way| self.way(way)).collect()))
            }
            Rows::Nodes { nodes, columns } => (nodes.len(), self.nodes(nodes, columns)),
            Rows::Pairs { pairs, columns, best } => (pairs.len(), self.pairs(pairs, columns, *best)),
            Rows::Table { columns, rows } => (rows.len(), self.table(columns, rows)),
            Rows::Vectors { dimensions, values } => {
                let total = values.len().checked_div(*dimensions).unwrap_or(0);
                (total, self.vectors(*dimensions, values, total))
            }
            Rows::Record => (0, ReportRows::Record(Vec::new())),
        }
    }

    fn key(&self, vertex: Vertex) -> NodeKey {
        self.subject.key(vertex).unwrap_or(NodeKey::Integer(vertex.into()))
    }

    /// The first members, as many as are asked for.
    fn keys(&self, vertices: &[Vertex]) -> Vec<NodeKey> {
        let most = self.selection.max_members.unwrap_or(usize::MAX);
        vertices.iter().take(most).map(|&vertex| self.key(vertex)).collect()
    }

    fn cell(&self, fact: &Fact) -> Value {
        match fact {
            Fact::Missing => Value::Null,
            Fact::Flag(flag) => (*flag).into(),
            Fact::Whole(number) => (*number).into(),
            Fact::Number(number) => (*number).into(),
            Fact::Text(text) => text.as_str().into(),
            Fact::Numbers(numbers) => json!(numbers),
            Fact::Node(vertex) => json!(self.key(*vertex)),
            Fact::Nodes(vertices) => json!(self.keys(vertices)),
        }
    }

    /// The places of the selected rows: the best of them in order, or as they are.
    fn places(&self, values: &[f64], best: Option<Best>) -> Vec<usize> {
        let shown = self.selection.range(values.len());
        match best.filter(|_| self.selection.order == Order::Best) {
            None => shown.collect(),
            Some(best) => ranked(values, best, shown),
        }
    }

    fn scores(&self, column: &Column, best: Best) -> ReportRows {
        let row = |place: usize| NodeScore {
            node: self.key(number::vertex(place)),
            score: written(column.values[place], column.numbers),
        };
        ReportRows::Scores(self.places(&column.values, Some(best)).into_iter().map(row).collect())
    }

    fn labels(&self, labels: &[u32]) -> (usize, ReportRows) {
        if self.selection.groups == GroupDetail::Nodes {
            let row =
                |place: usize| NodeLabel { node: self.key(number::vertex(place)), group: labels[place] };
            let shown = self.selection.range(labels.len());
            return (labels.len(), ReportRows::Labels(shown.map(row).collect()));
        }
        let count = labels.iter().max().map_or(0, |&label| label as usize + 1);
        let mut sizes = vec![0; count];
        for &label in labels {
            sizes[label as usize] += 1;
        }
        let mut members: Vec<Vec<Vertex>> = vec![Vec::new(); count];
        if self.selection.groups == GroupDetail::Members {
            (0..).zip(labels).for_each(|(vertex, &label)| members[label as usize].push(vertex));
        }
        let rows = self.groups(&sizes, |group| members[group].clone());
        (sizes.len(), rows)
    }

    fn groups(&self, sizes: &[usize], members: impl Fn(usize) -> Vec<Vertex>) -> ReportRows {
        let values: Vec<f64> = sizes.iter().map(|&size| number::real(size)).collect();
        let has_members = self.selection.groups != GroupDetail::Sizes;
        let row = |group: usize| NodeGroup {
            group: number::vertex(group),
            size: sizes[group],
            members: has_members.then(|| self.keys(&members(group))),
        };
        ReportRows::Sets(self.places(&values, Some(Best::Highest)).into_iter().map(row).collect())
    }

    fn way(&self, way: &Way) -> NodePath {
        let length = way.length.filter(|length| length.is_finite());
        NodePath { nodes: self.keys(&way.vertices), node_count: way.vertices.len(), length }
    }

    fn nodes(&self, nodes: &[Vertex], columns: &[Column]) -> ReportRows {
        let row = |place: usize| NodeRow { node: self.key(nodes[place]), values: values(columns, place) };
        ReportRows::Nodes(self.selection.range(nodes.len()).map(row).collect())
    }

    fn pairs(&self, pairs: &[(Vertex, Vertex)], columns: &[Column], best: Option<Best>) -> ReportRows {
        let row = |place: usize| {
            let (source, target) = pairs[place];
            PairRow { source: self.key(source), target: self.key(target), values: values(columns, place) }
        };
        let places = match columns.first() {
            Some(first) => self.places(&first.values, best),
            None => self.selection.range(pairs.len()).collect(),
        };
        ReportRows::Pairs(places.into_iter().map(row).collect())
    }

    fn table(&self, columns: &[String], rows: &[Vec<Fact>]) -> ReportRows {
        let row = |row: &Vec<Fact>| -> Map<String, Value> {
            columns.iter().zip(row).map(|(name, cell)| (name.clone(), self.cell(cell))).collect()
        };
        ReportRows::Table(rows[self.selection.range(rows.len())].iter().map(row).collect())
    }

    fn vectors(&self, dimensions: usize, values: &[f64], total: usize) -> ReportRows {
        let finite = |&value: &f64| value.is_finite().then_some(value);
        let row = |place: usize| NodeVector {
            node: self.key(number::vertex(place)),
            vector: values[place * dimensions..(place + 1) * dimensions].iter().map(finite).collect(),
        };
        ReportRows::Vectors(self.selection.range(total).map(row).collect())
    }
}

/// What the columns say about a row.
fn values(columns: &[Column], place: usize) -> Map<String, Value> {
    let value = |column: &Column| {
        let number = column.values.get(place).map(|&value| written(value, column.numbers));
        (column.name.to_owned(), number.unwrap_or_default())
    };
    columns.iter().map(value).collect()
}

/// The places of a range of the ranking; equal values by their places, what is not finite last.
fn ranked(values: &[f64], best: Best, shown: std::ops::Range<usize>) -> Vec<usize> {
    let rank = |place: usize| match (values[place], best) {
        (value, _) if !value.is_finite() => f64::INFINITY,
        // Adding and subtracting make one of both zeros.
        (value, Best::Lowest) => value + 0.0,
        (value, Best::Highest) => 0.0 - value,
    };
    let before = |one: &usize, other: &usize| rank(*one).total_cmp(&rank(*other)).then(one.cmp(other));
    let mut places: Vec<usize> = (0..values.len()).collect();
    if shown.end < places.len() {
        places.select_nth_unstable_by(shown.end, before);
        places.truncate(shown.end);
    }
    places.sort_unstable_by(before);
    places.split_off(shown.start)
}
