//! Blossoms: how they grow, fall apart, and hand the pair that leads out of them to another of their vertices.

use crate::error::Result;
use crate::graph::Vertex;
use crate::matching::weight::search::{Label, NONE, Search};
use crate::meter::Meter;

/// A walk around a blossom to its base, in the direction in which an even number of children lies between.
struct Walk {
    length: usize,
    place: usize,
    forward: bool,
}

impl Walk {
    fn new(length: usize, from: usize) -> Self {
        Self { length, place: from, forward: !from.is_multiple_of(2) }
    }

    /// Where the end of the edge to the next child is, and whether it has to be turned.
    fn link(&self) -> (usize, u32) {
        if self.forward { (self.place, 0) } else { ((self.place + self.length - 1) % self.length, 1) }
    }

    fn step(&mut self) {
        let step = if self.forward { 1 } else { self.length - 1 };
        self.place = (self.place + step) % self.length;
    }
}

impl Search {
    /// Traces back from two even vertices; the base in which their ways meet, `NONE` if they come from two roots.
    pub(super) fn meeting(&mut self, one: Vertex, other: Vertex) -> u32 {
        let (mut one, mut other) = (one, other);
        let mut path = Vec::new();
        let mut base = NONE;
        while one != NONE {
            let blossom = self.outermost[one as usize];
            // A crumb: the blossom itself in the place that is free outside of `add_blossom`.
            if self.choice[blossom as usize] == blossom {
                base = self.bases[blossom as usize];
                break;
            }
            self.choice[blossom as usize] = blossom;
            path.push(blossom);
            let end = self.label_ends[blossom as usize];
            one = if end == NONE {
                NONE
            } else {
                let odd = self.outermost_at(end);
                self.vertex_at(self.label_ends[odd as usize])
            };
            if other != NONE {
                std::mem::swap(&mut one, &mut other);
            }
        }
        for blossom in path {
            self.choice[blossom as usize] = NONE;
        }
        base
    }

    /// Makes a blossom of the cycle that `edge` closes between two even vertices.
    pub(super) fn add_blossom(&mut self, base: Vertex, edge: u32, meter: &mut Meter<'_>) -> Result<()> {
        let (one, other, _) = self.edges[edge as usize];
        let Some(blossom) = self.unused.pop() else {
            return Ok(());
        };
        let root = self.outermost[base as usize];
        let (mut children, mut links) = (Vec::new(), Vec::new());
        let mut child = self.outermost[one as usize];
        while child != root {
            children.push(child);
            links.push(self.label_ends[child as usize]);
            child = self.outermost_at(self.label_ends[child as usize]);
        }
        children.push(root);
        children.reverse();
        links.reverse();
        links.push(2 * edge);
        child = self.outermost[other as usize];
        while child != root {
            children.push(child);
            links.push(self.label_ends[child as usize] ^ 1);
            child = self.outermost_at(self.label_ends[child as usize]);
        }
        for &child in &children {
            self.parents[child as usize] = blossom;
        }
        let place = blossom as usize;
        self.children[place].clone_from(&children);
        self.links[place] = links;
        self.bases[place] = base;
        self.parents[place] = NONE;
        self.labels[place] = Label::Even;
        self.label_ends[place] = self.label_ends[root as usize];
        self.duals[place] = 0;
        let mut leaves = Vec::new();
        self.leaves(blossom, &mut leaves);
        for &vertex in &leaves {
            if self.labels[self.outermost[vertex as usize] as usize] == Label::Odd {
                self.queue.push(vertex);
            }
        }
        for &vertex in &leaves {
            self.outermost[vertex as usize] = blossom;
        }
        self.find_nearest(blossom, &children, meter)
    }

    /// Collects the edges of least slack to other even blossoms from those of the children.
    fn find_nearest(&mut self, blossom: u32, children: &[u32], meter: &mut Meter<'_>) -> Result<()> {
        let (mut reached, mut leaves) = (Vec::new(), Vec::new());
        for &child in children {
            let list = std::mem::take(&mut self.nearest_lists[child as usize]);
            self.nearest[child as usize] = NONE;
            meter.add(1 + list.len() as u64)?;
            for &edge in &list {
                self.choose(blossom, edge, &mut reached);
            }
            if list.is_empty() {
                leaves.clear();
                self.leaves(child, &mut leaves);
                for &vertex in &leaves {
                    let ends = self.ends(vertex);
                    meter.add(1 + ends.len() as u64)?;
                    for place in ends {
                        self.choose(blossom, self.end(place) / 2, &mut reached);
                    }
                }
            }
        }
        let list: Vec<u32> =
            reached.iter().map(|&to: &u32| std::mem::replace(&mut self.choice[to as usize], NONE)).collect();
        let nearest = list.iter().copied().min_by_key(|&edge| self.slack(edge));
        self.nearest[blossom as usize] = nearest.unwrap_or(NONE);
        self.nearest_lists[blossom as usize] = list;
        Ok(())
    }

    fn choose(&mut self, blossom: u32, edge: u32, reached: &mut Vec<u32>) {
        let (one, other, _) = self.edges[edge as usize];
        let (one, other) = (self.outermost[one as usize], self.outermost[other as usize]);
        let to = if other == blossom { one } else { other };
        if to == blossom || self.labels[to as usize] != Label::Even {
            return;
        }
        let chosen = self.choice[to as usize];
        if chosen == NONE {
            reached.push(to);
        }
        if chosen == NONE || self.slack(edge) < self.slack(chosen) {
            self.choice[to as usize] = edge;
        }
    }

