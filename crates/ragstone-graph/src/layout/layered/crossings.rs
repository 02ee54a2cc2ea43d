//! The order within layers: few edges cross.

use crate::error::Result;
use crate::graph::Graph;
use crate::layout::positions::real;
use crate::watch::Watch;

/// Rounds of swapping neighbours after layers were ordered.
const SWAPS: usize = 8;

/// Sweeps without gain after which ordering ends.
const PATIENCE: u32 = 6;

/// Nodes in layers: vertices, then a node for each layer that an edge passes. Edges lead to the next layer only.
pub(super) struct Ordered {
    layer: Vec<u32>,
    /// Nodes of each layer in their order.
    pub(super) rows: Vec<Vec<u32>>,
    /// Place of each node in its row.
    pub(super) places: Vec<u32>,
    above: Vec<Vec<u32>>,
    below: Vec<Vec<u32>>,
    /// In which component each node is. Nodes of a component lie together in every row.
    components: Vec<u32>,
    vertices: usize,
}

impl Ordered {
    pub(super) fn new(graph: &Graph, ranks: &[u32]) -> Self {
        let mut layer = ranks.to_vec();
        let mut links = Vec::with_capacity(graph.edge_count());
        for edge in graph.edges() {
            let mut from = edge.source;
            for passed in ranks[edge.source as usize] + 1..ranks[edge.target as usize] {
                let node = index(layer.len());
                layer.push(passed);
                links.push((from, node));
                from = node;
            }
            links.push((from, edge.target));
        }
        let (mut above, mut below) = (vec![Vec::new(); layer.len()], vec![Vec::new(); layer.len()]);
        for (from, to) in links {
            below[from as usize].push(to);
            above[to as usize].push(from);
        }
        let depth = layer.iter().map(|&layer| layer as usize + 1).max().unwrap_or(0);
        let places = vec![0; layer.len()];
        let (rows, components) = (vec![Vec::new(); depth], vec![0; layer.len()]);
        let mut ordered = Self { layer, rows, places, above, below, components, vertices: ranks.len() };
        ordered.walk();
        ordered
    }

    pub(super) fn len(&self) -> usize {
        self.layer.len()
    }

    pub(super) fn layer(&self, node: u32) -> u32 {
        self.layer[node as usize]
    }

    pub(super) fn above(&self, node: u32) -> &[u32] {
        &self.above[node as usize]
    }

    pub(super) fn below(&self, node: u32) -> &[u32] {
        &self.below[node as usize]
    }

    pub(super) fn component(&self, node: u32) -> u32 {
        self.components[node as usize]
    }

    /// Whether an edge passes here, and no vertex lies.
    pub(super) fn is_bend(&self, node: u32) -> bool {
        node as usize >= self.vertices
    }

    /// Orders layers by barycentres, downwards and upwards in turns, then by swaps; keeps the best order and says how
    /// many crossings it has.
    pub(super) fn reduce(&mut self, sweeps: u32, watch: &Watch) -> Result<u64> {
        let mut least = self.crossings();
        let mut best = self.rows.clone();
        let mut idle = 0;
        for sweep in 0..sweeps {
            watch.check()?;
            watch.progress(sweep as usize, sweeps as usize);
            if least == 0 || idle == PATIENCE {
                break;
            }
            self.sweep(sweep % 2 == 0, watch)?;
            let crossings = self.crossings();
            idle += 1;
            if crossings < least {
                (least, idle) = (crossings, 0);
                best.clone_from(&self.rows);
            }
        }
        self.rows = best;
        for row in 0..self.rows.len() {
            self.renumber(row);
        }
        for _ in 0..SWAPS {
            let mut has_swapped = false;
            for row in 0..self.rows.len() {
                watch.check()?;
                has_swapped |= self.swap(row);
            }
            if !has_swapped || sweeps == 0 {
                break;
            }
        }
        Ok(self.crossings())
    }

    /// Component by component, each along its edges: related nodes begin near each other.
    fn walk(&mut self) {
        let mut is_seen = vec![false; self.layer.len()];
        let mut stack = Vec::new();
        let mut component = 0;
        for first in 0..index(self.layer.len()) {
            if is_seen[first as usize] {
                continue;
            }
            stack.push(first);
            component += 1;
            while let Some(node) = stack.pop() {
                if std::mem::replace(&mut is_seen[node as usize], true) {
                    continue;
                }
                self.rows[self.layer[node as usize] as usize].push(node);
                self.components[node as usize] = component - 1;
                stack.extend(self.above[node as usize].iter().rev().filter(|&&node| !is_seen[node as usize]));
                stack.extend(self.below[node as usize].iter().rev().filter(|&&node| !is_seen[node as usize]));
            }
        }
        for row in 0..self.rows.len() {
            self.renumber(row);
        }
    }

