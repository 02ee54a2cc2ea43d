//! The lines of a text with their places, for readers that go line by line.

use memchr::memchr_iter;

/// One line without its line break.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'t> {
    /// Where it begins in the text.
    pub(crate) start: usize,
    pub(crate) text: &'t str,
}

impl<'t> Line<'t> {
    /// Bytes of white space before the first word; tabs count as one.
    pub(crate) fn indentation(&self) -> usize {
        self.text.len() - self.text.trim_start_matches([' ', '\t']).len()
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// The line without white space around it.
    pub(crate) fn content(&self) -> &'t str {
        self.text.trim()
    }
}

/// The lines of `text` in order; a byte order mark is no part of the first one.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut start = 0;
    let ends = memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1).chain([text.len()]);
    ends.filter_map(move |end| {
        let begin = std::mem::replace(&mut start, end);
        let line = text.get(begin..end).unwrap_or_default();
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = line.strip_suffix('\r').unwrap_or(line);
        let content = if begin == 0 { line.trim_start_matches('\u{feff}') } else { line };
        let is_end = begin == end;
        (!is_end).then_some(Line { start: begin + (line.len() - content.len()), text: content })
    })
}

/// Length of the run of one character that a line consists of; `None` for other lines.
pub(crate) fn run_of(text: &str) -> Option<(char, usize)> {
    let text = text.trim_end();
    let first = text.chars().next().filter(char::is_ascii_punctuation)?;
    text.chars().all(|c| c == first).then_some((first, text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_their_places_and_no_breaks() {
        let found: Vec<_> = lines("\u{feff}a\r\n\n b").map(|line| (line.start, line.text)).collect();
        assert_eq!(found, [(3, "a"), (6, ""), (7, " b")]);
        assert_eq!(lines("").count(), 0);
        assert_eq!(lines("\n").count(), 1);
    }

    #[test]
    fn run_is_of_one_sign() {
        assert_eq!(run_of("====  "), Some(('=', 4)));
        assert_eq!(run_of("==-"), None);
        assert_eq!(run_of("aaa"), None);
        assert_eq!(run_of(""), None);
    }
}
