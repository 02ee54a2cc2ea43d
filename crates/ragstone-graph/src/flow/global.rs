//! The cheapest cut of a whole graph.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::error::{GraphError, Result};
use crate::flow::{Capacity, Cut};
use crate::graph::{Graph, Weight};
use crate::meter::Meter;
use crate::number;
use crate::sets::Sets;
use crate::watch::Watch;

const REMEDY: &str = "cut each component, or a core of the graph, by itself";

/// Finds the cheapest edges without which an undirected graph falls apart.
///
/// A graph in parts has a cut of value 0 without edges, around one component. With [`Capacity::Units`] the value is the
/// edge connectivity. Parallel edges add up; loops are never cut.
/// Exact where capacities are whole numbers whose sum is below 2⁵³, else to rounding of that sum.
/// [`GraphError::WrongKind`] for directed graphs, [`GraphError::NegativeWeight`] for capacities below 0,
/// [`GraphError::OutOfRange`] for fewer than two vertices.
/// O(V E log V) at worst, a few passes over the edges on most graphs; on one thread.
/// M. Stoer, F. Wagner, A simple min-cut algorithm, 1997; contraction of several edges in a pass by
/// H. Nagamochi, T. Ono, T. Ibaraki, Implementing an efficient minimum capacity cut algorithm, 1994.
pub fn global_min_cut(graph: &Graph, capacity: Capacity, watch: &Watch) -> Result<Cut> {
    if graph.is_directed() {
        let remedy = "take its `to_undirected`, or ask for the flow between two vertices";
        return Err(GraphError::WrongKind {
            algorithm: "a global minimum cut",
            expected: "undirected",
            remedy,
        });
    }
    let count = graph.vertex_count();
    if count < 2 {
        let expected = "a cut parts at least two vertices";
        return Err(GraphError::OutOfRange { option: "vertices", found: count.to_string(), expected });
    }
    capacity.require(graph)?;
    let bytes = number::wide(graph.entry_count()) * 40 + number::wide(count) * 40;
    watch.afford(bytes, number::wide(graph.entry_count()), REMEDY)?;
    let mut meter = Meter::new(watch, REMEDY);
    let mut best = Best { value: Weight::INFINITY, is_inside: vec![false; count] };
    let mut contracted = Contracted::new(graph, capacity);
    while contracted.count() > 1 {
        let mut sets = contracted.pass(&mut best, &mut meter)?;
        if best.value <= 0.0 {
            break;
        }
        contracted = contracted.contract(&mut sets);
    }
    Ok(Cut::around(graph, &best.is_inside, capacity))
}

struct Best {
    value: Weight,
    is_inside: Vec<bool>,
}

/// What is left of the graph: groups of vertices, and the sums of the edges between them.
struct Contracted {
    /// The group of each vertex of the graph.
    groups: Vec<u32>,
    firsts: Vec<usize>,
    entries: Vec<(u32, Weight)>,
}

impl Contracted {
    fn new(graph: &Graph, capacity: Capacity) -> Self {
        let mut entries = Vec::with_capacity(graph.entry_count());
        let mut firsts = vec![0];
        for vertex in graph.vertices() {
            let row = graph.entries(vertex).filter(|&(target, _)| target != vertex);
            entries.extend(row.map(|(target, weight)| (target, capacity.of(weight))));
            firsts.push(entries.len());
        }
        Self { groups: graph.vertices().collect(), firsts, entries }
    }

    fn count(&self) -> usize {
        self.firsts.len() - 1
    }

    fn row(&self, group: u32) -> &[(u32, Weight)] {
        &self.entries[self.firsts[group as usize]..self.firsts[group as usize + 1]]
    }

    /// Walks all groups, each time the one that hangs on most by those walked. Notes every cheaper cut that it meets, and
    /// joins the ends of edges that no cut cheaper than the best parts.
    fn pass(&self, best: &mut Best, meter: &mut Meter<'_>) -> Result<Sets> {
        let count = self.count();
        let degrees: Vec<Weight> = (0..number::vertex(count)).map(|group| sum(self.row(group))).collect();
        if let Some((group, &degree)) =
            degrees.iter().enumerate().min_by(|one, other| one.1.total_cmp(other.1))
            && degree < best.value
        {
            best.value = degree;
            self.note(best, &[number::vertex(group)]);
        }
        let mut sets = Sets::new(count);
        let mut hold = vec![0.0; count];
        let mut is_walked = vec![false; count];
        let mut order = Vec::with_capacity(count);
        let mut heap = BinaryHeap::from([(0u64, Reverse(0u32))]);
        let (mut value, mut cheapest) = (0.0, 0);
        while let Some((_, Reverse(group))) = heap.pop() {
            if std::mem::replace(&mut is_walked[group as usize], true) {
                continue;
            }
            order.push(group);
            value += degrees[group as usize] - 2.0 * hold[group as usize];
            if order.len() < count && value < best.value {
                best.value = value;
                cheapest = order.len();
            }
            meter.add(1 + number::wide(self.row(group).len()))?;
            for &(other, weight) in self.row(group).iter().filter(|entry| !is_walked[entry.0 as usize]) {
                let hold = &mut hold[other as usize];
                *hold += weight;
                // Bits of numbers that are not negative are ordered as the numbers are.
                heap.push((hold.to_bits(), Reverse(other)));
                if *hold >= best.value {
                    sets.join(group, other);
                }
            }
        }
        if order.len() < count {
            best.value = 0.0;
            cheapest = order.len();
        }
        if cheapest > 0 {
            self.note(best, &order[..cheapest]);
        }
        // The cheapest cut between the last two is the one around the last, which was noted.
        if let [.., before, last] = order[..] {
            sets.join(before, last);
        }
        Ok(sets)
    }

    fn note(&self, best: &mut Best, inside: &[u32]) {
        let mut is_inside = vec![false; self.count()];
        for &group in inside {
            is_inside[group as usize] = true;
        }
        for (mark, &group) in best.is_inside.iter_mut().zip(&self.groups) {
            *mark = is_inside[group as usize];
        }
    }

    /// One group for each set.
    fn contract(&self, sets: &mut Sets) -> Self {
        let count = number::vertex(self.count());
        let mut members: Vec<(u32, u32)> = (0..count).map(|group| (sets.find(group), group)).collect();
        members.sort_unstable();
        let mut renamed = vec![0u32; self.count()];
        let (mut firsts, mut entries) = (vec![0], Vec::new());
        let mut fresh = 0;
        for part in members.chunk_by(|one, other| one.0 == other.0) {
            for &(_, group) in part {
                renamed[group as usize] = fresh;
            }
            fresh += 1;
        }
        let mut places = vec![usize::MAX; fresh as usize];
        for (name, part) in members.chunk_by(|one, other| one.0 == other.0).enumerate() {
            let begin = entries.len();
            for &(other, weight) in part.iter().flat_map(|&(_, group)| self.row(group)) {
                let other = renamed[other as usize];
                let place = &mut places[other as usize];
                if other as usize == name {
                } else if *place >= begin && *place < entries.len() {
                    let entry: &mut (u32, Weight) = &mut entries[*place];
                    entry.1 += weight;
                } else {
                    *place = entries.len();
                    entries.push((other, weight));
                }
            }
            firsts.push(entries.len());
        }
        let groups = self.groups.iter().map(|&group| renamed[group as usize]).collect();
        Self { groups, firsts, entries }
    }
}

fn sum(row: &[(u32, Weight)]) -> Weight {
    row.iter().fold(0.0, |sum, entry| sum + entry.1)
}
