//! The outline of reStructuredText: sections by adorned titles, blocks by paragraphs, lists, directives and tables.

use super::Outline;
use super::chapters::{Chapters, list_mark};
use super::line::{Line, lines, run_of};

/// Adornments that are told apart; deeper titles share the last level.
const MAX_ADORNMENTS: usize = 6;

/// Shortest border of a simple table.
const MIN_BORDER: usize = 5;

/// Directives whose content is code, data or a table rather than prose.
const LINES: [&str; 13] = [
    "code",
    "code-block",
    "csv-table",
    "figure",
    "highlight",
    "image",
    "include",
    "list-table",
    "literalinclude",
    "math",
    "parsed-literal",
    "sourcecode",
    "toctree",
];

/// The outline, and the title: the first heading.
pub(crate) fn outline(text: &str) -> (Outline, Option<String>) {
    let mut reader =
        Reader { chapters: Chapters::new(), adornments: Vec::new(), content: None, before: Before::Blank };
    let mut lines = lines(text);
    let mut ahead = [lines.next(), lines.next(), lines.next()];
    while let [Some(line), next, after] = ahead {
        let read = reader.read_title(line, next, after).unwrap_or_else(|| {
            reader.read(line);
            1
        });
        for _ in 0..read {
            let [_, next, after] = ahead;
            ahead = [next, after, lines.next()];
        }
    }
    reader.chapters.finish(None)
}

/// What stands above a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Blank,
    Text,
    Table,
}

struct Reader {
    chapters: Chapters,
    /// Signs of titles, and whether they are also above, in the order in which they were met.
    adornments: Vec<(char, bool)>,
    /// Indentation of the directive or of the paragraph before `::` whose content is not read.
    content: Option<usize>,
    before: Before,
}

impl Reader {
    fn may_begin_title(&self, line: Line<'_>) -> bool {
        self.before != Before::Table
            && !line.is_blank()
            && (self.content.is_none() || line.indentation() == 0)
    }

    /// Reads a title with its adornment, and says how many lines they are.
    fn read_title(
        &mut self,
        line: Line<'_>,
        next: Option<Line<'_>>,
        after: Option<Line<'_>>,
    ) -> Option<usize> {
        if !self.may_begin_title(line) {
            return None;
        }
        let next = next?;
        if after.is_some_and(|after| is_overlined(line, next, after)) {
            self.title(line.start, (sign(line), true), next);
            return Some(3);
        }
        is_underlined(line, next).then(|| {
            self.title(line.start, (sign(next), false), line);
            2
        })
    }

    fn title(&mut self, start: usize, adornment: (char, bool), title: Line<'_>) {
        let known = self.adornments.iter().position(|known| *known == adornment);
        let level = known.unwrap_or_else(|| {
            if self.adornments.len() < MAX_ADORNMENTS {
                self.adornments.push(adornment);
            }
            self.adornments.len().saturating_sub(1)
        });
        self.chapters.heading(start, level + 1, title.content());
        self.content = None;
        self.before = Before::Blank;
    }

    fn read(&mut self, line: Line<'_>) {
        if line.is_blank() {
            self.before = Before::Blank;
            return;
        }
        let indentation = line.indentation();
        if let Some(outside) = self.content {
            if indentation > outside {
                self.read_content(line);
                return;
            }
            self.content = None;
        }
        let content = line.content();
        if let Some(directive) = content.strip_prefix(".. ") {
            self.read_directive(line, directive);
        } else if is_table(content) {
            if self.before != Before::Table {
                self.chapters.lines(line.start, 0);
            }
            self.before = Before::Table;
        } else if self.before != Before::Table {
            // Rows of a simple table go on to its last border or to a blank line.
            self.read_prose(line, content);
        }
    }

    fn read_directive(&mut self, line: Line<'_>, directive: &str) {
        let name = directive.split_once("::").map(|(name, _)| name.trim());
        let is_lines = name.is_none_or(|name| LINES.contains(&name) || name.starts_with('|'));
        if is_lines {
            self.chapters.lines(line.start, 0);
            self.content = Some(line.indentation());
        } else {
            self.chapters.text(line.start, 0);
        }
        self.before = Before::Text;
    }

    fn read_prose(&mut self, line: Line<'_>, content: &str) {
        let depth = line.indentation().div_ceil(2);
        if list_mark(content).is_some() {
            self.chapters.text(line.start, 1 + depth);
        } else if self.before == Before::Blank {
            self.chapters.text(line.start, depth);
        }
        if content.ends_with("::") {
            self.content = Some(line.indentation());
        }
        self.before = Before::Text;
    }

    /// What is inside a directive or a literal: parts that are weaker than the directive itself.
    fn read_content(&mut self, line: Line<'_>) {
        if self.before == Before::Blank {
            self.chapters.lines(line.start, 1);
        }
        self.before = Before::Text;
    }
}

fn sign(line: Line<'_>) -> char {
    line.text.chars().next().unwrap_or('=')
}

/// Whether the line below a title is a run of signs that is at least as long.
fn is_underlined(title: Line<'_>, underline: Line<'_>) -> bool {
    let text = title.text.trim_end();
    title.indentation() == 0
        && run_of(title.text).is_none()
        && run_of(underline.text).is_some_and(|(_, count)| count >= 2 && count >= text.chars().count())
}

fn is_overlined(overline: Line<'_>, title: Line<'_>, underline: Line<'_>) -> bool {
    let Some((_, count)) = run_of(overline.text) else { return false };
    overline.text.trim_end() == underline.text.trim_end()
        && !title.is_blank()
        && run_of(title.content()).is_none()
        && count >= title.content().chars().count()
        && count >= 2
}

/// A border of a grid or of a simple table, or a row of a grid.
fn is_table(content: &str) -> bool {
    let is_border = |signs: &[char]| content.chars().all(|c| signs.contains(&c));
    let is_grid = content.starts_with('+') && content.len() > 2 && is_border(&['+', '-', '=']);
    let is_simple = content.len() >= MIN_BORDER && content.contains(' ') && is_border(&['=', ' ']);
    is_grid || is_simple || (content.starts_with("| ") && content.ends_with('|'))
}
