//! Writing the outline of a text that headings divide, as the readers of markup find them.

use super::{BlockKind, Outline, SectionId, fold_heading};

/// Level of a paragraph; the six heading levels are above it.
const PARAGRAPH_LEVEL: u8 = 6;

/// Deepest list that is told apart.
const MAX_DEPTH: usize = 8;

/// An outline in the making, with the sections that are open.
pub(crate) struct Chapters {
    outline: Outline,
    /// Open sections with their heading level, outermost first.
    open: Vec<(u8, SectionId)>,
    first_heading: Option<String>,
}

impl Chapters {
    pub(crate) fn new() -> Self {
        Self { outline: Outline::new(), open: Vec::new(), first_heading: None }
    }

    /// Adds a heading of a level from 1 to 6, which closes those of the same and of deeper levels.
    pub(crate) fn heading(&mut self, start: usize, level: usize, heading: &str) {
        let level = u8::try_from(level.clamp(1, usize::from(PARAGRAPH_LEVEL))).unwrap_or(PARAGRAPH_LEVEL);
        while self.open.last().is_some_and(|(open, _)| *open >= level) {
            self.open.pop();
        }
        let heading = fold_heading(heading);
        let section =
            if heading.is_empty() { self.section() } else { self.outline.section(self.section(), &heading) };
        self.open.push((level, section));
        self.outline.block(start, section, level - 1, BlockKind::Heading);
        if self.first_heading.is_none() && !heading.is_empty() {
            self.first_heading = Some(heading);
        }
    }

    /// Adds a block of prose; `depth` is 0 for a paragraph and more for what is inside lists.
    pub(crate) fn text(&mut self, start: usize, depth: usize) {
        self.block(start, depth, BlockKind::Text);
    }

    /// Adds a block of code, of a table or of settings.
    pub(crate) fn lines(&mut self, start: usize, depth: usize) {
        self.block(start, depth, BlockKind::Lines);
    }

    fn block(&mut self, start: usize, depth: usize, kind: BlockKind) {
        let depth = u8::try_from(depth.min(MAX_DEPTH)).unwrap_or(0);
        self.outline.block(start, self.section(), PARAGRAPH_LEVEL.saturating_add(depth), kind);
    }

    fn section(&self) -> SectionId {
        self.open.last().map_or(0, |(_, section)| *section)
    }

    /// The outline, and the title: `title`, else the first heading.
    pub(crate) fn finish(self, title: Option<String>) -> (Outline, Option<String>) {
        (
            self.outline,
            title.map(|title| fold_heading(&title)).filter(|title| !title.is_empty()).or(self.first_heading),
        )
    }
}

/// Bytes of a list's mark and the white space behind it, as in `- `, `* `, `1. ` and `a) `.
pub(crate) fn list_mark(content: &str) -> Option<usize> {
    const MAX_NUMBER: usize = 4;
    let bullet = content.trim_start_matches(['*', '-', '+', '•']);
    let marks = content.len() - bullet.len();
    if (1..=6).contains(&marks) && bullet.starts_with([' ', '\t']) {
        return Some(marks + 1);
    }
    let number = content.find(|c: char| !c.is_ascii_alphanumeric() && c != '#')?;
    let is_number = content.get(..number)?.bytes().all(|byte| byte.is_ascii_digit() || byte == b'#');
    let is_letter = number == 1;
    let rest = content.get(number..)?;
    let is_marked = rest.starts_with(". ") || rest.starts_with(") ");
    ((1..=MAX_NUMBER).contains(&number) && (is_number || is_letter) && is_marked).then_some(number + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_lists_are_told_from_words() {
        for (content, expected) in [
            ("- a", Some(2)),
            ("** a", Some(3)),
            ("12. a", Some(4)),
            ("#. a", Some(3)),
            ("a) b", Some(3)),
            ("and) b", None),
            ("2026. a", Some(6)),
            ("20261. a", None),
            ("-a", None),
            ("*bold* a", None),
            ("", None),
        ] {
            assert_eq!(list_mark(content), expected, "{content}");
        }
    }
}
