//! The graph as springs see it: without direction, parallel edges added up, without loops.

use crate::error::Result;
use crate::graph::{Graph, Vertex};
use crate::layout::positions::real;
use crate::watch::Watch;

/// How far the strength of a spring may be from the mean of all.
const STRONGEST: f64 = 32.0;

/// Weights above this count as this, so that sums of them are finite.
const HEAVIEST: f64 = 1e290;

/// What a vertex has instead of a number while it has none.
pub(crate) const NONE: u32 = u32::MAX;

/// Vertices with masses, joined by springs.
#[derive(Debug, Clone)]
pub(crate) struct Mesh {
    offsets: Vec<usize>,
    targets: Vec<u32>,
    strengths: Vec<f64>,
    pub(crate) masses: Vec<f64>,
}

impl Mesh {
    /// The springs of a graph. Parallel edges, and those that lead opposite ways, make one that is as strong as all of
    /// them. Where weights count, a strength is the weight in relation to the mean; an edge that weighs 0 or
    /// less is none.
    pub(crate) fn of(graph: &Graph, is_weighted: bool, watch: &Watch) -> Result<Self> {
        let strength = |weight: f64| if is_weighted { weight.clamp(0.0, HEAVIEST) } else { 1.0 };
        let mut rows = RowsBuilder::new(graph.vertex_count(), graph.entry_count());
        let mut row = Vec::new();
        let mut step = 0;
        for vertex in graph.vertices() {
            watch.pace(&mut step)?;
            row.clear();
            row.extend(graph.entries(vertex).map(|(target, weight)| (target, strength(weight))));
            if graph.is_directed() {
                row.extend(graph.source_entries(vertex).map(|(source, weight)| (source, strength(weight))));
            }
            row.retain(|&(_, strength)| strength > 0.0);
            rows.push(vertex, &mut row, 0.0);
        }
        let mut mesh = rows.mesh;
        if is_weighted {
            mesh.level();
        }
        for vertex in 0..mesh.len() {
            mesh.masses[vertex] = 1.0 + real(mesh.degree(vertex));
        }
        Ok(mesh)
    }

    pub(crate) fn len(&self) -> usize {
        self.masses.len()
    }

    /// Number of entries in all rows: twice that of springs.
    pub(crate) fn entries(&self) -> usize {
        self.targets.len()
    }

    pub(crate) fn degree(&self, vertex: usize) -> usize {
        self.offsets[vertex + 1] - self.offsets[vertex]
    }

    pub(crate) fn springs(&self, vertex: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let row = self.offsets[vertex]..self.offsets[vertex + 1];
        self.targets[row.clone()]
            .iter()
            .map(|&target| target as usize)
            .zip(self.strengths[row].iter().copied())
    }

    /// The springs among `members`, which get the numbers of their places. `numbers` has [`NONE`] for every vertex
    /// before and after.
    pub(crate) fn part(&self, members: &[Vertex], numbers: &mut [u32]) -> Self {
        for (number, &member) in (0..).zip(members) {
            numbers[member as usize] = number;
        }
        let mut rows = RowsBuilder::new(members.len(), 0);
        let mut row = Vec::new();
        for (number, &member) in (0..).zip(members) {
            row.clear();
            let inside = self.springs(member as usize).map(|(target, strength)| (numbers[target], strength));
            row.extend(inside.filter(|&(target, _)| target != NONE));
            rows.push(number, &mut row, self.masses[member as usize]);
        }
        for &member in members {
            numbers[member as usize] = NONE;
        }
        rows.mesh
    }

    /// One vertex for each group, as heavy as its members, with all springs between groups.
    pub(crate) fn quotient(&self, groups: &[u32], count: usize) -> Self {
        let members = members(groups, count);
        let mut rows = RowsBuilder::new(count, 0);
        let mut row = Vec::new();
        for (group, members) in (0..).zip(&members) {
            row.clear();
            for &member in members {
                row.extend(
                    self.springs(member as usize).map(|(target, strength)| (groups[target], strength)),
                );
            }
            rows.push(group, &mut row, members.iter().map(|&member| self.masses[member as usize]).sum());
        }
        rows.mesh
    }

    /// Vertices by the component that they are in; components by their first vertex.
    pub(crate) fn components(&self) -> Vec<Vec<Vertex>> {
        let mut is_seen = vec![false; self.len()];
        let mut components = Vec::new();
        for first in 0..self.len() {
            if std::mem::replace(&mut is_seen[first], true) {
                continue;
            }
            let mut component = vec![Vertex::try_from(first).unwrap_or(NONE)];
            let mut next = 0;
            while let Some(&vertex) = component.get(next) {
                next += 1;
                let row = self.offsets[vertex as usize]..self.offsets[vertex as usize + 1];
                for &target in &self.targets[row] {
                    if !std::mem::replace(&mut is_seen[target as usize], true) {
                        component.push(target);
                    }
                }
            }
            component.sort_unstable();
            components.push(component);
        }
        components
    }

    /// Divides each spring by the root of its ends' masses, so that great groups do not swallow small ones.
    pub(crate) fn relative(&mut self) {
        for vertex in 0..self.len() {
            for entry in self.offsets[vertex]..self.offsets[vertex + 1] {
                self.strengths[entry] /=
                    (self.masses[vertex] * self.masses[self.targets[entry] as usize]).sqrt();
            }
        }
        self.masses.fill(1.0);
    }

    /// Turns weights into strengths around 1, so that one heavy edge does not make a point of the rest.
    fn level(&mut self) {
        let count = real(self.strengths.len().max(1));
        let mean: f64 = self.strengths.iter().map(|strength| strength / count).sum();
        for strength in &mut self.strengths {
            let relative = if mean > 0.0 { *strength / mean } else { 1.0 };
            *strength = relative.clamp(1.0 / STRONGEST, STRONGEST);
        }
    }
}

/// Members by group, each ascending.
pub(crate) fn members(groups: &[u32], count: usize) -> Vec<Vec<Vertex>> {
    let mut members = vec![Vec::new(); count];
    for (vertex, &group) in (0..).zip(groups) {
        members[group as usize].push(vertex);
    }
    members
}

/// Takes rows in order.
struct RowsBuilder {
    mesh: Mesh,
}

impl RowsBuilder {
    fn new(vertices: usize, entries: usize) -> Self {
        let mut offsets = Vec::with_capacity(vertices + 1);
        offsets.push(0);
        let masses = Vec::with_capacity(vertices);
        let (targets, strengths) = (Vec::with_capacity(entries), Vec::with_capacity(entries));
        Self { mesh: Mesh { offsets, targets, strengths, masses } }
    }

    fn push(&mut self, vertex: u32, row: &mut [(u32, f64)], mass: f64) {
        // Stable, so that sums are the same whoever sorts.
        row.sort_by_key(|&(target, _)| target);
        let Mesh { offsets, targets, strengths, masses } = &mut self.mesh;
        let begin = targets.len();
        for &(target, strength) in row.iter().filter(|&&(target, _)| target != vertex) {
            match (strengths.last_mut(), targets.last()) {
                (Some(sum), Some(&last)) if targets.len() > begin && last == target => *sum += strength,
                _ => {
                    targets.push(target);
                    strengths.push(strength);
                }
            }
        }
        offsets.push(targets.len());
        masses.push(mass);
    }
}
