//! Things cut into pieces of bounded size.

/// Cuts things in order so that a piece has at most so many of them and so many bytes; one that is larger goes alone.
pub(crate) fn pieces<T>(
    things: Vec<T>,
    max_count: usize,
    max_bytes: usize,
    size: impl Fn(&T) -> usize,
) -> Vec<Vec<T>> {
    let mut pieces: Vec<Vec<T>> = Vec::new();
    let mut bytes = 0;
    for thing in things {
        let added = size(&thing);
        bytes += added;
        match pieces.last_mut() {
            Some(piece) if bytes <= max_bytes && piece.len() < max_count => piece.push(thing),
            _ => {
                bytes = added;
                pieces.push(vec![thing]);
            }
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_keep_order_and_limits() {
        let cut = |things: &[usize], count, bytes| pieces(things.to_vec(), count, bytes, |size| *size);
        assert_eq!(cut(&[1, 2, 3, 4], 2, 100), [vec![1, 2], vec![3, 4]]);
        assert_eq!(cut(&[5, 5, 5], 9, 10), [vec![5, 5], vec![5]]);
        assert_eq!(cut(&[1, 50, 1], 9, 10), [vec![1], vec![50], vec![1]]);
        assert!(cut(&[], 1, 1).is_empty());
    }
}
