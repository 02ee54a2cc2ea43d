//! Search for augmenting ways along edges without slack, and the changes of dual variables that make more of them.

use crate::error::Result;
use crate::graph::Vertex;
use crate::matching::weight::WeightGoal;
use crate::meter::Meter;

/// In the place of a vertex, blossom, edge or end: none.
pub(super) const NONE: u32 = u32::MAX;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    Free,
    /// Reached by an even number of edges.
    Even,
    /// Reached by an odd number of edges.
    Odd,
}

/// What bounds the next change of the dual variables.
#[derive(Debug, Clone, Copy)]
enum Bound {
    /// A vertex without a mate would have a negative variable: the matching is the best.
    End,
    /// An edge loses its slack.
    Edge(u32),
    /// An odd blossom falls apart.
    Blossom(u32),
}

/// Blossoms are numbered from the number of vertices on; a vertex is a blossom of its own. End `2 k` of edge `k` is its
/// first vertex, `2 k + 1` its second.
#[derive(Debug)]
pub(super) struct Search {
    pub(super) count: u32,
    goal: WeightGoal,
    pub(super) edges: Vec<(Vertex, Vertex, i128)>,
    firsts: Vec<u32>,
    /// For each vertex the far ends of its edges.
    ends: Vec<u32>,
    /// The far end of the edge to the mate.
    pub(super) mates: Vec<u32>,
    pub(super) labels: Vec<Label>,
    /// The end through which a blossom got its label.
    pub(super) label_ends: Vec<u32>,
    /// The outermost blossom of each vertex.
    pub(super) outermost: Vec<u32>,
    pub(super) parents: Vec<u32>,
    pub(super) children: Vec<Vec<u32>>,
    /// Ends of the edges between one child and the next.
    pub(super) links: Vec<Vec<u32>>,
    pub(super) bases: Vec<u32>,
    /// The edge of least slack: from a free vertex to an even one, from an even blossom to another.
    pub(super) nearest: Vec<u32>,
    /// Edges of least slack from an even blossom to each other.
    pub(super) nearest_lists: Vec<Vec<u32>>,
    pub(super) unused: Vec<u32>,
    /// Twice the dual variables, so that they stay whole.
    pub(super) duals: Vec<i128>,
    pub(super) is_tight: Vec<bool>,
    pub(super) queue: Vec<Vertex>,
    pub(super) choice: Vec<u32>,
}

impl Search {
    pub(super) fn new(vertices: usize, edges: Vec<(Vertex, Vertex, i128)>, goal: WeightGoal) -> Self {
        let count = crate::number::vertex(vertices);
        let mut firsts = vec![0u32; vertices + 1];
        for &(one, other, _) in &edges {
            firsts[one as usize] += 1;
            firsts[other as usize] += 1;
        }
        let mut sum = 0;
        for first in &mut firsts {
            sum += std::mem::replace(first, sum);
        }
        let mut places = firsts.clone();
        let mut ends = vec![0; edges.len() * 2];
        for (edge, &(one, other, _)) in (0u32..).zip(&edges) {
            for (vertex, end) in [(one, 2 * edge + 1), (other, 2 * edge)] {
                let place = &mut places[vertex as usize];
                ends[*place as usize] = end;
                *place += 1;
            }
        }
        let greatest = edges.iter().map(|edge| edge.2).fold(0, i128::max);
        let mut duals = vec![greatest; vertices];
        duals.resize(2 * vertices, 0);
        Self {
            count,
            goal,
            firsts,
            ends,
            mates: vec![NONE; vertices],
            labels: vec![Label::Free; 2 * vertices],
            label_ends: vec![NONE; 2 * vertices],
            outermost: (0..count).collect(),
            parents: vec![NONE; 2 * vertices],
            children: vec![Vec::new(); 2 * vertices],
            links: vec![Vec::new(); 2 * vertices],
            bases: (0..count).chain((0..count).map(|_| NONE)).collect(),
            nearest: vec![NONE; 2 * vertices],
            nearest_lists: vec![Vec::new(); 2 * vertices],
            unused: (count..2 * count).rev().collect(),
            duals,
            is_tight: vec![false; edges.len()],
            queue: Vec::new(),
            choice: vec![NONE; 2 * vertices],
            edges,
        }
    }