    fn renumber(&mut self, row: usize) {
        for (place, &node) in (0..).zip(&self.rows[row]) {
            self.places[node as usize] = place;
        }
    }

    fn sweep(&mut self, is_down: bool, watch: &Watch) -> Result<()> {
        for step in 1..self.rows.len() {
            watch.check()?;
            let row = if is_down { step } else { self.rows.len() - 1 - step };
            let neighbours = if is_down { &self.above } else { &self.below };
            let mut rated: Vec<(f64, u32)> = Vec::with_capacity(self.rows[row].len());
            for &node in &self.rows[row] {
                let around = &neighbours[node as usize];
                let sum: u64 = around.iter().map(|&other| u64::from(self.places[other as usize])).sum();
                let own = f64::from(self.places[node as usize]);
                #[expect(clippy::cast_precision_loss, reason = "places are far below 2^52")]
                let centre = if around.is_empty() { own } else { sum as f64 / real(around.len()) };
                rated.push((centre, node));
            }
            let component = |node: u32| self.components[node as usize];
            rated.sort_by(|a, b| component(a.1).cmp(&component(b.1)).then(a.0.total_cmp(&b.0)));
            self.rows[row] = rated.into_iter().map(|(_, node)| node).collect();
            self.renumber(row);
        }
        Ok(())
    }

    /// Swaps neighbours of a row where that takes crossings away.
    fn swap(&mut self, row: usize) -> bool {
        let mut has_swapped = false;
        for left in 1..self.rows[row].len() {
            let (a, b) = (self.rows[row][left - 1], self.rows[row][left]);
            let crossings = |a: u32, b: u32| {
                self.pair(&self.above[a as usize], &self.above[b as usize])
                    + self.pair(&self.below[a as usize], &self.below[b as usize])
            };
            if crossings(b, a) < crossings(a, b) {
                self.rows[row].swap(left - 1, left);
                self.places.swap(a as usize, b as usize);
                has_swapped = true;
            }
        }
        has_swapped
    }

    /// Crossings among the edges of two nodes of which the first lies to the left. Looks at all pairs of their edges,
    /// which hubs have many of: these are left as they are.
    fn pair(&self, left: &[u32], right: &[u32]) -> usize {
        if left.len() * right.len() > 4096 {
            return 0;
        }
        let place = |node: &u32| self.places[*node as usize];
        left.iter().map(|a| right.iter().filter(|b| place(b) < place(a)).count()).sum()
    }

    pub(super) fn crossings(&self) -> u64 {
        (1..self.rows.len()).map(|row| self.crossings_above(row)).sum()
    }

    /// Counts pairs of edges in wrong order with a tree of sums over the places of the layer above.
    fn crossings_above(&self, row: usize) -> u64 {
        let mut sums = Sums::new(self.rows[row - 1].len());
        let mut crossings = 0;
        let mut places = Vec::new();
        for &node in &self.rows[row] {
            places.clear();
            places.extend(
                self.above[node as usize].iter().map(|&source| self.places[source as usize] as usize),
            );
            crossings += places.iter().map(|&place| sums.after(place)).sum::<u64>();
            for &place in &places {
                sums.add(place);
            }
        }
        crossings
    }
}

/// How many numbers were added above any (Fenwick).
struct Sums {
    tree: Vec<u64>,
    total: u64,
}

impl Sums {
    fn new(len: usize) -> Self {
        Self { tree: vec![0; len + 1], total: 0 }
    }

    fn add(&mut self, place: usize) {
        self.total += 1;
        let mut at = place + 1;
        while at < self.tree.len() {
            self.tree[at] += 1;
            at += at & at.wrapping_neg();
        }
    }

    fn after(&self, place: usize) -> u64 {
        let (mut at, mut sum) = (place + 1, 0);
        while at > 0 {
            sum += self.tree[at];
            at -= at & at.wrapping_neg();
        }
        self.total - sum
    }
}

fn index(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
