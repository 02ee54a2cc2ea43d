//! Whether edges join vertices that are alike: of like degree, of the same label, of near numbers.
//!
//! Each edge counts once in each direction that it leads, parallel edges each, a loop once; weights mean nothing.

use crate::error::{GraphError, Result};
use crate::graph::{Graph, Vertex};
use crate::number::real;
use crate::watch::Watch;

/// Correlation of the degrees of the two ends of edges, from −1 to 1: of the outgoing degree of the source and the
/// incoming one of the target in a directed graph. `None` where it does not exist, because all degrees are the same or
/// there are no edges. O(entries).
///
/// Source: Newman, "Mixing patterns in networks", 2003.
pub fn by_degree(graph: &Graph, watch: &Watch) -> Result<Option<f64>> {
    let outgoing: Vec<f64> = graph.vertices().map(|vertex| real(graph.degree(vertex))).collect();
    if !graph.is_directed() {
        return correlation(graph, &outgoing, &outgoing, watch);
    }
    let incoming: Vec<f64> = graph.vertices().map(|vertex| real(graph.in_degree(vertex))).collect();
    correlation(graph, &outgoing, &incoming, watch)
}

/// Correlation of the numbers that `values` gives to the two ends of edges, from −1 to 1; `None` where it does not exist,
/// because all are the same or there are no edges. O(entries).
///
/// # Errors
/// `OutOfRange` if there is not one finite value for each vertex.
///
/// Source: Newman, "Mixing patterns in networks", 2003.
pub fn by_value(graph: &Graph, values: &[f64], watch: &Watch) -> Result<Option<f64>> {
    one_each(graph, "values", values.len())?;
    if let Some(value) = values.iter().find(|value| !value.is_finite()) {
        let expected = "finite numbers";
        return Err(GraphError::OutOfRange { option: "values", found: value.to_string(), expected });
    }
    correlation(graph, values, values, watch)
}

/// How much more edges join vertices of the same label than they would by chance, 1 if no others; `None` where it does not
/// exist, because all edges join vertices of one label or there are no edges. O(entries), and memory for the labels.
///
/// # Errors
/// `OutOfRange` if there is not one label for each vertex.
///
/// Source: Newman, "Mixing patterns in networks", 2003.
pub fn by_label(graph: &Graph, labels: &[u32], watch: &Watch) -> Result<Option<f64>> {
    one_each(graph, "labels", labels.len())?;
    let mut known = labels.to_vec();
    known.sort_unstable();
    known.dedup();
    let place = |label: &u32| known.binary_search(label).unwrap_or(0);
    let places: Vec<usize> = labels.iter().map(place).collect();
    let (mut from, mut to) = (vec![0u64; known.len()], vec![0u64; known.len()]);
    let mut same = 0u64;
    each_entry(graph, watch, |source, target| {
        let (source, target) = (places[source as usize], places[target as usize]);
        from[source] += 1;
        to[target] += 1;
        same += u64::from(source == target);
    })?;
    let entries = real(graph.entry_count());
    let share = |count: u64| real(usize::try_from(count).unwrap_or(usize::MAX)) / entries;
    let chance: f64 = from.iter().zip(&to).map(|(&from, &to)| share(from) * share(to)).sum();
    let is_one_label =
        same == graph.entry_count() as u64 && from.iter().filter(|&&count| count > 0).count() < 2;
    Ok((!is_one_label).then(|| (share(same) - chance) / (1.0 - chance)))
}

fn one_each(graph: &Graph, option: &'static str, found: usize) -> Result<()> {
    if found == graph.vertex_count() {
        return Ok(());
    }
    let found = format!("{found} for {} vertices", graph.vertex_count());
    Err(GraphError::OutOfRange { option, found, expected: "one for each vertex" })
}

/// Pearson's correlation over all entries.
fn correlation(graph: &Graph, from: &[f64], to: &[f64], watch: &Watch) -> Result<Option<f64>> {
    let entries = real(graph.entry_count());
    let (mut from_sum, mut to_sum) = (0.0, 0.0);
    each_entry(graph, watch, |source, target| {
        from_sum += from[source as usize] / entries;
        to_sum += to[target as usize] / entries;
    })?;
    let (mut from_square, mut to_square, mut product) = (0.0, 0.0, 0.0);
    each_entry(graph, watch, |source, target| {
        let (a, b) = (from[source as usize] - from_sum, to[target as usize] - to_sum);
        from_square += a * a;
        to_square += b * b;
        product += a * b;
    })?;
    // What rounding leaves of no variance is none.
    let is_nothing = |square: f64, mean: f64| square <= entries * (mean * 1e-12).powi(2);
    if is_nothing(from_square, from_sum) || is_nothing(to_square, to_sum) {
        return Ok(None);
    }
    Ok(Some((product / (from_square.sqrt() * to_square.sqrt())).clamp(-1.0, 1.0)))
}

fn each_entry(graph: &Graph, watch: &Watch, mut visit: impl FnMut(Vertex, Vertex)) -> Result<()> {
    let mut step = 0;
    for source in graph.vertices() {
        watch.pace(&mut step)?;
        graph.neighbors(source).iter().for_each(|&target| visit(source, target));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Direction;

    fn path() -> Graph {
        Graph::from_edges(Direction::Undirected, 4, &[(0, 1), (1, 2), (2, 3)]).unwrap()
    }

    #[test]
    fn star_joins_unlike_degrees_and_a_cycle_has_no_answer() {
        let watch = Watch::unbounded();
        let star = Graph::from_edges(Direction::Undirected, 4, &[(0, 1), (0, 2), (0, 3)]).unwrap();
        assert!((by_degree(&star, &watch).unwrap().unwrap() + 1.0).abs() < 1e-12);
        let cycle = Graph::from_edges(Direction::Undirected, 3, &[(0, 1), (1, 2), (2, 0)]).unwrap();
        assert_eq!(by_degree(&cycle, &watch), Ok(None));
        let empty = Graph::from_edges(Direction::Directed, 3, &[]).unwrap();
        assert_eq!(by_degree(&empty, &watch), Ok(None));
    }

    #[test]
    fn labels_and_values_are_compared_along_edges() {
        let watch = Watch::unbounded();
        // Halves of the path: 4 of 6 entries stay, half would by chance.
        assert!((by_label(&path(), &[7, 7, 9, 9], &watch).unwrap().unwrap() - 1.0 / 3.0).abs() < 1e-12);
        assert_eq!(by_label(&path(), &[7; 4], &watch), Ok(None));
        let by_value = by_value(&path(), &[0.0, 0.0, 1.0, 1.0], &watch).unwrap().unwrap();
        assert!((by_value - 1.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn missing_and_infinite_values_are_refused() {
        let watch = Watch::unbounded();
        let refusal = by_value(&path(), &[0.0; 3], &watch).unwrap_err();
        assert!(matches!(refusal, GraphError::OutOfRange { option: "values", .. }));
        assert!(by_value(&path(), &[0.0, 1.0, f64::NAN, 0.0], &watch).is_err());
        assert!(by_label(&path(), &[0; 5], &watch).is_err());
    }
}
