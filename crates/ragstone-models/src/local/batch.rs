//! Which tokens are computed together, and the rectangle that they become.

use crate::folder::Tokens;

/// Rows of tokens of one width, padded at their ends.
#[derive(Debug)]
pub(super) struct TokenBatch {
    pub(super) rows: usize,
    pub(super) width: usize,
    pub(super) ids: Vec<i64>,
    pub(super) mask: Vec<i64>,
    pub(super) types: Vec<i64>,
}

impl TokenBatch {
    /// Pads `inputs` to the longest of them.
    pub(super) fn of(inputs: &[&Tokens]) -> Self {
        let width = inputs.iter().map(|tokens| tokens.ids.len()).max().unwrap_or_default();
        let cells = inputs.len() * width;
        let mut batch = Self {
            rows: inputs.len(),
            width,
            ids: Vec::with_capacity(cells),
            mask: Vec::with_capacity(cells),
            types: Vec::with_capacity(cells),
        };
        for tokens in inputs {
            let padding = width - tokens.ids.len();
            batch.ids.extend(&tokens.ids);
            batch.types.extend(&tokens.types);
            batch.mask.extend(std::iter::repeat_n(1, tokens.ids.len()));
            for numbers in [&mut batch.ids, &mut batch.types, &mut batch.mask] {
                numbers.extend(std::iter::repeat_n(0, padding));
            }
        }
        batch
    }
}

/// How much is computed at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct BatchLimit {
    pub(super) rows: usize,
    pub(super) cells: usize,
}

impl BatchLimit {
    /// One text at a time: its numbers then depend on nothing else, and no padding is computed.
    pub(super) const ALONE: Self = Self { rows: 1, cells: usize::MAX };

    /// Groups the places of `inputs` so that texts of about the same length are together, longest first.
    pub(super) fn groups(self, inputs: &[Tokens]) -> Vec<Vec<usize>> {
        let mut order: Vec<(usize, usize)> =
            inputs.iter().enumerate().map(|(place, tokens)| (tokens.ids.len(), place)).collect();
        order.sort_unstable_by(|left, right| right.cmp(left));
        let mut groups: Vec<Vec<usize>> = Vec::new();
        let mut room = 0;
        for (length, place) in order {
            match groups.last_mut() {
                Some(group) if room > 0 => group.push(place),
                _ => {
                    // The first of a group is its longest, and says how many fit.
                    room = (self.cells / length.max(1)).clamp(1, self.rows);
                    groups.push(vec![place]);
                }
            }
            room -= 1;
        }
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(length: usize) -> Tokens {
        let ids = vec![7; length];
        Tokens { types: vec![0; length], ids, total: 0, is_truncated: false }
    }

    #[test]
    fn rows_are_padded_to_the_longest() {
        let (long, short) = (tokens(3), tokens(1));
        let batch = TokenBatch::of(&[&short, &long]);
        assert_eq!((batch.rows, batch.width), (2, 3));
        assert_eq!(batch.ids, [7, 0, 0, 7, 7, 7]);
        assert_eq!(batch.mask, [1, 0, 0, 1, 1, 1]);
    }

    #[test]
    fn groups_hold_texts_of_like_length_within_the_limit() {
        let inputs: Vec<Tokens> = [1, 9, 2, 8, 3].into_iter().map(tokens).collect();
        let limit = BatchLimit { rows: 2, cells: 18 };
        assert_eq!(limit.groups(&inputs), [vec![1, 3], vec![4, 2], vec![0]]);
    }

    #[test]
    fn a_text_longer_than_the_limit_is_alone() {
        let inputs: Vec<Tokens> = [100, 100].into_iter().map(tokens).collect();
        let limit = BatchLimit { rows: 8, cells: 18 };
        assert_eq!(limit.groups(&inputs), [vec![1], vec![0]]);
        assert_eq!(BatchLimit::ALONE.groups(&inputs).len(), 2);
    }
}
