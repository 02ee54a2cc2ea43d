//! Writing text and outline of a page at once.

use crate::outline::{BlockKind, Outline, Page, SectionId, fold_heading};

/// Level of a paragraph; the six heading levels are above it.
const PARAGRAPH_LEVEL: u8 = 6;

/// Deepest list that is indented further.
const MAX_LIST_DEPTH: usize = 8;

/// Where a run of text goes.
enum Title {
    Unseen,
    Open(String),
    Seen(String),
}

pub(super) struct PageWriter {
    text: String,
    outline: Outline,
    title: Title,
    first_heading: Option<String>,
    /// Open sections with their heading level, outermost first.
    open: Vec<(u8, SectionId)>,
    /// Level and start of the heading that is being written.
    heading: Option<(u8, usize)>,
    lists: usize,
    is_preformatted: bool,
    /// Whether white space was passed over that separates words.
    has_gap: bool,
    /// What to write before the next word of a new line.
    line_prefix: String,
    is_in_row: bool,
}

impl PageWriter {
    pub(super) fn new() -> Self {
        Self {
            text: String::new(),
            outline: Outline::new(),
            title: Title::Unseen,
            first_heading: None,
            open: Vec::new(),
            heading: None,
            lists: 0,
            is_preformatted: false,
            has_gap: false,
            line_prefix: String::new(),
            is_in_row: false,
        }
    }

    pub(super) fn finish(mut self) -> Page {
        self.end_preformatted();
        self.end_block();
        let title = match self.title {
            Title::Open(title) | Title::Seen(title) => {
                Some(fold_heading(&title)).filter(|title| !title.is_empty())
            }
            Title::Unseen => None,
        };
        let text = self.text;
        Page { text, title: title.or(self.first_heading), outline: self.outline }
    }

    /// Begins the title of the page; `false` where it has one already.
    pub(super) fn starts_title(&mut self) -> bool {
        let is_first = matches!(self.title, Title::Unseen);
        if is_first {
            self.title = Title::Open(String::new());
        }
        is_first
    }

    /// Ends the title; `false` where none was open.
    pub(super) fn ends_title(&mut self) -> bool {
        match std::mem::replace(&mut self.title, Title::Unseen) {
            Title::Open(title) => {
                self.title = Title::Seen(title);
                true
            }
            other => {
                self.title = other;
                false
            }
        }
    }

    pub(super) fn is_in_title(&self) -> bool {
        matches!(self.title, Title::Open(_))
    }

    pub(super) fn text(&mut self, text: &str) {
        if let Title::Open(title) = &mut self.title {
            title.push_str(text);
        } else if self.is_preformatted {
            self.preformatted(text);
        } else {
            self.flowing(text);
        }
    }

    fn flowing(&mut self, text: &str) {
        let is_gap = |c: char| c.is_whitespace() && c != '\u{a0}';
        self.has_gap |= text.starts_with(is_gap);
        let mut is_first = true;
        for word in text.split(is_gap).filter(|word| !word.is_empty()) {
            self.has_gap |= !is_first;
            is_first = false;
            self.start_word();
            self.text.push_str(word);
        }
        self.has_gap |= text.ends_with(is_gap);
    }

    fn preformatted(&mut self, text: &str) {
        let text = if self.at_line_start() { text.strip_prefix('\n').unwrap_or(text) } else { text };
        self.text.push_str(text);
    }

    /// Writes what belongs before a word: a block's beginning, a line's prefix, or a space.
    fn start_word(&mut self) {
        if self.at_line_start() {
            if self.at_block_start() || !self.line_prefix.is_empty() {
                self.start_block();
            }
            let prefix = std::mem::take(&mut self.line_prefix);
            self.text.push_str(&prefix);
        } else if self.has_gap {
            self.text.push(' ');
        }
        self.has_gap = false;
    }

    fn start_block(&mut self) {
        if self.heading.is_none() {
            let depth = u8::try_from(self.lists.min(MAX_LIST_DEPTH)).unwrap_or(0);
            let kind =
                if self.is_in_row || self.is_preformatted { BlockKind::Lines } else { BlockKind::Text };
            self.outline.block(self.text.len(), self.section(), PARAGRAPH_LEVEL + depth, kind);
        }
    }

