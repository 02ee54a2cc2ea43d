//! The outline of AsciiDoc: sections by headings, blocks by paragraphs, lists, and delimited blocks.

use super::Outline;
use super::chapters::{Chapters, list_mark};
use super::line::{Line, lines, run_of};

/// Most signs before a heading.
const MAX_LEVEL: usize = 6;

/// How much longer or shorter the line below a heading may be.
const UNDERLINE_TOLERANCE: usize = 1;

/// Signs below the headings of the five levels, in the old manner of writing them.
const UNDERLINES: [char; 5] = ['=', '-', '~', '^', '+'];

/// The outline, and the title: that of the document, else its first heading.
pub(crate) fn outline(text: &str) -> (Outline, Option<String>) {
    let mut reader = Reader { chapters: Chapters::new(), verbatim: None, pending: None, is_open: false };
    let mut lines = lines(text).peekable();
    while let Some(line) = lines.next() {
        let underline = lines.peek().filter(|next| !line.is_blank() && !next.is_blank()).copied();
        if reader.read(line, underline) {
            lines.next();
        }
    }
    reader.chapters.finish(None)
}

struct Reader<'t> {
    chapters: Chapters,
    /// Delimiter that ends the block whose content is not read.
    verbatim: Option<&'t str>,
    /// Start of a block's title or attributes, which belong to what follows.
    pending: Option<usize>,
    /// Whether the line before belongs to a paragraph or an item that goes on.
    is_open: bool,
}

impl<'t> Reader<'t> {
    /// Reads a line; `true` where the next one, given as `underline`, was read with it.
    fn read(&mut self, line: Line<'t>, underline: Option<Line<'t>>) -> bool {
        let content = line.text.trim_end();
        if let Some(delimiter) = self.verbatim {
            if content == delimiter {
                self.verbatim = None;
                self.is_open = false;
            }
            return false;
        }
        if content.is_empty() {
            self.is_open = false;
        } else if is_verbatim(content) {
            let start = self.start(line);
            self.chapters.lines(start, 0);
            self.verbatim = Some(content);
        } else if is_container(content) {
            let start = self.start(line);
            self.chapters.text(start, 0);
            self.is_open = false;
        } else if let Some((level, heading)) = heading(content) {
            let start = self.start(line);
            self.chapters.heading(start, level, heading);
            self.is_open = false;
        } else if let Some(level) = underline.and_then(|underline| underlined(content, underline.text)) {
            let start = self.start(line);
            self.chapters.heading(start, level, content);
            self.is_open = false;
            return true;
        } else {
            self.read_prose(line, content);
        }
        false
    }

    fn read_prose(&mut self, line: Line<'t>, content: &str) {
        if !self.is_open && (is_attributes(content) || is_block_title(content)) {
            self.pending.get_or_insert(line.start);
            return;
        }
        if let Some(depth) = item_depth(line) {
            let start = self.start(line);
            self.chapters.text(start, depth);
        } else if !self.is_open {
            let start = self.start(line);
            self.chapters.text(start, 0);
        }
        self.is_open = true;
    }

    /// Where a block begins that this line opens: at its title or its attributes, where it has some.
    fn start(&mut self, line: Line<'_>) -> usize {
        self.pending.take().unwrap_or(line.start)
    }
}

/// Listings, literals, passthroughs, comments, fences and tables: what is in them is not read.
fn is_verbatim(content: &str) -> bool {
    let is_table =
        content.len() == 4 && content.starts_with(['|', ',', ':', '!']) && content.ends_with("===");
    is_table
        || content.starts_with("```")
        || run_of(content).is_some_and(|(sign, count)| count >= 4 && matches!(sign, '-' | '.' | '+' | '/'))
}

/// Examples, sidebars, quotes and open blocks: what is in them is read as if it stood alone.
fn is_container(content: &str) -> bool {
    content == "--"
        || run_of(content).is_some_and(|(sign, count)| count >= 4 && matches!(sign, '=' | '*' | '_'))
}

fn is_attributes(content: &str) -> bool {
    content.starts_with('[') && content.ends_with(']')
}

/// A line such as `.Title of the block`; an item of a numbered list has a space behind the dot.
fn is_block_title(content: &str) -> bool {
    content.strip_prefix('.').is_some_and(|title| !title.starts_with(['.', ' ', '\t']) && !title.is_empty())
}

/// Level and text of a heading such as `== Section`.
fn heading(content: &str) -> Option<(usize, &str)> {
    let sign = content.chars().next().filter(|sign| matches!(sign, '=' | '#'))?;
    let heading = content.trim_start_matches(sign);
    let level = content.len() - heading.len();
    let heading = heading.strip_prefix(' ')?.trim();
    let heading = heading.trim_end_matches(sign).trim_end();
    (level <= MAX_LEVEL && !heading.is_empty()).then_some((level, heading))
}

/// Level of a heading that has a line of signs below it, about as long as itself.
fn underlined(content: &str, underline: &str) -> Option<usize> {
    let (sign, count) = run_of(underline)?;
    let level = 1 + UNDERLINES.iter().position(|known| *known == sign)?;
    let is_heading = content.starts_with(char::is_alphanumeric) && content.chars().count() >= 2;
    let difference = content.chars().count().abs_diff(count);
    (is_heading && difference <= UNDERLINE_TOLERANCE).then_some(level)
}

/// Depth of a list's item: the number of its marks, or its indentation.
fn item_depth(line: Line<'_>) -> Option<usize> {
    let content = line.content();
    let dots = content.len() - content.trim_start_matches('.').len();
    if (1..=5).contains(&dots) && content.get(dots..).is_some_and(|rest| rest.starts_with(' ')) {
        return Some(dots);
    }
    let is_term = content.ends_with("::") || content.contains(":: ");
    let stars = content.len() - content.trim_start_matches('*').len();
    (is_term || list_mark(content).is_some()).then(|| stars.max(1 + line.indentation() / 2))
}
