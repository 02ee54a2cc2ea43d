//! The outline of LaTeX: sections by their commands, blocks by paragraphs, items and environments.

use super::Outline;
use super::chapters::Chapters;
use super::line::{Line, lines};

/// Commands that begin a section, and their level.
const SECTIONS: [(&str, usize); 7] = [
    ("\\part", 1),
    ("\\chapter", 2),
    ("\\section", 3),
    ("\\subsection", 4),
    ("\\subsubsection", 5),
    ("\\paragraph", 6),
    ("\\subparagraph", 6),
];

/// Environments that are kept whole where they fit, and in which blank lines separate nothing.
const WHOLE: [&str; 20] = [
    "Verbatim",
    "algorithm",
    "align",
    "array",
    "comment",
    "displaymath",
    "equation",
    "eqnarray",
    "figure",
    "filecontents",
    "gather",
    "longtable",
    "lstlisting",
    "minted",
    "multline",
    "table",
    "tabular",
    "tabularx",
    "tikzpicture",
    "verbatim",
];

/// Longest argument that is read, such as a title over several lines.
const MAX_ARGUMENT_BYTES: usize = 1024;

/// Braces within braces that an argument may have; with this, arguments that never end cost little.
const MAX_BRACES: usize = 8;

/// The outline, and the title: that of the document, else its first section.
pub(crate) fn outline(text: &str) -> (Outline, Option<String>) {
    let has_preamble = lines(text).any(|line| line.content().starts_with("\\begin{document}"));
    let mut reader = Reader {
        text,
        chapters: Chapters::new(),
        title: None,
        in_preamble: has_preamble,
        whole: None,
        is_open: false,
        depth: 0,
    };
    for line in lines(text) {
        reader.read(line);
    }
    reader.chapters.finish(reader.title)
}

struct Reader<'t> {
    text: &'t str,
    chapters: Chapters,
    title: Option<String>,
    in_preamble: bool,
    /// Name of the environment that is kept whole.
    whole: Option<&'t str>,
    /// Whether the line before belongs to a paragraph that goes on.
    is_open: bool,
    /// Lists around the line.
    depth: usize,
}

impl<'t> Reader<'t> {
    fn read(&mut self, line: Line<'t>) {
        let content = line.content();
        if let Some(name) = self.whole {
            if environment(content, "\\end{").is_some_and(|ended| ended == name)
                || content.ends_with(&format!("\\end{{{name}}}"))
            {
                self.whole = None;
                self.is_open = false;
            }
            return;
        }
        if content.is_empty() {
            self.is_open = false;
        } else if content.starts_with('%') {
            self.start(line);
        } else if self.in_preamble {
            self.read_preamble(line, content);
        } else if let Some((level, heading)) = self.heading(line, content) {
            self.chapters.heading(line.start, level, &heading);
            self.is_open = false;
            self.depth = 0;
        } else {
            self.read_body(line, content);
        }
    }

    fn read_preamble(&mut self, line: Line<'t>, content: &'t str) {
        self.read_title(line, content);
        if content.starts_with("\\begin{document}") {
            self.in_preamble = false;
            self.is_open = false;
        }
        if !self.is_open {
            self.chapters.lines(line.start, 0);
        }
        self.is_open = true;
    }

    fn read_body(&mut self, line: Line<'t>, content: &'t str) {
        self.read_title(line, content);
        if let Some(name) = environment(content, "\\begin{") {
            self.read_begin(line, content, name);
        } else if environment(content, "\\end{").is_some() {
            self.depth = self.depth.saturating_sub(1);
            self.is_open = false;
        } else if content.starts_with("\\item") {
            self.chapters.text(line.start, self.depth.max(1));
            self.is_open = true;
        } else {
            self.start(line);
        }
    }

    fn read_begin(&mut self, line: Line<'t>, content: &str, name: &'t str) {
        if WHOLE.contains(&name.trim_end_matches('*')) {
            self.chapters.lines(line.start, 0);
            let is_one_line = content.ends_with(&format!("\\end{{{name}}}"));
            self.whole = (!is_one_line).then_some(name);
            self.is_open = false;
        } else if name == "abstract" {
            self.chapters.heading(line.start, 3, "Abstract");
            self.is_open = false;
        } else {
            self.chapters.text(line.start, self.depth);
            self.depth += 1;
            self.is_open = true;
        }
    }

    fn read_title(&mut self, line: Line<'t>, content: &str) {
        if self.title.is_none() && content.starts_with("\\title") {
            self.title = self.argument(line, "\\title");
        }
    }

    fn start(&mut self, line: Line<'_>) {
        if !self.is_open {
            self.chapters.text(line.start, self.depth);
        }
        self.is_open = true;
    }

    fn heading(&self, line: Line<'_>, content: &str) -> Option<(usize, String)> {
        let is_command = |command: &&(&str, usize)| {
            content.strip_prefix(command.0).is_some_and(|rest| rest.starts_with(['{', '[', '*']))
        };
        let (command, level) = SECTIONS.iter().find(is_command)?;
        Some((*level, self.argument(line, command)?))
    }

    /// The text of the argument in braces behind a command at the start of a line, which may end on a later line.
    fn argument(&self, line: Line<'_>, command: &str) -> Option<String> {
        let start = line.start + line.indentation() + command.len();
        let end = self.text.floor_char_boundary(start.saturating_add(MAX_ARGUMENT_BYTES));
        let rest = self.text.get(start..end)?.trim_start_matches('*');
        let rest = match rest.strip_prefix('[') {
            Some(optional) => optional.split_once(']')?.1,
            None => rest,
        };
        let rest = rest.strip_prefix('{')?;
        let mut depth = 1_usize;
        let (end, _) = rest.char_indices().find(|(_, c)| {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            depth == 0 || depth > MAX_BRACES
        })?;
        if depth > 0 {
            return None;
        }
        Some(readable(rest.get(..end)?))
    }
}

/// Name of the environment that a line begins or ends.
fn environment<'t>(content: &'t str, command: &str) -> Option<&'t str> {
    content.strip_prefix(command)?.split_once('}').map(|(name, _)| name)
}

/// What a reader sees of an argument: no commands, no braces, no marks of mathematics.
fn readable(tex: &str) -> String {
    let mut readable = String::new();
    let mut rest = tex;
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '\\' => {
                let name = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
                match rest.chars().next() {
                    Some(sign @ ('&' | '%' | '$' | '#' | '_' | '{' | '}')) => {
                        readable.push(sign);
                        rest = rest.get(1..).unwrap_or_default();
                    }
                    Some('\\') => {
                        readable.push(' ');
                        rest = rest.get(1..).unwrap_or_default();
                    }
                    _ => rest = rest.get(name..).unwrap_or_default(),
                }
            }
            '~' | '\n' | '\r' => readable.push(' '),
            '{' | '}' | '$' => {}
            c => readable.push(c),
        }
    }
    readable
}
