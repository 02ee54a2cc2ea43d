//! Documents and topics in the SGML of TREC.
//!
//! A document is a `DOC` element with `DOCNO`; its title is in `TITLE`, `HEADLINE` or `HEAD`, and its words in `TEXT`.
//! A topic is a `top` element whose `num` and `title` may be left open, as in the published files.

use std::path::Path;

use ragstone_core::{Error, ErrorKind, Result};

use super::dataset::{Document, Query, read};

const TITLES: [&str; 3] = ["TITLE", "HEADLINE", "HEAD"];

pub(super) fn documents(file: &Path) -> Result<Vec<Document>> {
    let text = read(file)?;
    elements(&text, "DOC")
        .map(|record| document(record).ok_or_else(|| broken(file, record, "a DOC has no DOCNO")))
        .collect()
}

pub(super) fn queries(file: &Path) -> Result<Vec<Query>> {
    let text = read(file)?;
    elements(&text, "top")
        .map(|record| query(record).ok_or_else(|| broken(file, record, "a top has no num or no title")))
        .collect()
}

fn document(record: &str) -> Option<Document> {
    let id = elements(record, "DOCNO").next()?.trim().to_owned();
    let title = TITLES.iter().find_map(|name| elements(record, name).next()).unwrap_or_default();
    let text: Vec<&str> = elements(record, "TEXT").map(str::trim).collect();
    Some(Document { id, title: words(title), text: text.join("\n") })
}

fn query(record: &str) -> Option<Query> {
    let id = open_element(record, "num")?;
    let id = id.trim().trim_start_matches("Number:").trim().to_owned();
    let text = words(open_element(record, "title")?.trim().trim_start_matches("Topic:"));
    (!id.is_empty() && !text.is_empty()).then_some(Query { id, text })
}

/// The insides of all elements of a name, in order.
fn elements<'a>(text: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let (start, end) = (format!("<{name}>"), format!("</{name}>"));
    let mut rest = text;
    std::iter::from_fn(move || {
        let (_, behind) = rest.split_once(&start)?;
        let (inside, behind) = behind.split_once(&end)?;
        rest = behind;
        Some(inside)
    })
}

/// What stands behind a tag, up to the next one.
fn open_element<'a>(record: &'a str, name: &str) -> Option<&'a str> {
    let (_, behind) = record.split_once(&format!("<{name}>"))?;
    behind.split('<').next()
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn broken(file: &Path, record: &str, cause: &'static str) -> Error {
    let start: String = record.chars().take(80).collect();
    Error::new(ErrorKind::InvalidArgument, "a file is not of the expected form")
        .with_context("file", file.display())
        .with_context("cause", cause)
        .with_context("record", words(&start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_have_number_title_and_text() {
        let text = "<DOC>\n<DOCNO> FT911-1 </DOCNO>\n<HEADLINE>A\n title</HEADLINE>\n<TEXT>\none\n</TEXT>\n\
                    <TEXT>two</TEXT></DOC><DOC><DOCNO>2</DOCNO></DOC>";
        let read: Vec<Document> = elements(text, "DOC").filter_map(document).collect();
        let first = Document { id: "FT911-1".into(), title: "A title".into(), text: "one\ntwo".into() };
        assert_eq!(read, [first, Document { id: "2".into(), title: String::new(), text: String::new() }]);
        assert_eq!(document("<TEXT>x</TEXT>"), None);
    }

    #[test]
    fn topics_may_leave_their_tags_open() {
        let text = "<top>\n<num> Number: 301\n<title> Topic: Organized Crime\n<desc> Description:\nx\n</top>\n\
                    <top><num>302</num><title>poliomyelitis</title></top>";
        let read: Vec<Query> = elements(text, "top").filter_map(query).collect();
        let expected = [("301", "Organized Crime"), ("302", "poliomyelitis")];
        assert_eq!(read, expected.map(|(id, text)| Query { id: id.into(), text: text.into() }));
        assert_eq!(query("<num>1</num><title></title>"), None);
    }
}
