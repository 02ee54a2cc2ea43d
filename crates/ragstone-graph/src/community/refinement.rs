//! Divides communities into parts that hold together well, the second phase of Leiden.

use std::ops::Range;

use rand::{Rng, RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use rayon::prelude::*;

use crate::community::level::{Level, Strength};
use crate::community::partition::Groups;
use crate::community::scratch::{Amount, Scratch, Scratches};
use crate::error::Result;
use crate::graph::Vertex;
use crate::watch::Watch;

/// Vertices that one task refines.
const REFINED_TOGETHER: usize = 2048;

/// A gain that is less by this many times the randomness is never chosen.
const NEGLIGIBLE: f64 = 30.0;

/// Entries between two looks at the watch.
const PACE: usize = 1 << 16;

/// How to choose among the parts that a vertex might join.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chance {
    pub(super) seed: u64,
    /// Gain in weight that makes a part e times as likely; nothing chooses the best always.
    pub(super) randomness: f64,
}

/// Parts of communities.
pub(super) struct Refined {
    /// The part of each vertex. Parts of the same community have numbers that follow each other.
    pub(super) parts: Vec<u32>,
    /// The community of each part.
    pub(super) communities: Vec<u32>,
}

/// Begins with each vertex by itself and joins it once to a part of its community that is well connected. Each part is
/// connected. The `count` communities are refined independently of each other, in parallel.
pub(super) fn refine<W: Amount, S: Strength>(
    level: &Level<'_, W, S>,
    labels: &[u32],
    count: usize,
    price: f64,
    chance: Chance,
    scratches: &Scratches<W>,
    watch: &Watch,
) -> Result<Refined> {
    let groups = Groups::of(labels, count);
    let places = groups.places();
    let mut leaders = vec![0; places.len()];
    let tasks = split(&groups, &mut leaders);
    tasks.into_par_iter().try_for_each(|(range, mut leaders)| {
        let mut room = Room { parts: Vec::new(), order: Vec::new(), candidates: Vec::new() };
        for index in range {
            let members = groups.group(index);
            let (own, rest) = leaders.split_at_mut(members.len());
            leaders = rest;
            let chance = Chance { seed: mix(chance.seed, index as u64), ..chance };
            let scratch = &mut *scratches.hold();
            Community { level, members, first: groups.starts[index], places: &places, price, watch }
                .refine(own, chance, scratch, &mut room)?;
        }
        Ok::<_, crate::error::GraphError>(())
    })?;
    Ok(number(&groups, labels, &leaders))
}

/// Ranges of communities with the places of their vertices.
fn split<'a>(groups: &Groups, mut places: &'a mut [u32]) -> Vec<(Range<usize>, &'a mut [u32])> {
    let count = groups.starts.len() - 1;
    let (mut tasks, mut first) = (Vec::new(), 0);
    for index in 0..count {
        let size = (groups.starts[index + 1] - groups.starts[first]) as usize;
        if size >= REFINED_TOGETHER || index + 1 == count {
            let (part, rest) = places.split_at_mut(size);
            tasks.push((first..index + 1, part));
            places = rest;
            first = index + 1;
        }
    }
    tasks
}

/// Numbers parts in the order of their leaders.
fn number(groups: &Groups, labels: &[u32], leaders: &[u32]) -> Refined {
    let mut communities = Vec::new();
    let mut numbers = vec![0; leaders.len()];
    for (index, bounds) in groups.starts.windows(2).enumerate() {
        let (first, end) = (bounds[0] as usize, bounds[1] as usize);
        for place in first..end {
            if leaders[place] as usize == place - first {
                numbers[place] = u32::try_from(communities.len()).unwrap_or(u32::MAX);
                communities.push(labels[groups.group(index)[0] as usize]);
            }
        }
    }
    let mut parts = vec![0; leaders.len()];
    for bounds in groups.starts.windows(2) {
        let (first, end) = (bounds[0] as usize, bounds[1] as usize);
        for place in first..end {
            parts[groups.members[place] as usize] = numbers[first + leaders[place] as usize];
        }
    }
    Refined { parts, communities }
}

/// A part of a community, kept at the place of the vertex that it began with.
#[derive(Debug, Clone, Copy)]
struct Part<S> {
    total: S,
    /// Weight of the edges to the rest of the community.
    cut: f64,
    is_single: bool,
}

/// Memory that is used again for each community.
struct Room<S> {
    parts: Vec<Part<S>>,
    /// Places in the order in which they are visited.
    order: Vec<u32>,
    candidates: Vec<Candidate>,
}

/// A part that a vertex might join.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    leader: u32,
    /// Weight of the edges between them.
    weight: f64,
    gain: f64,
}

/// A community whose vertices stand at consecutive places from `first` on.
struct Community<'l, 'g, W: Clone, S> {
    level: &'l Level<'g, W, S>,
    members: &'l [Vertex],
    first: u32,
    places: &'l [u32],
    price: f64,
    watch: &'l Watch,
}

