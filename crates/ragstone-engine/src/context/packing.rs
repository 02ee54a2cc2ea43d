//! Filling a budget with extracts.

use ragstone_core::embedding::TokenCount;
use ragstone_core::model_context::{NumberedCitation, TokenBudget};
use ragstone_core::port::DynTokenCounter;
use ragstone_core::{CallContext, Clock, Error, ErrorKind, Result};
use ragstone_text::boundary::{Grain, ends, next_start};

use super::extract::Extract;
use super::rendering::{Frame, Rendered, render};

/// Fewest bytes of an extract that is cut to fill up a part.
const LEAST_CUT: usize = 200;

/// How an extract is cut that is the only one of its part, until something of it fits.
const ALONE: [(Frame, Grain); 5] = [
    (Frame::Labels, Grain::Sentence),
    (Frame::Numbers, Grain::Sentence),
    (Frame::Labels, Grain::Word),
    (Frame::Numbers, Grain::Word),
    (Frame::Numbers, Grain::Character),
];
/// How an extract is cut that comes behind others; where that shows too little, it waits for the next part.
const BEHIND: [(Frame, Grain); 1] = [(Frame::Labels, Grain::Sentence)];

/// Fills a budget.
pub(super) struct Packer<'a> {
    pub(super) ctx: &'a CallContext,
    pub(super) clock: &'a dyn Clock,
    pub(super) counter: &'a dyn DynTokenCounter,
    pub(super) budget: TokenBudget,
}

/// A text that was counted and fits.
#[derive(Debug)]
pub(super) struct Packed {
    pub(super) text: String,
    pub(super) citations: Vec<NumberedCitation>,
    pub(super) tokens: TokenCount,
    /// Extracts that are shown to their end.
    pub(super) extracts: usize,
    /// Bytes of the next extract that are done with.
    pub(super) offset: usize,
}

impl Packer<'_> {
    /// Takes extracts in order while they fit; the last one may be cut. Numbers follow `numbered`.
    ///
    /// At least one character is shown where there are extracts; a budget without room for that is `InvalidArgument`.
    /// Counts the whole text for each try: about twice the logarithm of the number of extracts, and of the places at
    /// which the last one can end.
    pub(super) async fn pack(&self, extracts: &[Extract], numbered: u32) -> Result<Packed> {
        let mut packed = self.fitting(Rendered::default()).await?.ok_or_else(too_small)?;
        let mut search = Search::up_to(extracts.len());
        while let Some(count) = search.probe() {
            let shown = extracts.get(..count).unwrap_or_default();
            let fitting = self.fitting(render(shown, numbered, Frame::Labels)).await?;
            search.tell(count, fitting.is_some());
            if let Some(fitting) = fitting {
                packed = Packed { extracts: count, ..fitting };
            }
        }
        let (shown, rest) = extracts.split_at_checked(packed.extracts).unwrap_or_default();
        let Some(next) = rest.first() else { return Ok(packed) };
        match self.with_part_of(shown, next, numbered).await? {
            Some(filled) => Ok(filled),
            None if shown.is_empty() => Err(too_small()),
            None => Ok(packed),
        }
    }

    /// All of `shown` and as much of the next extract as fits; `None` where that is too little to be worth it.
    async fn with_part_of(&self, shown: &[Extract], next: &Extract, numbered: u32) -> Result<Option<Packed>> {
        let (ways, least): (&[_], _) = if shown.is_empty() { (&ALONE, 1) } else { (&BEHIND, LEAST_CUT) };
        for (frame, grain) in ways {
            let filled = self.cut((shown, next), numbered, *frame, &ends(&next.text, *grain)).await?;
            let Some((end, packed)) = filled.filter(|(end, _)| *end >= least) else { continue };
            let offset = next_start(&next.text, end);
            let place = if offset < next.text.len() { (shown.len(), offset) } else { (shown.len() + 1, 0) };
            return Ok(Some(Packed { extracts: place.0, offset: place.1, ..packed }));
        }
        Ok(None)
    }

    /// Ends the last extract at the furthest of `ends` that fits.
    async fn cut(
        &self,
        (shown, last): (&[Extract], &Extract),
        numbered: u32,
        frame: Frame,
        ends: &[usize],
    ) -> Result<Option<(usize, Packed)>> {
        let mut extracts = shown.to_vec();
        let mut best = None;
        let mut search = Search::up_to(ends.len());
        while let Some(count) = search.probe() {
            let end = ends.get(count - 1).copied().unwrap_or_default();
            extracts.truncate(shown.len());
            extracts.extend(last.part(0, end));
            let fitting = self.fitting(render(&extracts, numbered, frame)).await?;
            search.tell(count, fitting.is_some());
            best = fitting.map(|packed| (end, packed)).or(best);
        }
        Ok(best)
    }

    /// Counts a text; `None` where it does not fit.
    async fn fitting(&self, rendered: Rendered) -> Result<Option<Packed>> {
        self.ctx.remaining(self.clock)?;
        let tokens = match self.counter.count(self.ctx, &rendered.text).await {
            Err(error) if error.kind() == ErrorKind::TooLarge => return Ok(None),
            counted => counted?,
        };
        let Rendered { text, citations } = rendered;
        let packed = Packed { text, citations, tokens, extracts: 0, offset: 0 };
        Ok(self.budget.admits(tokens).then_some(packed))
    }
}

fn too_small() -> Error {
    Error::invalid("budget", "is too small to show anything of the next passage")
        .with_help("allow more tokens, or count `words`")
}

/// Looks for the greatest number that fits, if all smaller ones do: doubles, then halves the distance.
struct Search {
    fits: usize,
    too_many: usize,
}

impl Search {
    /// Nothing fits; the most that is tried is `most`.
    const fn up_to(most: usize) -> Self {
        Self { fits: 0, too_many: most + 1 }
    }

    /// The next number to try, 1 or greater.
    fn probe(&self) -> Option<usize> {
        let distance = self.too_many - self.fits;
        (distance > 1).then(|| (self.fits + distance / 2).min((self.fits * 2).max(1)))
    }

    fn tell(&mut self, count: usize, fits: bool) {
        if fits {
            self.fits = count;
        } else {
            self.too_many = count;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_search_finds_every_number_in_few_tries() {
        for most in 0..200 {
            for greatest in 0..=most {
                let (mut search, mut tries) = (Search::up_to(most), 0);
                while let Some(count) = search.probe() {
                    assert!((1..=most).contains(&count));
                    search.tell(count, count <= greatest);
                    tries += 1;
                }
                assert_eq!(search.fits, greatest, "of {most}");
                assert!(tries <= 16, "{tries} tries for {greatest} of {most}");
            }
        }
    }
}
