//! The text of Jupyter notebooks as Markdown: their cells in order, with the beginning of what they put out.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};

use super::{Page, markdown};

/// Text of a cell's outputs that is kept, in bytes.
const MAX_OUTPUT_BYTES: usize = 2048;

/// Longest name of a language behind a fence.
const MAX_LANGUAGE_BYTES: usize = 32;

/// Why a text is no notebook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotebookError {
    pub(crate) reason: &'static str,
    pub(crate) line: usize,
}

/// Reads a notebook of format 3 or 4; costs time and memory linear in its size.
pub(crate) fn read(json: &str) -> Result<Page, NotebookError> {
    let notebook: Notebook =
        serde_json::from_str(json.trim_start_matches('\u{feff}')).map_err(|error| NotebookError {
            reason: match error.classify() {
                serde_json::error::Category::Data => "cells are not those of a notebook",
                serde_json::error::Category::Eof => "ends inside a container",
                _ => "is not JSON",
            },
            line: error.line(),
        })?;
    let language = notebook.metadata.language();
    let mut text = String::new();
    let mut cells = Vec::new();
    for cell in notebook.cells.iter().chain(notebook.worksheets.iter().flat_map(|sheet| &sheet.cells)) {
        let start = text.len();
        cell.write(&language, &mut text);
        if text.len() > start {
            text.push('\n');
            cells.push(start..text.len());
        }
    }
    let (outline, heading) = markdown::outline_of_parts(&text, &cells);
    Ok(Page { text, title: notebook.metadata.title.or(heading), outline })
}

#[derive(Deserialize)]
struct Notebook {
    #[serde(default)]
    metadata: Metadata,
    #[serde(default)]
    cells: Vec<Cell>,
    /// Where format 3 has its cells.
    #[serde(default)]
    worksheets: Vec<Worksheet>,
}

#[derive(Deserialize)]
struct Worksheet {
    #[serde(default)]
    cells: Vec<Cell>,
}

#[derive(Default, Deserialize)]
struct Metadata {
    title: Option<String>,
    language_info: Option<LanguageInfo>,
    kernelspec: Option<Kernel>,
}

#[derive(Deserialize)]
struct LanguageInfo {
    name: Option<String>,
}

#[derive(Deserialize)]
struct Kernel {
    language: Option<String>,
}

#[derive(Deserialize)]
struct Cell {
    #[serde(rename = "cell_type")]
    kind: String,
    #[serde(alias = "input")]
    source: Text,
    #[serde(default)]
    outputs: Vec<Output>,
    level: Option<u8>,
}

#[derive(Deserialize)]
struct Output {
    #[serde(rename = "output_type")]
    kind: String,
    text: Option<Text>,
    data: Option<Data>,
    ename: Option<String>,
    evalue: Option<String>,
}

#[derive(Deserialize)]
struct Data {
    #[serde(rename = "text/plain")]
    plain: Option<Text>,
}

impl Metadata {
    /// Language of the code, in the form in which it stands behind a fence.
    fn language(&self) -> String {
        let named = self.language_info.as_ref().and_then(|info| info.name.as_deref());
        let named = named.or_else(|| self.kernelspec.as_ref().and_then(|kernel| kernel.language.as_deref()));
        let is_part = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '+' | '#' | '-');
        named
            .unwrap_or_default()
            .to_ascii_lowercase()
            .chars()
            .filter(is_part)
            .take(MAX_LANGUAGE_BYTES)
            .collect()
    }
}

impl Cell {
    fn write(&self, language: &str, text: &mut String) {
        let source = self.source.0.trim_end();
        match self.kind.as_str() {
            "code" => {
                write_fenced(source, language, text);
                self.write_outputs(text);
            }
            "heading" => {
                text.push_str(&"#".repeat(usize::from(self.level.unwrap_or(1).clamp(1, 6))));
                write_line(&format!(" {source}"), text);
            }
            "raw" => write_fenced(source, "", text),
            _ if source.is_empty() => {}
            _ => write_line(source, text),
        }
    }

    fn write_outputs(&self, text: &mut String) {
        let mut outputs = String::new();
        for output in &self.outputs {
            output.write(&mut outputs);
            if outputs.len() > MAX_OUTPUT_BYTES {
                outputs.truncate(outputs.floor_char_boundary(MAX_OUTPUT_BYTES));
                outputs.push('…');
                break;
            }
        }
        write_fenced(outputs.trim_end(), "output", text);
    }
}