impl<W: Amount, S: Strength> Community<'_, '_, W, S> {
    /// Writes for each place within the community the place that leads its part.
    fn refine(
        &self,
        leaders: &mut [u32],
        chance: Chance,
        scratch: &mut Scratch<W>,
        room: &mut Room<S>,
    ) -> Result<()> {
        let Room { parts, order, candidates } = room;
        order.clear();
        order.extend(0..u32::try_from(leaders.len()).unwrap_or(u32::MAX));
        leaders.copy_from_slice(order);
        if self.members.len() == 1 {
            return Ok(());
        }
        self.separate(parts)?;
        let total = parts.iter().fold(S::default(), |sum, part| sum + part.total);
        let mut random = Pcg64Mcg::seed_from_u64(chance.seed);
        shuffle(order, &mut random);
        let mut entries = 0;
        for &place in &*order {
            let part = parts[place as usize];
            if !part.is_single || !self.holds(&part, total) {
                continue;
            }
            let vertex = self.members[place as usize];
            self.pace(vertex, &mut entries)?;
            self.each_inside(vertex, |target, weight| scratch.add(leaders[target as usize], weight));
            self.gather(&part, parts, total, scratch, candidates);
            if let Some(Candidate { leader, weight, .. }) = choose(candidates, chance.randomness, &mut random)
            {
                let other = &mut parts[leader as usize];
                other.total = other.total + part.total;
                other.cut += part.cut - 2.0 * weight;
                other.is_single = false;
                parts[place as usize].is_single = false;
                leaders[place as usize] = leader;
            }
        }
        Ok(())
    }

    /// Makes each vertex a part of its own.
    fn separate(&self, parts: &mut Vec<Part<S>>) -> Result<()> {
        let mut entries = 0;
        parts.clear();
        for &vertex in self.members {
            self.pace(vertex, &mut entries)?;
            let mut cut = 0.0;
            self.each_inside(vertex, |_, weight| cut += weight.into());
            parts.push(Part { total: self.level.strengths[vertex as usize], cut, is_single: true });
        }
        Ok(())
    }

    /// Turns the weights in `scratch` into the parts that `part` may join.
    fn gather(
        &self,
        part: &Part<S>,
        parts: &[Part<S>],
        total: S,
        scratch: &mut Scratch<W>,
        candidates: &mut Vec<Candidate>,
    ) {
        candidates.clear();
        scratch.drain(|leader, weight| {
            let other = &parts[leader as usize];
            let weight: f64 = weight.into();
            let gain = weight - self.price * part.total.pull(other.total);
            if gain >= 0.0 && self.holds(other, total) {
                candidates.push(Candidate { leader, weight, gain });
            }
        });
    }

    /// Whether a part has as many edges to the rest of the community as chance would give it.
    fn holds(&self, part: &Part<S>, total: S) -> bool {
        part.cut >= self.price * part.total.pull(total - part.total)
    }

    #[inline]
    fn each_inside(&self, vertex: Vertex, mut visit: impl FnMut(u32, W)) {
        let size = self.members.len();
        self.level.row(vertex).each(|target, weight| {
            let place = self.places[target as usize].wrapping_sub(self.first);
            if (place as usize) < size {
                visit(place, weight);
            }
        });
    }

    fn pace(&self, vertex: Vertex, entries: &mut usize) -> Result<()> {
        *entries += self.level.row_length(vertex) + 1;
        if *entries >= PACE {
            *entries = 0;
            self.watch.check()?;
        }
        Ok(())
    }
}

/// One of the candidates, each with a probability that grows exponentially with its gain.
fn choose(candidates: &mut Vec<Candidate>, randomness: f64, random: &mut impl Rng) -> Option<Candidate> {
    let most = candidates.iter().map(|candidate| candidate.gain).fold(f64::NEG_INFINITY, f64::max);
    let least = most - NEGLIGIBLE * randomness;
    candidates.retain(|candidate| candidate.gain >= least);
    if candidates.len() <= 1 || randomness <= 0.0 {
        return candidates.first().copied();
    }
    let share = |candidate: &Candidate| ((candidate.gain - most) / randomness).exp();
    let sum: f64 = candidates.iter().map(share).sum();
    let mut rest = random.random::<f64>() * sum;
    let chosen = candidates.iter().find(|candidate| {
        rest -= share(candidate);
        rest < 0.0
    });
    chosen.or(candidates.last()).copied()
}

pub(super) fn shuffle(order: &mut [u32], random: &mut impl Rng) {
    for last in (1..order.len()).rev() {
        order.swap(last, random.random_range(0..=last));
    }
}

/// A seed of its own for each part of the work.
pub(super) fn mix(seed: u64, part: u64) -> u64 {
    let mut mixed = seed ^ part.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
