//! The outline of a text: where its blocks begin, how strongly they are separated, and the headings above them.
//!
//! An outline is a list of cut points in ascending order. A block reaches from its cut to the next one, so the
//! blocks cover the text by construction, whatever a parser left out between them.

use std::fmt;

pub(crate) mod asciidoc;
pub(crate) mod chapters;
pub(crate) mod csv;
pub(crate) mod json;
pub(crate) mod latex;
pub(crate) mod line;
pub(crate) mod markdown;
pub(crate) mod org;
pub(crate) mod plain;
pub(crate) mod rst;
pub(crate) mod subtitles;
pub(crate) mod toml;
pub(crate) mod yaml;

#[cfg(feature = "code")]
pub(crate) mod code;
#[cfg(feature = "html")]
pub(crate) mod html;
#[cfg(feature = "notebook")]
pub(crate) mod notebook;
#[cfg(feature = "xml")]
pub(crate) mod xml;

/// Longest heading that is kept, in bytes; headings are repeated with every chunk below them.
const MAX_HEADING_BYTES: usize = 240;

/// Weakest level; anything weaker is clamped to it.
const MAX_LEVEL: u8 = 24;

/// Index of a section in its outline; 0 is the whole text.
pub(crate) type SectionId = u32;

/// Structure of a text, made by extraction and read by chunking.
#[derive(Clone)]
pub struct Outline {
    sections: Vec<Section>,
    blocks: Vec<Block>,
}

#[derive(Clone)]
struct Section {
    heading: String,
    parent: SectionId,
    depth: u32,
}

/// A text that was made from an input rather than taken from it.
#[derive(Default)]
pub(crate) struct Page {
    pub(crate) text: String,
    pub(crate) title: Option<String>,
    pub(crate) outline: Outline,
}

/// One block: everything from `start` to the start of the next block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) start: usize,
    pub(crate) section: SectionId,
    /// How strongly the block is separated from what is before it; 0 is the strongest.
    pub(crate) level: u8,
    pub(crate) kind: BlockKind,
}

/// What a block is, which decides how it joins its neighbours and where it may be split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "transport", derive(serde::Serialize, serde::Deserialize))]
pub(crate) enum BlockKind {
    /// A heading line; opens a section.
    Heading,
    /// A symbol of source code with its comments; opens a section.
    #[cfg_attr(not(feature = "code"), expect(dead_code, reason = "only grammars find symbols"))]
    Symbol,
    /// Running text, split at sentences.
    Text,
    /// Lines of code or data, split at lines.
    Lines,
}

impl BlockKind {
    /// Whether the block opens a unit of its own, which is joined to neighbours only while both are small.
    pub(crate) const fn opens_unit(self) -> bool {
        matches!(self, Self::Heading | Self::Symbol)
    }
}

impl Outline {
    /// An outline without any block: the text is one block of lines or prose.
    pub(crate) fn new() -> Self {
        Self { sections: vec![Section { heading: String::new(), parent: 0, depth: 0 }], blocks: Vec::new() }
    }

    /// Adds a section below `parent` and returns its id.
    ///
    /// White space in the heading is folded, and a very long heading is cut. Where ids are used up the parent
    /// stands in, which loses a heading but nothing else.
    pub(crate) fn section(&mut self, parent: SectionId, heading: &str) -> SectionId {
        let Ok(id) = SectionId::try_from(self.sections.len()) else {
            return parent;
        };
        let depth = self.depth(parent).saturating_add(1);
        self.sections.push(Section { heading: fold_heading(heading), parent, depth });
        id
    }

    /// Starts a block; a second block at the same place is merged into the first, keeping the stronger level.
    pub(crate) fn block(&mut self, start: usize, section: SectionId, level: u8, kind: BlockKind) {
        let level = level.min(MAX_LEVEL);
        match self.blocks.last_mut() {
            Some(last) if start < last.start => {}
            Some(last) if start == last.start => {
                last.level = last.level.min(level);
                if !last.kind.opens_unit() {
                    last.kind = kind;
                    last.section = section;
                }
            }
            _ => self.blocks.push(Block { start, section, level, kind }),
        }
    }

    /// Moves the last block into `section`, where it starts at `start`.
    pub(crate) fn move_last_block(&mut self, start: usize, section: SectionId) {
        if let Some(last) = self.blocks.last_mut().filter(|last| last.start == start) {
            last.section = section;
        }
    }

