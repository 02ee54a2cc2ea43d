//! The best of many scores.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::graph::Vertex;

/// A vertex with its score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    /// The vertex.
    pub vertex: Vertex,
    /// How alike it is.
    pub score: f64,
}

/// Two vertices with their score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// The lesser vertex.
    pub source: Vertex,
    /// The greater vertex.
    pub target: Vertex,
    /// How alike they are.
    pub score: f64,
}

/// Ordered from best to worst: by falling score, then by rising vertices.
#[derive(Debug, Clone, Copy)]
struct Rank(Link);

impl Ord for Rank {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_score = other.0.score.total_cmp(&self.0.score);
        by_score.then(self.0.source.cmp(&other.0.source)).then(self.0.target.cmp(&other.0.target))
    }
}

impl PartialOrd for Rank {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Rank {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Rank {}

/// The best links that were offered, at most `limit` of them. The order of the offers means nothing.
#[derive(Debug)]
pub(super) struct Ranking {
    limit: usize,
    /// The worst on top.
    kept: BinaryHeap<Rank>,
}

impl Ranking {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, kept: BinaryHeap::new() }
    }

    #[inline]
    pub(super) fn offer(&mut self, link: Link) {
        if self.kept.len() < self.limit {
            self.kept.push(Rank(link));
        } else if let Some(mut worst) = self.kept.peek_mut()
            && Rank(link) < *worst
        {
            *worst = Rank(link);
        }
    }

    pub(super) fn merge(mut self, other: Self) -> Self {
        for Rank(link) in other.kept {
            self.offer(link);
        }
        self
    }

    /// From best to worst.
    pub(super) fn into_links(self) -> Vec<Link> {
        self.kept.into_sorted_vec().into_iter().map(|Rank(link)| link).collect()
    }
}