    pub(super) fn partner(&self, vertex: Vertex) -> Option<Vertex> {
        let end = self.mates[vertex as usize];
        (end != NONE).then(|| self.vertex_at(end))
    }

    #[inline]
    pub(super) fn vertex_at(&self, end: u32) -> Vertex {
        let (one, other, _) = self.edges[end as usize / 2];
        if end.is_multiple_of(2) { one } else { other }
    }

    pub(super) fn outermost_at(&self, end: u32) -> u32 {
        self.outermost[self.vertex_at(end) as usize]
    }

    /// Twice the slack of an edge between two blossoms.
    #[inline]
    pub(super) fn slack(&self, edge: u32) -> i128 {
        let (one, other, weight) = self.edges[edge as usize];
        self.duals[one as usize] + self.duals[other as usize] - 2 * weight
    }

    pub(super) fn ends(&self, vertex: Vertex) -> std::ops::Range<usize> {
        self.firsts[vertex as usize] as usize..self.firsts[vertex as usize + 1] as usize
    }

    pub(super) fn end(&self, place: usize) -> u32 {
        self.ends[place]
    }

    fn is_blossom(&self, blossom: u32) -> bool {
        self.bases[blossom as usize] != NONE && self.parents[blossom as usize] == NONE
    }

    /// Adds one pair if that is for the better; whether it was.
    pub(super) fn stage(&mut self, meter: &mut Meter<'_>) -> Result<bool> {
        meter.add(u64::from(self.count) + self.edges.len() as u64 / 8)?;
        self.labels.fill(Label::Free);
        self.nearest.fill(NONE);
        for list in &mut self.nearest_lists {
            list.clear();
        }
        self.is_tight.fill(false);
        self.queue.clear();
        for vertex in 0..self.count {
            let outermost = self.outermost[vertex as usize] as usize;
            if self.mates[vertex as usize] == NONE && self.labels[outermost] == Label::Free {
                self.label_even(vertex, NONE);
            }
        }
        loop {
            if self.walk(meter)? {
                self.dissolve();
                return Ok(true);
            }
            meter.add(u64::from(self.count))?;
            let (delta, bound) = self.bound();
            self.shift(delta);
            match bound {
                Bound::End => return Ok(false),
                Bound::Edge(edge) => {
                    self.is_tight[edge as usize] = true;
                    let (one, other, _) = self.edges[edge as usize];
                    let is_even = self.labels[self.outermost[one as usize] as usize] == Label::Even;
                    self.queue.push(if is_even { one } else { other });
                }
                Bound::Blossom(blossom) => self.expand_odd(blossom),
            }
        }
    }

    /// Labels all that edges without slack reach; whether that added a pair.
    fn walk(&mut self, meter: &mut Meter<'_>) -> Result<bool> {
        while let Some(vertex) = self.queue.pop() {
            let ends = self.ends(vertex);
            meter.add(1 + ends.len() as u64)?;
            for place in ends {
                let end = self.ends[place];
                let (edge, other) = (end / 2, self.vertex_at(end));
                let from = self.outermost[vertex as usize];
                let to = self.outermost[other as usize];
                if from == to {
                    continue;
                }
                let slack = self.slack(edge);
                self.is_tight[edge as usize] |= slack <= 0;
                let (to_label, is_reached) =
                    (self.labels[to as usize], self.labels[other as usize] != Label::Free);
                if !self.is_tight[edge as usize] {
                    if to_label == Label::Even {
                        self.keep_nearest(from, edge, slack);
                    } else if !is_reached {
                        self.keep_nearest(other, edge, slack);
                    }
                } else if to_label == Label::Free {
                    self.label_odd(other, end ^ 1);
                } else if to_label == Label::Even {
                    let base = self.meeting(vertex, other);
                    if base == NONE {
                        self.augment(edge);
                        return Ok(true);
                    }
                    self.add_blossom(base, edge, meter)?;
                } else if !is_reached {
                    // Inside an odd blossom: this is needed once it falls apart.
                    self.labels[other as usize] = Label::Odd;
                    self.label_ends[other as usize] = end ^ 1;
                }
            }
        }
        Ok(false)
    }

