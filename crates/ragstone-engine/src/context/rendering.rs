//! What a model reads: titles, sources and headings, and below them the numbered extracts.

use std::fmt::Write as _;

use ragstone_core::model_context::NumberedCitation;

use super::extract::Extract;

/// Longest title and heading in characters; the whole ones stand in the citation.
const MAX_LABEL_CHARS: usize = 160;

/// What stands around the extracts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// Title and source of each document and the headings of each extract, as often as they change.
    Labels,
    /// Numbers alone.
    Numbers,
}

/// A text with its citations.
#[derive(Debug, Default)]
pub(super) struct Rendered {
    pub(super) text: String,
    pub(super) citations: Vec<NumberedCitation>,
}

/// Writes extracts, those of one document together and in its order, documents in the order of their first extract.
/// Numbers follow `numbered`.
pub(super) fn render(extracts: &[Extract], numbered: u32, frame: Frame) -> Rendered {
    let mut rendered = Rendered::default();
    let mut number = numbered;
    for extracts in by_document(extracts) {
        let mut headings = None;
        for extract in extracts {
            number = number.saturating_add(1);
            rendered.write(extract, number, frame, headings);
            headings = Some(&*extract.headings);
        }
    }
    rendered
}

impl Rendered {
    /// Writes one extract; `above` are the headings that stand above it already, `None` below no document.
    fn write(&mut self, extract: &Extract, number: u32, frame: Frame, above: Option<&[String]>) {
        let text = &mut self.text;
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        if frame == Frame::Labels {
            let document = &extract.document;
            if above.is_none() {
                let _ = writeln!(text, "# {}\n{}", label(&document.title), document.source);
            }
            if above != Some(&*extract.headings) {
                let path = extract.headings.iter().skip_while(|heading| **heading == document.title);
                let path: Vec<String> = path.map(|heading| label(heading)).collect();
                if !path.is_empty() {
                    let _ = writeln!(text, "## {}", path.join(" > "));
                }
            }
        }
        let _ = write!(text, "[{number}] {}", extract.text);
        self.citations.push(NumberedCitation { number, citation: extract.citation() });
    }
}

fn by_document(extracts: &[Extract]) -> Vec<Vec<&Extract>> {
    let mut documents: Vec<Vec<&Extract>> = Vec::new();
    for extract in extracts {
        let id = extract.document.id;
        match documents.iter_mut().find(|of| of.first().is_some_and(|first| first.document.id == id)) {
            Some(of) => of.push(extract),
            None => documents.push(vec![extract]),
        }
    }
    for of in &mut documents {
        of.sort_by_key(|extract| extract.span);
    }
    documents
}

/// One line, not too long.
fn label(text: &str) -> String {
    let mut characters = text.chars().map(|character| if character.is_control() { ' ' } else { character });
    let mut label: String = characters.by_ref().take(MAX_LABEL_CHARS).collect();
    if characters.next().is_some() {
        label.push_str(" ...");
    }
    label
}
