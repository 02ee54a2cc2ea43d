//! Writing the text of a document, its outline and its pages at once, within the limit for text.

use crate::document::Source;
use crate::extract::{ExtractError, Extracted, Pages, Properties};
use crate::format::Format;
use crate::outline::{BlockKind, Outline, SectionId, fold_heading};

/// Deepest heading that is written as one.
const MAX_HEADING: u8 = 9;
/// Level of a paragraph; the levels of headings are above it.
const PARAGRAPH_LEVEL: u8 = MAX_HEADING;
/// Deepest list that is indented further.
const MAX_LIST_DEPTH: u8 = 8;
/// Level of the rows after the first, which are below everything else.
const ROW_LEVEL: u8 = PARAGRAPH_LEVEL + MAX_LIST_DEPTH + 2;
/// Markdown has six levels of headings.
const MAX_MARKS: usize = 6;

/// What was written last, which decides on the blank line before the next block.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Item,
    Row,
    Other,
}

pub(super) struct Writer {
    format: Format,
    max_text_bytes: usize,
    max_pages: usize,
    text: String,
    outline: Outline,
    /// Open sections with their heading level, outermost first.
    open: Vec<(u8, SectionId)>,
    first_heading: Option<String>,
    pages: Vec<usize>,
    last: Last,
}

impl Writer {
    pub(super) fn new(source: Source<'_>) -> Self {
        Self {
            format: source.format,
            max_text_bytes: source.limits.max_text_bytes,
            max_pages: source.limits.max_pages,
            text: String::new(),
            outline: Outline::new(),
            open: Vec::new(),
            first_heading: None,
            pages: Vec::new(),
            last: Last::Other,
        }
    }

    /// The document; without a title of its own it has that of its first heading.
    pub(super) fn finish(self, title: Option<String>, properties: Properties) -> Extracted {
        let title = title.map(|title| fold_heading(&title)).filter(|title| !title.is_empty());
        // The headings of a workbook are the names of its sheets.
        let is_workbook = matches!(self.format, Format::Xlsx | Format::Xlsb | Format::Xls | Format::Ods);
        let first_heading = self.first_heading.filter(|_| !is_workbook);
        Extracted {
            text: self.text,
            is_verbatim: false,
            format: self.format,
            title: title.or(first_heading),
            outline: self.outline,
            pages: Pages::new(self.pages),
            properties,
        }
    }

    /// Begins a page or slide.
    pub(super) fn page(&mut self) -> Result<(), ExtractError> {
        if self.pages.len() >= self.max_pages {
            return Err(ExtractError::TooMany { parts: "pages", limit: self.max_pages });
        }
        self.separate(Last::Other)?;
        self.pages.push(self.text.len());
        Ok(())
    }

    /// Ends all sections, so that what follows stands beside them.
    pub(super) fn close_sections(&mut self) {
        self.open.clear();
    }

    /// Opens a section; `level` counts from 1.
    pub(super) fn heading(&mut self, level: u8, heading: &str) -> Result<(), ExtractError> {
        let heading = fold(heading).replace('\n', " ");
        if heading.is_empty() {
            return Ok(());
        }
        let level = level.clamp(1, MAX_HEADING);
        self.separate(Last::Other)?;
        self.open_section(level, &heading);
        self.outline.block(self.text.len(), self.section(), level - 1, BlockKind::Heading);
        let marks = usize::from(level).min(MAX_MARKS);
        self.push(&"#".repeat(marks))?;
        self.push(" ")?;
        self.push(&heading)?;
        self.push("\n")?;
        self.first_heading.get_or_insert_with(|| fold_heading(&heading));
        Ok(())
    }

    /// Opens a section that has no line of its own.
    pub(super) fn open_section(&mut self, level: u8, heading: &str) {
        while self.open.last().is_some_and(|(open, _)| *open >= level) {
            self.open.pop();
        }
        let section = self.outline.section(self.section(), heading);
        self.open.push((level, section));
    }

    /// Writes a paragraph; line breaks in it are kept.
    pub(super) fn paragraph(&mut self, text: &str) -> Result<(), ExtractError> {
        self.block(PARAGRAPH_LEVEL, BlockKind::Text, Last::Other, &fold(text))
    }

