//! Listings of documents by source.

use ragstone_core::document::SourceState;
use ragstone_core::page::PageRequest;
use ragstone_core::{CollectionId, Result};

use super::record::{document_columns, read_source};
use crate::sql::{Row, Statement};

/// The statement for one page of documents.
pub(super) fn documents(collection: CollectionId, page: &PageRequest) -> Statement<'_> {
    Statement::new(concat!(
        "SELECT ",
        document_columns!(),
        " FROM documents d WHERE d.collection = $1 AND d.deleted = 0 AND d.source > $2
         ORDER BY d.source LIMIT $3"
    ))
    .bind(collection)
    .bind(page.after_key().unwrap_or_default())
    .bind(page.size() + 1)
}

/// The statement for one page of source states, with one lower and at most one upper bound on the source.
pub(super) fn source_states<'q>(
    collection: CollectionId,
    prefix: &'q str,
    end: Option<&'q str>,
    page: &'q PageRequest,
) -> Statement<'q> {
    const SELECT: &str = "SELECT d.id, d.source, d.content_digest, d.recipe FROM documents d
         WHERE d.collection = $1 AND d.deleted = 0 AND d.source ";
    let after = page.after_key().filter(|key| *key >= prefix);
    let rest = match (after.is_some(), end.is_some()) {
        (true, true) => "> $2 AND d.source < $4 ORDER BY d.source LIMIT $3",
        (true, false) => "> $2 ORDER BY d.source LIMIT $3",
        (false, true) => ">= $2 AND d.source < $4 ORDER BY d.source LIMIT $3",
        (false, false) => ">= $2 ORDER BY d.source LIMIT $3",
    };
    let statement =
        Statement::joined(SELECT, rest).bind(collection).bind(after.unwrap_or(prefix)).bind(page.size() + 1);
    match end {
        Some(end) => statement.bind(end),
        None => statement,
    }
}

/// The first text behind all texts that start with `prefix`; `None` where there is none.
///
/// Texts are ordered by their bytes, which in UTF-8 is the order of code points.
pub(super) fn end_of_prefix(prefix: &str) -> Option<String> {
    let mut end = prefix.to_owned();
    while let Some(last) = end.pop() {
        // The range steps over the surrogates, which are no characters.
        if let Some(next) = (last..=char::MAX).nth(1) {
            end.push(next);
            return Some(end);
        }
    }
    None
}

pub(super) fn read_source_state(row: &mut Row) -> Result<SourceState> {
    Ok(SourceState {
        document: row.document_id()?,
        source: read_source(row)?,
        content_digest: row.digest()?,
        recipe: row.text()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_prefix_is_behind_all_that_start_with_it() {
        let table = [
            ("", None),
            ("file:///a/", Some("file:///a0")),
            ("a\u{d7ff}", Some("a\u{e000}")),
            ("a\u{10ffff}", Some("b")),
            ("\u{10ffff}", None),
        ];
        for (prefix, end) in table {
            assert_eq!(end_of_prefix(prefix).as_deref(), end, "{prefix:?}");
        }
    }
}