impl Output {
    fn write(&self, outputs: &mut String) {
        if self.kind == "error" || self.kind == "pyerr" {
            let name = self.ename.as_deref().unwrap_or_default();
            write_line(&format!("{name}: {}", self.evalue.as_deref().unwrap_or_default()), outputs);
        }
        let plain = self.data.as_ref().and_then(|data| data.plain.as_ref());
        for text in [self.text.as_ref(), plain].into_iter().flatten() {
            let most = text.0.floor_char_boundary(MAX_OUTPUT_BYTES + 1);
            write_line(text.0.get(..most).unwrap_or_default().trim_end(), outputs);
        }
    }
}

fn write_line(line: &str, text: &mut String) {
    text.push_str(line);
    text.push('\n');
}

/// Writes code between fences that are longer than any run of backticks in it; nothing where there is no code.
fn write_fenced(code: &str, language: &str, text: &mut String) {
    if code.trim().is_empty() {
        return;
    }
    let runs = code.split(|c| c != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or(0).saturating_add(1).max(3));
    write_line(&format!("{fence}{language}"), text);
    write_line(code, text);
    write_line(&fence, text);
}

/// A string, or several that are joined.
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or a list of strings")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Text, E> {
        Ok(Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut lines: A) -> Result<Text, A::Error> {
        let mut text = String::new();
        while let Some(Text(line)) = lines.next_element()? {
            text.push_str(&line);
        }
        Ok(Text(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_become_markdown_in_their_order() {
        let json = r###"{"nbformat": 4, "metadata": {"language_info": {"name": "Python"}}, "cells": [
            {"cell_type": "markdown", "source": ["# Title\n", "Some *text*."]},
            {"cell_type": "code", "source": "print('```')", "outputs": [
                {"output_type": "stream", "text": ["a\n", "b\n"]},
                {"output_type": "display_data", "data": {"image/png": "AAAA", "text/plain": "<Figure>"}},
                {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": ["x"]}]},
            {"cell_type": "markdown", "source": "```\nnever closed"},
            {"cell_type": "code", "source": [], "outputs": []},
            {"cell_type": "markdown", "source": "## After"}]}"###;
        let page = read(json).unwrap_or_else(|error| panic!("{error:?}"));
        assert_eq!(
            page.text,
            "# Title\nSome *text*.\n\n````python\nprint('```')\n````\n```output\na\nb\n<Figure>\nValueError: no\n```\n\n\
             ```\nnever closed\n\n## After\n\n"
        );
        assert_eq!(page.title.as_deref(), Some("Title"));
        let last = page.outline.blocks().last().map(|block| page.outline.headings(block.section));
        assert_eq!(last, Some(vec!["Title".to_owned(), "After".to_owned()]));
    }

    #[test]
    fn outputs_are_bounded() {
        let json = format!(
            r#"{{"cells": [{{"cell_type": "code", "source": "x", "outputs": [{{"output_type": "stream", "text": "{}"}}]}}]}}"#,
            "é".repeat(100_000)
        );
        assert!(read(&json).is_ok_and(|page| page.text.len() < MAX_OUTPUT_BYTES + 100));
    }

    #[test]
    fn worksheets_of_format_3_are_read() {
        let json = r#"{"nbformat": 3, "worksheets": [{"cells": [
            {"cell_type": "heading", "level": 2, "source": "Old"},
            {"cell_type": "code", "input": "1 + 1", "outputs": [{"output_type": "pyout", "text": "2"}]}]}]}"#;
        assert!(read(json).is_ok_and(|page| page.text == "## Old\n\n```\n1 + 1\n```\n```output\n2\n```\n\n"));
    }

    #[test]
    fn other_json_is_refused_with_its_line() {
        for (json, reason, line) in [
            ("{\"cells\": [\n{}]}", "cells are not those of a notebook", 2),
            ("{\"cells\": [", "ends inside a container", 1),
            ("nonsense", "is not JSON", 1),
            (
                "{\"cells\": [{\"cell_type\": \"code\",\n \"source\": 1}]}",
                "cells are not those of a notebook",
                2,
            ),
        ] {
            assert_eq!(read(json).err(), Some(NotebookError { reason, line }), "{json}");
        }
        let deep = format!("{{\"metadata\": {{\"title\": {}", "[".repeat(100_000));
        assert!(read(&deep).is_err());
    }
}
