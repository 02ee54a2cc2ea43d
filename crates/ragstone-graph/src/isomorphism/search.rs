//! Search for matches, one vertex of the pattern after the other, with a step back where nothing fits.

use crate::error::Result;
use crate::graph::{Graph, Vertex};
use crate::isomorphism::plan::{Plan, Stage};
use crate::isomorphism::{MatchKind, count};
use crate::meter::Meter;
use crate::number;

/// In the place of a vertex: not matched.
const NONE: Vertex = Vertex::MAX;

pub(super) struct Search<'a> {
    pattern: &'a Graph,
    target: &'a Graph,
    plan: &'a Plan,
    kinds: &'a [u32],
    targets: &'a [u32],
    kind: MatchKind,
    /// Vertices of the target that those of the pattern fall on.
    map: Vec<Vertex>,
    is_used: Vec<bool>,
    /// For each stage that was entered the place of the candidate that is tried next.
    cursors: Vec<usize>,
}

impl<'a> Search<'a> {
    pub(super) fn new(
        pattern: &'a Graph,
        target: &'a Graph,
        plan: &'a Plan,
        kinds: &'a [u32],
        targets: &'a [u32],
        kind: MatchKind,
    ) -> Self {
        Self {
            pattern,
            target,
            plan,
            kinds,
            targets,
            kind,
            map: vec![NONE; pattern.vertex_count()],
            is_used: vec![false; target.vertex_count()],
            cursors: vec![0],
        }
    }

    /// The next match.
    pub(super) fn next(&mut self, meter: &mut Meter<'_>) -> Result<Option<Vec<Vertex>>> {
        while let Some(depth) = self.cursors.len().checked_sub(1) {
            let Some(stage) = self.plan.stages.get(depth) else {
                let map = self.map.clone();
                self.step_back();
                return Ok(Some(map));
            };
            if let Some(candidate) = self.candidate(stage, depth, meter)? {
                self.map[stage.vertex as usize] = candidate;
                self.is_used[candidate as usize] = true;
                self.cursors.push(0);
            } else {
                self.step_back();
            }
        }
        Ok(None)
    }

    fn step_back(&mut self) {
        self.cursors.pop();
        let Some(depth) = self.cursors.len().checked_sub(1) else {
            return;
        };
        if let Some(stage) = self.plan.stages.get(depth) {
            let matched = std::mem::replace(&mut self.map[stage.vertex as usize], NONE);
            self.is_used[matched as usize] = false;
        }
    }

    /// The next vertex of the target that the stage's vertex can fall on.
    fn candidate(&mut self, stage: &Stage, depth: usize, meter: &mut Meter<'_>) -> Result<Option<Vertex>> {
        let row = self.row(stage);
        while let Some(&candidate) = row.get(self.cursors[depth]) {
            let is_again = self.cursors[depth] > 0 && row[self.cursors[depth] - 1] == candidate;
            self.cursors[depth] += 1;
            meter.add(1)?;
            if !is_again && self.fits(stage, candidate, meter)? {
                return Ok(Some(candidate));
            }
        }
        Ok(None)
    }

    /// The shortest list of vertices among which the match has to be.
    fn row(&self, stage: &Stage) -> &'a [Vertex] {
        let rows = stage.ties.iter().map(|tie| {
            let matched = self.map[tie.other as usize];
            if tie.back > 0 { self.target.neighbors(matched) } else { self.target.sources(matched) }
        });
        let kind = self.kinds[stage.vertex as usize];
        let of_kind = || self.plan.by_kind.get(&kind).map_or(&[][..], Vec::as_slice);
        rows.min_by_key(|row| row.len()).unwrap_or_else(of_kind)
    }

    fn fits(&self, stage: &Stage, candidate: Vertex, meter: &mut Meter<'_>) -> Result<bool> {
        let vertex = stage.vertex;
        if self.is_used[candidate as usize] || self.targets[candidate as usize] != self.kinds[vertex as usize]
        {
            return Ok(false);
        }
        let (targets, sources) = (self.target.neighbors(candidate), self.target.sources(candidate));
        if targets.len() < self.pattern.neighbors(vertex).len()
            || sources.len() < self.pattern.sources(vertex).len()
        {
            return Ok(false);
        }
        let is_enough = |found: usize, needed: usize| match self.kind {
            MatchKind::Induced => found == needed,
            MatchKind::Partial => found >= needed,
        };
        if !is_enough(count(targets, candidate), stage.loops) {
            return Ok(false);
        }
        meter.add(number::wide(stage.ties.len()))?;
        let is_tied = stage.ties.iter().all(|tie| {
            let other = self.map[tie.other as usize];
            is_enough(count(targets, other), tie.there) && is_enough(count(sources, other), tie.back)
        });
        if !is_tied || self.kind == MatchKind::Partial {
            return Ok(is_tied);
        }
        // No further edge leads to what is matched.
        meter.add(number::wide(targets.len() + sources.len()))?;
        let used = |row: &[Vertex]| row.iter().filter(|&&other| self.is_used[other as usize]).count();
        Ok(used(targets) == stage.there && used(sources) == stage.back)
    }
}
