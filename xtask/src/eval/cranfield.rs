//! Cranfield 1400 in the format of SMART: records of `.I`, `.T`, `.A`, `.B` and `.W` fields.

use std::path::Path;

use anyhow::{Context, Result};

use super::dataset::{Collection, Document, Judgement, Query, read_file};

/// Reads the collection. The judgements name queries by their place in the file, not by their number in it.
pub(crate) fn read(folder: &Path) -> Result<Collection> {
    let documents = records(&read_file(folder, "cran.all.1400")?);
    let documents = documents.into_iter();
    let documents =
        documents.map(|record| Document { id: record.id, title: record.title, text: record.words }).collect();
    let queries = records(&read_file(folder, "cran.qry")?);
    let queries = (1..)
        .zip(queries)
        .map(|(place, record): (u32, _)| Query { id: place.to_string(), text: record.words });
    let judgements = judgements(&read_file(folder, "cranqrel")?)?;
    Ok(Collection { documents, queries: queries.collect(), judgements, training: Vec::new() })
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Record {
    id: String,
    title: String,
    words: String,
}

/// Author and bibliography are left out: nobody asks for them here.
fn records(text: &str) -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    let mut field = "";
    for line in text.lines() {
        if let Some(id) = line.strip_prefix(".I ") {
            records.push(Record { id: id.trim().to_owned(), ..Record::default() });
        } else if matches!(line.trim_end(), ".T" | ".A" | ".B" | ".W") {
            field = line.trim_end();
        } else if let Some(record) = records.last_mut() {
            match field {
                ".T" => push_line(&mut record.title, line),
                ".W" => push_line(&mut record.words, line),
                _ => {}
            }
        }
    }
    records
}

fn push_line(text: &mut String, line: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(line.trim());
}

fn judgements(text: &str) -> Result<Vec<Judgement>> {
    let rows = text.lines().filter(|row| !row.trim().is_empty());
    rows.map(|row| judgement(row).with_context(|| format!("cannot read the judgement `{row}`"))).collect()
}

fn judgement(row: &str) -> Option<Judgement> {
    let mut fields = row.split_whitespace();
    let (query, document, code) = (fields.next()?, fields.next()?, fields.next()?);
    let grade = grade(code.parse().ok()?)?;
    Some(Judgement { query: query.to_owned(), document: document.to_owned(), grade })
}

/// The codes run from 1, a complete answer, to 4, of minimum interest, so they are turned round. What -1 means
/// the collection does not say; it is not one of the codes of relevance, so it counts as not relevant, like 5.
fn grade(code: i8) -> Option<u8> {
    match code {
        1..=5 => u8::try_from(5 - code).ok(),
        -1 => Some(0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_keep_title_and_words() {
        let text = ".I 1\n.T\na title\nin two lines .\n.A\nname\n.B\nj. 1958\n.W\nfirst .\n  second .\n.I 2\n.T\n.W\n";
        let first = Record {
            id: "1".into(),
            title: "a title\nin two lines .".into(),
            words: "first .\nsecond .".into(),
        };
        assert_eq!(records(text), [first, Record { id: "2".into(), ..Record::default() }]);
    }

    #[test]
    fn codes_become_grades_where_more_is_better() {
        let grades: Vec<Option<u8>> = [1, 2, 3, 4, 5, -1, 6].into_iter().map(grade).collect();
        assert_eq!(grades, [Some(4), Some(3), Some(2), Some(1), Some(0), Some(0), None]);
    }

    #[test]
    fn judgements_tolerate_trailing_space() {
        let expected = Judgement { query: "1".into(), document: "184".into(), grade: 3 };
        assert_eq!(judgements("1 184 2 \n").unwrap(), [expected]);
        assert!(judgements("1 184 seven\n").is_err());
    }
}