    /// Ends all even blossoms whose variable is 0, and those within them.
    pub(super) fn dissolve(&mut self) {
        let mut open: Vec<u32> = (self.count..2 * self.count)
            .filter(|&blossom| {
                let place = blossom as usize;
                self.bases[place] != NONE
                    && self.parents[place] == NONE
                    && self.labels[place] == Label::Even
                    && self.duals[place] == 0
            })
            .collect();
        while let Some(blossom) = open.pop() {
            for child in self.release(blossom) {
                if child >= self.count && self.duals[child as usize] == 0 {
                    open.push(child);
                }
            }
            self.forget(blossom);
        }
    }

    /// Makes the children of a blossom outermost.
    fn release(&mut self, blossom: u32) -> Vec<u32> {
        let children = self.children[blossom as usize].clone();
        let mut leaves = Vec::new();
        for &child in &children {
            self.parents[child as usize] = NONE;
            leaves.clear();
            self.leaves(child, &mut leaves);
            for &vertex in &leaves {
                self.outermost[vertex as usize] = child;
            }
        }
        children
    }

    fn forget(&mut self, blossom: u32) {
        let place = blossom as usize;
        self.labels[place] = Label::Free;
        self.label_ends[place] = NONE;
        self.children[place].clear();
        self.links[place].clear();
        self.bases[place] = NONE;
        self.nearest[place] = NONE;
        self.nearest_lists[place].clear();
        self.unused.push(blossom);
    }

    /// Ends an odd blossom in the midst of a stage. Its children on the way from where it was reached to its base are
    /// labelled in turn; the others lose their labels unless something else reaches them.
    pub(super) fn expand_odd(&mut self, blossom: u32) {
        let children = self.release(blossom);
        let links = std::mem::take(&mut self.links[blossom as usize]);
        let mut end = self.label_ends[blossom as usize];
        let entry = self.outermost_at(end ^ 1);
        let Some(from) = children.iter().position(|&child| child == entry) else {
            return;
        };
        let mut walk = Walk::new(children.len(), from);
        while walk.place != 0 {
            let (place, turn) = walk.link();
            let reached = self.vertex_at(end ^ 1);
            let mate = self.vertex_at(links[place] ^ turn ^ 1);
            self.labels[reached as usize] = Label::Free;
            self.labels[mate as usize] = Label::Free;
            self.label_odd(reached, end);
            self.is_tight[links[place] as usize / 2] = true;
            walk.step();
            let (place, turn) = walk.link();
            end = links[place] ^ turn;
            self.is_tight[end as usize / 2] = true;
            walk.step();
        }
        // The base keeps its mate outside, which is labelled already.
        for labelled in [self.vertex_at(end ^ 1), children[0]] {
            self.labels[labelled as usize] = Label::Odd;
            self.label_ends[labelled as usize] = end;
        }
        self.nearest[children[0] as usize] = NONE;
        walk.step();
        let mut leaves = Vec::new();
        while children[walk.place] != entry {
            let child = children[walk.place];
            walk.step();
            if self.labels[child as usize] == Label::Even {
                continue;
            }
            leaves.clear();
            self.leaves(child, &mut leaves);
            let is_reached = |vertex: &&Vertex| self.labels[**vertex as usize] != Label::Free;
            if let Some(&vertex) = leaves.iter().find(is_reached) {
                let mate = self.vertex_at(self.mates[self.bases[child as usize] as usize]);
                self.labels[vertex as usize] = Label::Free;
                self.labels[mate as usize] = Label::Free;
                self.label_odd(vertex, self.label_ends[vertex as usize]);
            }
        }
        self.forget(blossom);
    }

    /// Swaps pairs along the ways from both ends of an edge to their roots.
    pub(super) fn augment(&mut self, edge: u32) {
        let (one, other, _) = self.edges[edge as usize];
        for (mut vertex, mut end) in [(one, 2 * edge + 1), (other, 2 * edge)] {
            loop {
                let even = self.outermost[vertex as usize];
                self.turn(even, vertex);
                self.mates[vertex as usize] = end;
                let label_end = self.label_ends[even as usize];
                if label_end == NONE {
                    break;
                }
                let odd = self.outermost_at(label_end);
                let odd_end = self.label_ends[odd as usize];
                let entry = self.vertex_at(odd_end ^ 1);
                self.turn(odd, entry);
                self.mates[entry as usize] = odd_end;
                vertex = self.vertex_at(odd_end);
                end = odd_end ^ 1;
            }
        }
    }

    /// Makes `vertex` the base of a blossom, and of all within it that hold the vertex.
    fn turn(&mut self, blossom: u32, vertex: Vertex) {
        let mut open = vec![(blossom, vertex)];
        while let Some((blossom, vertex)) = open.pop() {
            if blossom < self.count {
                continue;
            }
            let mut child = vertex;
            while self.parents[child as usize] != blossom {
                child = self.parents[child as usize];
            }
            open.push((child, vertex));
            let place = blossom as usize;
            let Some(from) = self.children[place].iter().position(|&other| other == child) else {
                continue;
            };
            let mut walk = Walk::new(self.children[place].len(), from);
            while walk.place != 0 {
                walk.step();
                let (link, turn) = walk.link();
                let end = self.links[place][link] ^ turn;
                let (near, far) = (self.vertex_at(end), self.vertex_at(end ^ 1));
                open.push((self.children[place][walk.place], near));
                walk.step();
                open.push((self.children[place][walk.place], far));
                self.mates[near as usize] = end ^ 1;
                self.mates[far as usize] = end;
            }
            self.children[place].rotate_left(from);
            self.links[place].rotate_left(from);
            self.bases[place] = vertex;
        }
    }
}
