//! The outline of Org mode: sections by headlines, blocks by paragraphs, lists, tables and `#+begin` blocks.

use super::Outline;
use super::chapters::{Chapters, list_mark};
use super::line::{Line, lines};

/// States of a task, which are no part of its headline; the first is spelled in pieces, or it would mark a task here.
const STATES: [&str; 6] = [concat!("TO", "DO"), "DONE", "NEXT", "WAITING", "CANCELLED", "STARTED"];

/// The outline, and the title: of the keyword, else the first headline.
pub(crate) fn outline(text: &str) -> (Outline, Option<String>) {
    let mut reader =
        Reader { chapters: Chapters::new(), title: None, ends_with: None, before: Before::Nothing };
    for line in lines(text) {
        reader.read(line);
    }
    reader.chapters.finish(reader.title)
}

/// What the line before was part of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    Text,
    Table,
    Keywords,
}

struct Reader {
    chapters: Chapters,
    title: Option<String>,
    /// Line, in lower case, that ends the block or drawer whose content is not read.
    ends_with: Option<String>,
    before: Before,
}

impl Reader {
    fn read(&mut self, line: Line<'_>) {
        let content = line.content();
        // A headline ends whatever was left open: inside blocks it would be written with a comma.
        if let Some(end) = &self.ends_with
            && headline(line.text).is_none()
        {
            if content.eq_ignore_ascii_case(end) {
                self.ends_with = None;
                self.before = Before::Nothing;
            }
            return;
        }
        self.ends_with = None;
        if content.is_empty() {
            self.before = Before::Nothing;
        } else if let Some((level, heading)) = headline(line.text) {
            self.chapters.heading(line.start, level, heading);
            self.before = Before::Nothing;
        } else if let Some(end) = block_end(content) {
            if self.before != Before::Keywords {
                self.chapters.lines(line.start, 0);
            }
            self.ends_with = Some(end);
        } else if let Some(keyword) = content.strip_prefix("#+") {
            self.read_keyword(line, keyword);
        } else if content.starts_with('|') {
            if !matches!(self.before, Before::Table | Before::Keywords) {
                self.chapters.lines(line.start, 0);
            }
            self.before = Before::Table;
        } else {
            self.read_prose(line, content);
        }
    }

    /// Keywords such as captions stand before what they belong to.
    fn read_keyword(&mut self, line: Line<'_>, keyword: &str) {
        if let Some((name, value)) = keyword.split_once(':')
            && name.eq_ignore_ascii_case("title")
            && self.title.is_none()
        {
            self.title = Some(value.trim().to_owned());
        }
        if self.before != Before::Keywords {
            self.chapters.lines(line.start, 0);
        }
        self.before = Before::Keywords;
    }

    fn read_prose(&mut self, line: Line<'_>, content: &str) {
        if list_mark(content).is_some() {
            self.chapters.text(line.start, 1 + line.indentation() / 2);
        } else if self.before != Before::Text {
            self.chapters.text(line.start, 0);
        }
        self.before = Before::Text;
    }
}

/// Level and text of a headline, without its state, its priority and its tags.
fn headline(text: &str) -> Option<(usize, &str)> {
    let rest = text.trim_start_matches('*');
    let level = text.len() - rest.len();
    if level == 0 || !rest.starts_with(' ') {
        return None;
    }
    let mut heading = rest.trim();
    if let Some((state, task)) = heading.split_once(' ')
        && STATES.contains(&state)
    {
        heading = task.trim_start();
    }
    if let Some(rest) = heading.strip_prefix("[#").and_then(|rest| rest.split_once("] ")) {
        heading = rest.1;
    }
    if let Some((before, tags)) = heading.rsplit_once(' ')
        && tags.len() > 2
        && tags.starts_with(':')
        && tags.ends_with(':')
    {
        heading = before.trim_end();
    }
    Some((level, heading))
}

/// The line that ends what this line begins, where that is a block or a drawer.
fn block_end(content: &str) -> Option<String> {
    let lower = content.to_ascii_lowercase();
    if let Some(name) = lower.strip_prefix("#+begin_") {
        return Some(format!("#+end_{}", name.split_whitespace().next().unwrap_or_default()));
    }
    let drawer = lower.strip_prefix(':')?.strip_suffix(':')?;
    let is_drawer =
        !drawer.is_empty() && drawer.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (is_drawer && drawer != "end").then(|| ":end:".to_owned())
}
