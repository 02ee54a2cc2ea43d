//! Letters: forms that stand for other letters, and scripts that run from right to left.

use unicode_normalization::UnicodeNormalization;

/// The text with ligatures and the forms of Arabic letters replaced by the letters themselves.
pub(super) fn without_forms(text: &str) -> String {
    let is_form =
        |c: char| matches!(c, '\u{fb00}'..='\u{fb4f}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}');
    if text.contains(is_form) {
        text.nfkc().collect()
    } else {
        text.chars().filter(|c| !c.is_control() && *c != char::REPLACEMENT_CHARACTER).collect()
    }
}

/// Whether a character belongs to a script that runs from right to left.
const fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}') && !is_number(c)
}

const fn is_number(c: char) -> bool {
    matches!(c, '0'..='9' | '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}')
}

/// Puts the pieces of a line, which are in the order in which they stand, in the order in which they are read.
///
/// Lines of other scripts are left alone. In a line that is mostly from right to left everything is turned round,
/// except numbers and words of other scripts, which run from left to right inside it.
pub(super) fn reading_order(pieces: &mut [String]) {
    let count =
        |is_it: fn(char) -> bool| pieces.iter().flat_map(|piece| piece.chars()).filter(|c| is_it(*c)).count();
    let turned = count(is_right_to_left);
    let others = count(|c: char| c.is_alphabetic() && !is_right_to_left(c));
    if turned == 0 {
        return;
    }
    if turned >= others {
        pieces.reverse();
        turn_runs(pieces, |piece| !piece.chars().any(is_right_to_left) && has_direction(piece));
    } else {
        turn_runs(pieces, |piece| piece.chars().any(is_right_to_left));
    }
}

fn has_direction(piece: &str) -> bool {
    piece.chars().any(|c| c.is_alphabetic() || is_number(c))
}

/// Turns round each run of pieces that begins and ends with ones of a kind, and has none of the other kind inside.
fn turn_runs(pieces: &mut [String], is_kind: impl Fn(&str) -> bool) {
    let mut at = 0;
    while at < pieces.len() {
        let is_start = pieces.get(at).is_some_and(|piece| is_kind(piece));
        if !is_start {
            at += 1;
            continue;
        }
        let mut end = at + 1;
        let mut next = end;
        while let Some(piece) = pieces.get(next) {
            if is_kind(piece) {
                end = next + 1;
            } else if has_direction(piece) {
                break;
            }
            next += 1;
        }
        if let Some(run) = pieces.get_mut(at..end) {
            run.reverse();
        }
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(shown: &str) -> String {
        let mut pieces: Vec<String> = shown.chars().map(String::from).collect();
        reading_order(&mut pieces);
        pieces.concat()
    }

    #[test]
    fn other_scripts_are_left_alone() {
        assert_eq!(read("left to right"), "left to right");
    }

    #[test]
    fn numbers_and_foreign_words_keep_their_direction() {
        assert_eq!(read("בא 42 PDF דג"), "גד 42 PDF אב");
        assert_eq!(read("the word בא there"), "the word אב there");
    }

    #[test]
    fn forms_become_letters() {
        assert_eq!(without_forms("ﬁ"), "fi");
        assert_eq!(without_forms("\u{fefb}"), "\u{644}\u{627}");
    }
}
