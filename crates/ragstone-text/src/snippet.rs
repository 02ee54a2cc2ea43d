//! The part of a passage that says best why it was found.

use ragstone_core::ByteSpan;

use crate::highlight::best_window;

/// The window of at most `max_chars` characters that holds the most highlights, cut between words.
///
/// The whole text where it fits. `highlights` must ascend, as [`highlights`](crate::highlights) gives them.
pub fn snippet(text: &str, highlights: &[ByteSpan], max_chars: usize) -> ByteSpan {
    let chars = text.chars().count();
    if chars <= max_chars {
        return ByteSpan::of(text);
    }
    // As many bytes as the characters have on average; where they have fewer, there are too many characters.
    let mut bytes = (text.len() * max_chars).div_ceil(chars.max(1));
    loop {
        let window = best_window(text, highlights, bytes);
        let excess = window.slice(text).unwrap_or_default().chars().count().saturating_sub(max_chars);
        if excess == 0 {
            return window;
        }
        bytes = bytes.saturating_sub(excess);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_snippet_stands_around_its_highlight() {
        let text = format!("{} zebra {}", "é".repeat(400), "word ".repeat(200));
        let at = text.find("zebra").expect("is there");
        let mark = ByteSpan::try_new(at, at + 5).expect("ordered");
        let shown = snippet(&text, &[mark], 320);
        assert!(shown.contains(mark));
        assert_eq!(snippet("short", &[], 320), ByteSpan::of("short"));
    }

    proptest! {
        #[test]
        fn snippets_keep_their_length(text in "(?s).{0,300}", most in 1_usize..200, at in 0_usize..300) {
            let mark = text.char_indices().nth(at).and_then(|(at, char)| ByteSpan::try_new(at, at + char.len_utf8()));
            let shown = snippet(&text, mark.as_slice(), most);
            let shown = shown.slice(&text).expect("between characters");
            prop_assert!(shown.chars().count() <= most);
        }
    }
}
