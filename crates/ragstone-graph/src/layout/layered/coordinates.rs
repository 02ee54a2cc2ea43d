//! How far right each node lies: long edges straight, vertices in the middle of their neighbours (Brandes and Köpf).

use std::collections::HashSet;

use crate::error::Result;
use crate::layout::layered::crossings::Ordered;
use crate::watch::Watch;

/// Room for a bend, where a vertex has 1.
const BEND: f64 = 0.4;

/// An edge from the first node to one in the next row below.
type Link = (u32, u32);

/// From where nodes are aligned.
#[derive(Debug, Clone, Copy)]
struct Side {
    is_up: bool,
    is_left: bool,
}

/// The coordinate of each node. Components overlap: each begins anywhere.
pub(super) fn coordinates(ordered: &Ordered, watch: &Watch) -> Result<Vec<f64>> {
    let conflicts = conflicts(ordered);
    let mut sides = Vec::new();
    for is_up in [true, false] {
        for is_left in [true, false] {
            watch.check()?;
            let side = Side { is_up, is_left };
            let roots = align(ordered, &conflicts, side);
            sides.push((side, compact(ordered, &roots, side)));
        }
    }
    together(ordered, &mut sides);
    let middle = |node: usize| {
        let mut found = [0, 1, 2, 3].map(|side: usize| sides[side].1[node]);
        found.sort_unstable_by(f64::total_cmp);
        f64::midpoint(found[1], found[2])
    };
    Ok((0..ordered.len()).map(middle).collect())
}

/// Edges between a vertex and its neighbour that cross an edge on its way through layers, which is to be straight.
fn conflicts(ordered: &Ordered) -> HashSet<Link> {
    let mut conflicts = HashSet::new();
    for pair in ordered.rows.windows(2) {
        let (upper, row) = (&pair[0], &pair[1]);
        let (mut from, mut scanned) = (0, 0);
        for (index, &node) in row.iter().enumerate() {
            let passing =
                ordered.above(node).first().filter(|&&above| ordered.is_bend(node) && ordered.is_bend(above));
            let to = passing.map_or(upper.len(), |&above| ordered.places[above as usize] as usize);
            if passing.is_none() && index + 1 < row.len() {
                continue;
            }
            for &scan in &row[scanned..=index] {
                for &above in ordered.above(scan) {
                    let place = ordered.places[above as usize] as usize;
                    let is_passing = ordered.is_bend(above) && ordered.is_bend(scan);
                    if (place < from || to < place) && !is_passing {
                        conflicts.insert((above, scan));
                    }
                }
            }
            (from, scanned) = (to, index + 1);
        }
    }
    conflicts
}

/// The root of the block of each node: nodes of a block lie above each other. Each joins the median of its neighbours,
/// if no edge that was joined before is crossed.
fn align(ordered: &Ordered, conflicts: &HashSet<Link>, side: Side) -> Vec<u32> {
    let mut roots: Vec<u32> = (0..).take(ordered.len()).collect();
    // Whether a node has another behind it in its block already.
    let mut is_joined = vec![false; ordered.len()];
    let depth = ordered.rows.len();
    let mut around: Vec<(i64, u32)> = Vec::new();
    for step in 1..depth {
        let row = &ordered.rows[if side.is_up { step } else { depth - 1 - step }];
        let mut last = i64::MIN;
        for at in 0..row.len() {
            let node = if side.is_left { row[at] } else { row[row.len() - 1 - at] };
            let neighbours = if side.is_up { ordered.above(node) } else { ordered.below(node) };
            around.clear();
            around.extend(neighbours.iter().map(|&other| {
                let place = i64::from(ordered.places[other as usize]);
                (if side.is_left { place } else { -place }, other)
            }));
            around.sort_unstable();
            let middle = around.len().saturating_sub(1);
            for median in middle / 2..=middle.div_ceil(2) {
                let Some(&(place, other)) = around.get(median) else { break };
                let link = if side.is_up { (other, node) } else { (node, other) };
                if last < place && !is_joined[other as usize] && !conflicts.contains(&link) {
                    is_joined[other as usize] = true;
                    roots[node as usize] = roots[other as usize];
                    last = place;
                    break;
                }
            }
        }
    }
    roots
}

/// Puts blocks as far to the side as the room between neighbours of a row allows, then back as far as their followers
/// allow.
fn compact(ordered: &Ordered, roots: &[u32], side: Side) -> Vec<f64> {
    let mut after: Vec<Vec<(u32, f64)>> = vec![Vec::new(); roots.len()];
    let mut waits = vec![0_u32; roots.len()];
    for row in &ordered.rows {
        for pair in row.windows(2) {
            let (left, right) = if side.is_left { (pair[0], pair[1]) } else { (pair[1], pair[0]) };
            if ordered.component(left) == ordered.component(right) {
                let room = f64::midpoint(width(ordered, left), width(ordered, right));
                after[roots[left as usize] as usize].push((roots[right as usize], room));
                waits[roots[right as usize] as usize] += 1;
            }
        }
    }
    let mut order: Vec<u32> = (0..)
        .zip(roots)
        .filter(|&(node, &root)| node == root && waits[node as usize] == 0)
        .map(|pair| pair.0)
        .collect();
    let mut found = vec![0.0_f64; roots.len()];
    let mut next = 0;
    while let Some(&block) = order.get(next) {
        next += 1;
        for &(other, room) in &after[block as usize] {
            found[other as usize] = found[other as usize].max(found[block as usize] + room);
            waits[other as usize] -= 1;
            if waits[other as usize] == 0 {
                order.push(other);
            }
        }
    }
    for &block in order.iter().rev() {
        let furthest = after[block as usize].iter().map(|&(other, room)| found[other as usize] - room);
        let furthest = furthest.fold(f64::INFINITY, f64::min);
        if furthest.is_finite() {
            found[block as usize] = found[block as usize].max(furthest);
        }
    }
    let sign = if side.is_left { 1.0 } else { -1.0 };
    roots.iter().map(|&root| sign * found[root as usize]).collect()
}

fn width(ordered: &Ordered, node: u32) -> f64 {
    if ordered.is_bend(node) { BEND } else { 1.0 }
}

/// Moves the four, component by component, to the one that is least wide: on the side that they were put to.
fn together(ordered: &Ordered, sides: &mut [(Side, Vec<f64>)]) {
    let count = (0..).take(ordered.len()).map(|node| ordered.component(node) as usize + 1).max().unwrap_or(0);
    let bounds = |found: &[f64]| {
        let mut bounds = vec![(f64::INFINITY, f64::NEG_INFINITY); count];
        for (node, &x) in (0..).zip(found) {
            let (least, most) = &mut bounds[ordered.component(node) as usize];
            (*least, *most) = (least.min(x), most.max(x));
        }
        bounds
    };
    let all: Vec<Vec<(f64, f64)>> = sides.iter().map(|(_, found)| bounds(found)).collect();
    let slimmest: Vec<(f64, f64)> = (0..count)
        .map(|component| {
            let of = all.iter().map(|bounds| bounds[component]);
            of.reduce(|best, other| if other.1 - other.0 < best.1 - best.0 { other } else { best })
                .unwrap_or_default()
        })
        .collect();
    for ((side, found), bounds) in sides.iter_mut().zip(&all) {
        for (node, x) in (0..).zip(found) {
            let component = ordered.component(node) as usize;
            let (own, best) = (bounds[component], slimmest[component]);
            *x += if side.is_left { best.0 - own.0 } else { best.1 - own.1 };
        }
    }
}