    fn keep_nearest(&mut self, blossom: u32, edge: u32, slack: i128) {
        let known = self.nearest[blossom as usize];
        if known == NONE || slack < self.slack(known) {
            self.nearest[blossom as usize] = edge;
        }
    }

    pub(super) fn label_even(&mut self, vertex: Vertex, end: u32) {
        let blossom = self.set_label(vertex, Label::Even, end);
        let mut leaves = std::mem::take(&mut self.queue);
        self.leaves(blossom, &mut leaves);
        self.queue = leaves;
    }

    /// Labels the blossom of `vertex` odd, and the one of its mate even.
    pub(super) fn label_odd(&mut self, vertex: Vertex, end: u32) {
        let blossom = self.set_label(vertex, Label::Odd, end);
        let mate = self.mates[self.bases[blossom as usize] as usize];
        self.label_even(self.vertex_at(mate), mate ^ 1);
    }

    fn set_label(&mut self, vertex: Vertex, label: Label, end: u32) -> u32 {
        let blossom = self.outermost[vertex as usize];
        for labelled in [vertex as usize, blossom as usize] {
            self.labels[labelled] = label;
            self.label_ends[labelled] = end;
            self.nearest[labelled] = NONE;
        }
        blossom
    }

    /// Appends the vertices of a blossom.
    pub(super) fn leaves(&self, blossom: u32, leaves: &mut Vec<Vertex>) {
        let mut open = vec![blossom];
        while let Some(blossom) = open.pop() {
            if blossom < self.count {
                leaves.push(blossom);
            } else {
                open.extend(self.children[blossom as usize].iter().rev());
            }
        }
    }

    /// By how much the dual variables can change, and what stands in the way of more.
    fn bound(&self) -> (i128, Bound) {
        let vertices = 0..self.count;
        let mut least = (i128::MAX, Bound::End);
        if self.goal == WeightGoal::Weight {
            let duals = vertices.clone().map(|vertex| self.duals[vertex as usize]);
            least.0 = duals.min().unwrap_or(0);
        }
        let mut offer = |delta: i128, bound| {
            if delta < least.0 {
                least = (delta, bound);
            }
        };
        for vertex in vertices {
            let nearest = self.nearest[vertex as usize];
            let label = self.labels[self.outermost[vertex as usize] as usize];
            if nearest != NONE && label == Label::Free {
                offer(self.slack(nearest), Bound::Edge(nearest));
            }
        }
        for blossom in (0..2 * self.count).filter(|&blossom| self.is_blossom(blossom)) {
            let nearest = self.nearest[blossom as usize];
            match self.labels[blossom as usize] {
                // Both ends come nearer. The slack is even, because variables of even vertices differ by even numbers.
                Label::Even if nearest != NONE => offer(self.slack(nearest) / 2, Bound::Edge(nearest)),
                Label::Odd if blossom >= self.count => {
                    offer(self.duals[blossom as usize], Bound::Blossom(blossom));
                }
                _ => {}
            }
        }
        if least.0 == i128::MAX { (0, Bound::End) } else { least }
    }

    fn shift(&mut self, delta: i128) {
        for vertex in 0..self.count as usize {
            match self.labels[self.outermost[vertex] as usize] {
                Label::Even => self.duals[vertex] -= delta,
                Label::Odd => self.duals[vertex] += delta,
                Label::Free => {}
            }
        }
        for blossom in self.count..2 * self.count {
            if self.is_blossom(blossom) {
                match self.labels[blossom as usize] {
                    Label::Even => self.duals[blossom as usize] += delta,
                    Label::Odd => self.duals[blossom as usize] -= delta,
                    Label::Free => {}
                }
            }
        }
    }
}