    fn section(&self) -> SectionId {
        self.open.last().map_or(0, |(_, section)| *section)
    }

    fn at_line_start(&self) -> bool {
        self.text.is_empty() || self.text.ends_with('\n')
    }

    fn at_block_start(&self) -> bool {
        self.text.is_empty() || self.text.ends_with("\n\n")
    }

    /// Separates words without ending the line.
    pub(super) fn gap(&mut self) {
        self.has_gap = true;
    }

    pub(super) fn line_break(&mut self) {
        if self.is_preformatted {
            self.text.push('\n');
        } else if self.heading.is_some() || self.is_in_row {
            self.gap();
        } else {
            self.end_line();
        }
    }

    pub(super) fn end_line(&mut self) {
        if !self.is_preformatted {
            if self.is_in_row && !self.at_line_start() {
                self.text.push_str(" |");
            }
            self.is_in_row = false;
            self.new_line();
            self.line_prefix.clear();
        }
    }

    fn new_line(&mut self) {
        if !self.at_line_start() {
            self.text.push('\n');
        }
        self.has_gap = false;
    }

    pub(super) fn end_block(&mut self) {
        if self.is_preformatted || self.is_in_row {
            self.gap();
            return;
        }
        self.end_heading();
        self.new_line();
        // Items and rows follow one another without a blank line.
        if self.lists == 0 && !self.at_block_start() {
            self.text.push('\n');
        }
    }

    pub(super) fn start_heading(&mut self, level: u8) {
        self.is_in_row = false;
        self.end_preformatted();
        self.lists = 0;
        self.end_block();
        self.heading = Some((level, self.text.len()));
        self.line_prefix = format!("{} ", "#".repeat(usize::from(level)));
    }

    fn end_heading(&mut self) {
        let Some((level, start)) = self.heading.take() else {
            return;
        };
        let written = self.text.get(start..).unwrap_or_default();
        let heading = fold_heading(written.trim_start_matches('#'));
        if heading.is_empty() {
            self.line_prefix.clear();
            return;
        }
        while self.open.last().is_some_and(|(open, _)| *open >= level) {
            self.open.pop();
        }
        let section = self.outline.section(self.section(), &heading);
        self.open.push((level, section));
        self.outline.block(start, section, level - 1, BlockKind::Heading);
        self.first_heading.get_or_insert(heading);
    }

    pub(super) fn start_list(&mut self) {
        self.end_heading();
        if self.lists == 0 {
            self.end_block();
        } else {
            self.end_line();
        }
        self.lists += 1;
    }

    pub(super) fn end_list(&mut self) {
        self.end_line();
        self.lists = self.lists.saturating_sub(1);
        self.end_block();
    }

    pub(super) fn start_item(&mut self) {
        self.end_line();
        let depth = self.lists.clamp(1, MAX_LIST_DEPTH) - 1;
        self.line_prefix = format!("{}- ", "  ".repeat(depth));
    }

    pub(super) fn start_row(&mut self) {
        self.end_heading();
        self.end_line();
        self.is_in_row = true;
    }

    /// Ends a group of rows, whether or not its last row was closed.
    pub(super) fn end_rows(&mut self) {
        self.end_line();
        self.end_block();
    }

    pub(super) fn start_cell(&mut self) {
        if !self.is_in_row {
            return self.gap();
        }
        self.has_gap = true;
        if self.at_line_start() {
            self.line_prefix.push_str("| ");
        } else {
            self.text.push_str(" |");
        }
    }

    pub(super) fn start_preformatted(&mut self) {
        if self.is_preformatted {
            return;
        }
        self.is_in_row = false;
        self.end_block();
        self.is_preformatted = true;
        self.start_block();
        self.text.push_str("```\n");
    }

    pub(super) fn end_preformatted(&mut self) {
        if self.is_preformatted {
            self.is_preformatted = false;
            self.new_line();
            self.text.push_str("```\n");
            self.end_block();
        }
    }
}
