//! How wide texts are in DejaVu Sans, and texts without what does no good in a picture.

/// Height of a line, in sizes of the font.
pub(crate) const LINE: f64 = 1.17;

/// From the upper edge of a line to the feet of its letters.
pub(crate) const ASCENT: f64 = 0.93;

/// What a character is taken for that no table lists: about as wide as the widest small letters.
const OTHER: f64 = 0.7;

/// Widths from U+0020 on, in hundredths of the size of the font.
const LATIN: [u8; 0x160] = [
    32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    34, 34, 84, 84, 84, 53, 100, 68, 69, 70, 77, 63, 58, 77, 75, 29, 29, 66, 56, 86, 75, 79, 60, 79, 69, 63,
    61, 73, 68, 99, 69, 61, 69, 39, 34, 39, 84, 50, 50, 61, 63, 55, 63, 62, 35, 63, 63, 28, 28, 58, 28, 97,
    63, 61, 63, 63, 41, 52, 39, 63, 59, 82, 59, 59, 52, 64, 34, 64, 84, 60, 60, 60, 60, 60, 60, 60, 60, 60,
    60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 32, 40,
    64, 64, 64, 64, 34, 50, 50, 100, 47, 61, 84, 36, 100, 50, 50, 84, 40, 40, 50, 64, 64, 32, 50, 40, 47, 61,
    97, 97, 97, 53, 68, 68, 68, 68, 68, 68, 97, 70, 63, 63, 63, 63, 29, 29, 29, 29, 77, 75, 79, 79, 79, 79,
    79, 84, 79, 73, 73, 73, 73, 61, 60, 63, 61, 61, 61, 61, 61, 61, 98, 55, 62, 62, 62, 62, 28, 28, 28, 28,
    61, 63, 61, 61, 61, 61, 61, 84, 61, 63, 63, 63, 63, 59, 63, 59, 68, 61, 68, 61, 68, 61, 70, 55, 70, 55,
    70, 55, 70, 55, 77, 63, 77, 63, 63, 62, 63, 62, 63, 62, 63, 62, 63, 62, 77, 63, 77, 63, 77, 63, 77, 63,
    75, 63, 92, 69, 29, 28, 29, 28, 29, 28, 29, 28, 29, 28, 59, 56, 29, 28, 66, 58, 58, 56, 28, 56, 28, 56,
    38, 56, 34, 56, 28, 75, 63, 75, 63, 75, 63, 81, 75, 63, 79, 61, 79, 61, 79, 61, 107, 102, 69, 41, 69, 41,
    69, 41, 63, 52, 63, 52, 63, 52, 63, 52, 61, 39, 61, 39, 61, 39, 73, 63, 73, 63, 73, 63, 73, 63, 73, 63,
    73, 63, 99, 82, 61, 59, 61, 69, 52, 69, 52, 69, 52, 35,
];

/// Widths of Greek and Cyrillic, from U+0370 on.
const GREEK: [u8; 0xF0] = [
    65, 57, 86, 65, 28, 28, 75, 65, 60, 60, 50, 55, 55, 55, 34, 29, 60, 60, 60, 60, 50, 50, 69, 32, 75, 87,
    41, 60, 81, 60, 82, 83, 34, 68, 69, 56, 68, 63, 69, 75, 79, 29, 66, 68, 86, 75, 63, 79, 75, 60, 60, 63,
    61, 61, 79, 69, 79, 76, 29, 61, 66, 54, 63, 34, 58, 66, 64, 59, 61, 54, 54, 63, 61, 34, 59, 59, 64, 56,
    56, 61, 60, 63, 59, 63, 60, 58, 66, 58, 66, 84, 34, 58, 61, 58, 84, 66, 61, 62, 70, 84, 70, 66, 84, 66,
    79, 61, 65, 59, 58, 46, 66, 66, 87, 63, 93, 84, 76, 66, 79, 61, 69, 61, 77, 63, 70, 61, 61, 54, 66, 63,
    55, 28, 79, 62, 62, 60, 63, 70, 86, 65, 63, 70, 70, 70, 63, 63, 79, 61, 70, 63, 29, 29, 29, 109, 104, 79,
    71, 75, 61, 75, 68, 69, 69, 61, 78, 63, 108, 64, 75, 75, 71, 75, 86, 75, 79, 75, 60, 70, 61, 61, 86, 69,
    78, 69, 107, 109, 83, 88, 69, 70, 108, 69, 61, 62, 59, 53, 69, 62, 90, 53, 65, 65, 60, 64, 75, 65, 61,
    65, 63, 55, 58, 59, 85, 59, 68, 59, 92, 94, 71, 79, 59, 55, 84, 60, 62, 62, 63, 53, 55, 52, 28, 28, 28,
    90, 90, 65, 60, 65, 59, 65,
];

/// Width of a text. The font of the picture decides where it is another one: common fonts are less wide.
pub(crate) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(character).sum::<f64>() * size
}

fn character(character: char) -> f64 {
    let code = character as usize;
    let listed = |table: &[u8], first: usize| code.checked_sub(first).and_then(|at| table.get(at)).copied();
    if let Some(width) = listed(&LATIN, 0x20).or_else(|| listed(&GREEK, 0x370)) {
        return f64::from(width) / 100.0;
    }
    match code {
        // Accents that stand over the letter before them, and joiners.
        0x300..=0x36F | 0x200B..=0x200F | 0xFE00..=0xFE0F => 0.0,
        // Ideographs, kana, hangul and pictures.
        0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFF00..=0xFF60 => 1.0,
        0x1_F000..=0x3_FFFF => 1.2,
        _ => OTHER,
    }
}

/// A text on one line, of at most `longest` characters: control characters, which XML does not allow, and marks that
/// turn the direction of what follows become spaces; spaces at the ends and in rows go away.
pub(crate) fn clean(text: &str, longest: usize) -> String {
    let mut result = String::new();
    let mut has_space = false;
    for (index, character) in text.chars().take(longest * 4).enumerate() {
        let is_space = character.is_whitespace() || character.is_control() || !is_shown(character);
        if is_space {
            has_space = index > 0 && !result.is_empty();
            continue;
        }
        if std::mem::take(&mut has_space) {
            result.push(' ');
        }
        result.push(character);
    }
    if result.chars().count() > longest {
        result = result.chars().take(longest.saturating_sub(1)).collect();
        result.push('…');
    }
    result
}

fn is_shown(character: char) -> bool {
    !matches!(
        character,
        '\u{200E}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{FFFE}'..='\u{FFFF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_becomes_one_short_line() {
        assert_eq!(clean("  a\u{0}b\n\n c\u{202E}d ", 40), "a b c d");
        assert_eq!(clean(&"x".repeat(100_000), 5), "xxxx…");
        assert_eq!(clean("\u{7}", 5), "");
    }

    #[test]
    fn wide_and_narrow_letters_differ() {
        assert!(width("WWW", 10.0) > 2.0 * width("iii", 10.0));
        assert!((width("漢字", 10.0) - 20.0).abs() < 1e-9);
    }
}
