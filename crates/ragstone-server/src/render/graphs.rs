//! Named graphs, what they hold and what algorithms found.

use std::fmt::Write as _;

use owo_colors::OwoColorize;
use ragstone_api::graph::GraphEntry;
use ragstone_api::graph::schema::{ElementSchema, GraphSchema};
use ragstone_core::Result;
use ragstone_graph::analysis::Descriptor;
use ragstone_graph::generation::GeneratorDescriptor;
use serde_json::{Map, Value};

use super::hit::printable;

/// Prints a table of graphs.
pub(crate) fn graphs(graphs: &[GraphEntry]) -> Result<()> {
    let mut out = String::new();
    for graph in graphs {
        let description = printable(&graph.description);
        let facts = format!("{} nodes · {} edges · version {}", graph.nodes, graph.edges, graph.version);
        let _ = writeln!(out, "{}  {facts}  {}", graph.name.bold(), description.dimmed());
    }
    super::text(&out)
}

/// Prints what nodes and edges of a graph are like.
pub(crate) fn graph_schema(schema: &GraphSchema) -> Result<()> {
    let graph = &schema.graph;
    let mut out = format!("{}\n", graph.name.bold());
    if !graph.description.is_empty() {
        let _ = writeln!(out, "{}", printable(&graph.description));
    }
    let direction = if graph.directed { "directed" } else { "undirected" };
    let kind = if graph.multigraph { "multigraph" } else { "graph" };
    let _ = writeln!(
        out,
        "{direction} {kind} · version {} · {} nodes · {} edges · {} loops · density {:.6}",
        graph.version, graph.nodes, graph.edges, schema.loops, schema.density
    );
    element(&mut out, "nodes", &schema.nodes);
    element(&mut out, "edges", &schema.edges);
    super::text(&out)
}

fn element(out: &mut String, what: &str, schema: &ElementSchema) {
    for label in &schema.labels {
        let _ = writeln!(out, "{what} {}  {}", printable(&label.label).bold(), label.count);
    }
    for property in &schema.properties {
        let kinds: Vec<String> =
            property.kinds.iter().map(|kind| format!("{} {}", kind.count, kind.kind)).collect();
        let share = property.share * 100.0;
        let name = printable(&property.name);
        let _ = writeln!(out, "{what}.{}  {} ({share:.1} %)", name.bold(), kinds.join(", "));
    }
}

/// Prints all algorithms and generators, each with an example.
pub(crate) fn graph_algorithms(algorithms: &[Descriptor], generators: &[GeneratorDescriptor]) -> Result<()> {
    let mut out = String::new();
    for one in algorithms {
        let _ = writeln!(out, "{}  {}", one.name.bold(), one.summary);
        let _ = writeln!(out, "    {}  {}", one.complexity, one.example.request().to_string().dimmed());
    }
    let _ = writeln!(out, "\n{}", "generators".bold());
    for one in generators {
        let _ = writeln!(out, "{}  {}", one.name.bold(), one.summary);
        let _ = writeln!(out, "    {}", one.example.request().to_string().dimmed());
    }
    super::text(&out)
}

/// Prints what an algorithm found: facts first, then a line for each row.
pub(crate) fn analysis(answer: &Map<String, Value>) -> Result<()> {
    let mut out = String::new();
    for name in ["version", "written_version", "updated"] {
        if let Some(value) = answer.get(name) {
            let _ = writeln!(out, "{}: {value}", name.replace('_', " "));
        }
    }
    let report = answer.get("report").unwrap_or(&Value::Null);
    for (name, value) in report["facts"].as_object().into_iter().flatten() {
        let _ = writeln!(out, "{}: {}", printable(name), printable(&value.to_string()));
    }
    let rows = report["rows"].as_array().map(Vec::as_slice).unwrap_or_default();
    for row in rows {
        let _ = writeln!(out, "{}", printable(&line(row)));
    }
    let total = report["total"].as_u64().unwrap_or_default();
    let shown = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    if total > shown && shown > 0 {
        let _ = writeln!(out, "{}", format!("{shown} of {total} rows").dimmed());
    }
    super::text(&out)
}

/// A row as its values, with names where they are not plain.
fn line(row: &Value) -> String {
    let Some(row) = row.as_object() else { return row.to_string() };
    let values = row.iter().map(|(name, value)| match name.as_str() {
        "node" | "source" | "target" | "score" | "nodes" => value.to_string(),
        _ => format!("{name} {value}"),
    });
    values.collect::<Vec<_>>().join("  ")
}