    /// Adds the sections and blocks of a text that was put at byte `at`, below `parent`.
    #[cfg_attr(
        not(any(feature = "epub", feature = "email")),
        expect(dead_code, reason = "for books and messages")
    )]
    pub(crate) fn append(&mut self, other: &Self, at: usize, parent: SectionId) {
        let mut ids = vec![parent];
        for section in other.sections.iter().skip(1) {
            let above = ids.get(section.parent as usize).copied().unwrap_or(parent);
            ids.push(self.section(above, &section.heading));
        }
        for block in &other.blocks {
            let section = ids.get(block.section as usize).copied().unwrap_or(parent);
            self.block(at + block.start, section, block.level, block.kind);
        }
    }

    /// Heading and parent of each section but the first, which is the whole text.
    #[cfg(feature = "transport")]
    pub(crate) fn sections(&self) -> impl Iterator<Item = (&str, SectionId)> {
        self.sections.iter().skip(1).map(|section| (section.heading.as_str(), section.parent))
    }

    pub(crate) fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// Headings above and of a section, outermost first.
    pub(crate) fn headings(&self, section: SectionId) -> Vec<String> {
        let mut headings = Vec::new();
        let mut at = section;
        while at != 0
            && let Some(section) = self.sections.get(at as usize)
        {
            headings.push(section.heading.clone());
            at = section.parent;
        }
        headings.reverse();
        headings
    }

    /// Deepest section that holds both.
    pub(crate) fn common_section(&self, mut a: SectionId, mut b: SectionId) -> SectionId {
        while a != b {
            if self.depth(a) >= self.depth(b) {
                a = self.parent(a);
            } else {
                b = self.parent(b);
            }
        }
        a
    }

    fn depth(&self, section: SectionId) -> u32 {
        self.sections.get(section as usize).map_or(0, |section| section.depth)
    }

    fn parent(&self, section: SectionId) -> SectionId {
        self.sections.get(section as usize).map_or(0, |section| section.parent)
    }
}

impl Default for Outline {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Outline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outline")
            .field("sections", &self.sections.len())
            .field("blocks", &self.blocks.len())
            .finish()
    }
}

/// Folds white space and cuts at [`MAX_HEADING_BYTES`], with an ellipsis behind; what was folded stays as it is.
pub(crate) fn fold_heading(heading: &str) -> String {
    // An ellipsis does not count, so that one that was put behind a cut heading is not cut off by the next folding.
    let body = heading.strip_suffix('…').filter(|body| !body.ends_with(char::is_whitespace));
    let (mut folded, is_cut) = fold_words(body.unwrap_or(heading));
    if is_cut || body.is_some() {
        folded.push('…');
    }
    folded
}

/// The words that fit, at least a part of the first one, and whether others did not.
fn fold_words(heading: &str) -> (String, bool) {
    let mut folded = String::new();
    for word in heading.split_whitespace() {
        if folded.len() + word.len() >= MAX_HEADING_BYTES {
            if folded.is_empty() {
                folded.push_str(&word[..word.floor_char_boundary(MAX_HEADING_BYTES)]);
            }
            return (folded, true);
        }
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    (folded, false)
}

/// Start of the line that holds `at`, where only blanks are between; else `at` itself.
pub(crate) fn line_start(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    let trimmed = before.trim_end_matches([' ', '\t']);
    if trimmed.is_empty() || trimmed.ends_with('\n') { trimmed.len() } else { at }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn common_section_is_the_deepest_shared_one() {
        let mut outline = Outline::new();
        let book = outline.section(0, "Book");
        let one = outline.section(book, "One");
        let deep = outline.section(one, "Deep");
        let two = outline.section(book, "Two");
        assert_eq!(outline.common_section(deep, two), book);
        assert_eq!(outline.common_section(deep, one), one);
        assert_eq!(outline.common_section(deep, 0), 0);
        assert_eq!(outline.headings(deep), ["Book", "One", "Deep"]);
    }

    #[test]
    fn heading_is_folded_and_cut_at_a_character() {
        assert_eq!(fold_heading("  a \n\t b "), "a b");
        let long = fold_heading(&"é".repeat(4000));
        assert!(long.len() <= MAX_HEADING_BYTES + '…'.len_utf8());
    }

    #[test]
    fn what_was_folded_stays_as_it_is() {
        let long = "word ".repeat(100);
        let cases = [
            "",
            "a b",
            "to be …",
            "so…",
            "……",
            " …",
            &long,
            &"é".repeat(4000),
            &format!("{}… b", &long[..237]),
        ];
        for heading in cases {
            let folded = fold_heading(heading);
            assert_eq!(fold_heading(&folded), folded, "{heading}");
        }
        assert_eq!(fold_heading("to  be …"), "to be …");
        assert_eq!(fold_heading(&long), format!("{}…", long[..240].trim_end()));
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(heading in "([a-z…é \\n]{1,9} ?){0,60}") {
            let folded = fold_heading(&heading);
            prop_assert!(folded.len() <= MAX_HEADING_BYTES + '…'.len_utf8());
            prop_assert_eq!(fold_heading(&folded), folded);
        }
    }

    #[test]
    fn line_start_does_not_pass_text() {
        assert_eq!(line_start("a\n  b", 4), 2);
        assert_eq!(line_start("a b", 2), 2);
        assert_eq!(line_start("  b", 2), 0);
    }
}
