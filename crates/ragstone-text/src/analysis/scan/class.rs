//! Classes of bytes and characters.

/// A letter, digit or underscore.
pub(super) const WORD: u8 = 1;
/// A byte that may separate parts of an identifier: an upper-case letter or an underscore.
pub(super) const INNER: u8 = 2;
/// A byte of a character beyond ASCII.
pub(super) const FOREIGN: u8 = 4;

const CLASSES: [u8; 256] = classes();

/// Class of a byte; 0 for a separator.
pub(super) fn class(byte: u8) -> u8 {
    CLASSES[usize::from(byte)]
}

#[expect(clippy::cast_possible_truncation, reason = "the index stays below 256")]
const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut at = 0;
    while at < classes.len() {
        classes[at] = match at as u8 {
            b'A'..=b'Z' | b'_' => WORD | INNER,
            b'a'..=b'z' | b'0'..=b'9' => WORD,
            0x80.. => FOREIGN,
            _ => 0,
        };
        at += 1;
    }
    classes
}

/// Whether a character belongs to a script that is written without spaces between words.
pub(super) const fn is_spaceless(c: char) -> bool {
    matches!(c,
        '\u{0e01}'..='\u{0eff}'            // Thai, Lao
        | '\u{1000}'..='\u{109f}'          // Myanmar
        | '\u{1100}'..='\u{11ff}'          // Hangul letters
        | '\u{1780}'..='\u{17d3}'          // Khmer
        | '\u{3005}'..='\u{3007}'          // ideographic iteration mark, closing mark, zero
        | '\u{3041}'..='\u{309f}'          // Hiragana
        | '\u{30a1}'..='\u{30fa}'          // Katakana
        | '\u{30fc}'..='\u{312f}'          // Katakana marks, Bopomofo
        | '\u{31f0}'..='\u{31ff}'          // Katakana extensions
        | '\u{3400}'..='\u{4dbf}'          // ideographs, extension A
        | '\u{4e00}'..='\u{9fff}'          // ideographs
        | '\u{ac00}'..='\u{d7af}'          // Hangul syllables
        | '\u{f900}'..='\u{faff}'          // compatibility ideographs
        | '\u{ff66}'..='\u{ff9f}'          // half-width Katakana
        | '\u{20000}'..='\u{3ffff}'        // further ideographs
    )
}