    /// Writes an item of a list; `depth` counts from 0.
    pub(super) fn item(&mut self, depth: u8, marker: &str, text: &str) -> Result<(), ExtractError> {
        let text = fold(text);
        if text.is_empty() {
            return Ok(());
        }
        let depth = depth.min(MAX_LIST_DEPTH - 1);
        let indent = "  ".repeat(usize::from(depth));
        let item = format!("{indent}{marker} {}", text.replace('\n', &format!("\n{indent}  ")));
        self.block(PARAGRAPH_LEVEL + 1 + depth, BlockKind::Text, Last::Item, &item)
    }

    /// Writes a table, which stays whole where it fits; rows without any text are left out.
    pub(super) fn table(&mut self, rows: &[Vec<String>]) -> Result<(), ExtractError> {
        self.end_table();
        for row in rows {
            self.row(row)?;
        }
        self.end_table();
        Ok(())
    }

    /// Writes a row of the table that the rows before it began.
    pub(super) fn row(&mut self, cells: &[String]) -> Result<(), ExtractError> {
        let used = cells.iter().rposition(|cell| !cell.trim().is_empty()).map_or(0, |at| at + 1);
        let cells = cells.get(..used).unwrap_or_default();
        if cells.is_empty() {
            return Ok(());
        }
        let level = if self.last == Last::Row { ROW_LEVEL } else { PARAGRAPH_LEVEL };
        let mut line = String::from("|");
        for cell in cells {
            let cell = fold(cell).replace('\n', " ");
            line.push(' ');
            line.push_str(&cell);
            line.push_str(if cell.is_empty() { "|" } else { " |" });
        }
        self.block(level, BlockKind::Lines, Last::Row, &line)
    }

    pub(super) fn end_table(&mut self) {
        self.last = Last::Other;
    }

    /// Writes a text with an outline of its own below the open section.
    #[cfg(any(feature = "epub", feature = "email"))]
    pub(super) fn append(&mut self, text: &str, outline: &Outline) -> Result<(), ExtractError> {
        if text.trim().is_empty() {
            return Ok(());
        }
        self.separate(Last::Other)?;
        let at = self.text.len();
        self.outline.block(at, self.section(), PARAGRAPH_LEVEL, BlockKind::Text);
        self.outline.append(outline, at, self.section());
        self.push(text.trim_end())?;
        self.push("\n")
    }

    fn block(&mut self, level: u8, kind: BlockKind, last: Last, text: &str) -> Result<(), ExtractError> {
        if text.is_empty() {
            return Ok(());
        }
        self.separate(last)?;
        self.outline.block(self.text.len(), self.section(), level, kind);
        self.push(text)?;
        self.push("\n")
    }

    /// Puts a blank line before a block, unless it goes on with a list or a table.
    fn separate(&mut self, next: Last) -> Result<(), ExtractError> {
        let goes_on = next == self.last && next != Last::Other;
        self.last = next;
        if goes_on || self.text.is_empty() || self.text.ends_with("\n\n") { Ok(()) } else { self.push("\n") }
    }

    fn push(&mut self, text: &str) -> Result<(), ExtractError> {
        if self.text.len() + text.len() > self.max_text_bytes {
            return Err(ExtractError::TooMuchText { limit: self.max_text_bytes });
        }
        self.text.push_str(text);
        Ok(())
    }

    fn section(&self) -> SectionId {
        self.open.last().map_or(0, |(_, section)| *section)
    }
}

/// Folds white space within lines, and leaves out empty lines.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for line in text.lines() {
        let mut words = line.split_whitespace().peekable();
        if words.peek().is_some() && !folded.is_empty() {
            folded.push('\n');
        }
        while let Some(word) = words.next() {
            folded.push_str(word);
            if words.peek().is_some() {
                folded.push(' ');
            }
        }
    }
    folded.retain(|c| !matches!(c, '\u{ad}' | '\u{200b}' | '\u{feff}' | '\0'));
    folded
}
