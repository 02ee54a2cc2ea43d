//! Listings of documents by source.

use ragstone_core::document::SourceState;
use ragstone_core::page::PageRequest;
use ragstone_core::{CollectionId, Reader, Result};

use super::access::Readable;
use super::record::{document_columns, read_source};
use super::signatures::signed_columns;
use super::stamps::read_stamp;
use crate::sql::{Dialect, Row, SourceIndex, Statement, Value};

/// A condition on the source in a dialect's terms: one phrase for an index on whole sources, and one that also
/// bounds the beginning that the index holds. Whatever lies behind a text has a beginning that does not lie before.
macro_rules! bound {
    ($index:expr, $comparison:literal, $side:literal, $value:literal) => {
        match $index {
            SourceIndex::Whole => concat!(" AND d.source ", $comparison, " ", $value),
            SourceIndex::Prefix => concat!(
                " AND d.source ",
                $comparison,
                " ",
                $value,
                " AND left(d.source, 600) ",
                $side,
                " left(",
                $value,
                ", 600)"
            ),
        }
    };
}

/// The order by source, of at most `$3` rows.
const fn ordered(index: SourceIndex) -> &'static str {
    match index {
        SourceIndex::Whole => " ORDER BY d.source LIMIT $3",
        SourceIndex::Prefix => " ORDER BY left(d.source, 600), d.source LIMIT $3",
    }
}

/// The statement for one page of documents that a reader may read.
pub(super) fn documents<'q>(
    dialect: &Dialect,
    collection: CollectionId,
    reader: &Reader,
    page: &'q PageRequest,
) -> Statement<'q> {
    const SELECT: &str = concat!(
        "SELECT ",
        document_columns!(),
        " FROM documents d WHERE d.collection = $1 AND d.deleted = 0"
    );
    let index = dialect.source_index;
    let readable = Readable::by(reader);
    let parts = [SELECT, bound!(index, ">", ">=", "$2"), &readable.and(4), ordered(index)];
    Statement::generated(parts.concat())
        .bind(collection)
        .bind(page.after_key().unwrap_or_default())
        .bind(page.size() + 1)
        .bind_all(readable.values())
}

/// The statement for one page of documents that a reader may read, with their signatures.
pub(super) fn signed_documents<'q>(
    dialect: &Dialect,
    collection: CollectionId,
    reader: &Reader,
    page: &'q PageRequest,
) -> Statement<'q> {
    const SELECT: &str =
        concat!("SELECT ", signed_columns!(), " FROM documents d WHERE d.collection = $1 AND d.deleted = 0");
    let index = dialect.source_index;
    let readable = Readable::by(reader);
    let parts = [SELECT, bound!(index, ">", ">=", "$2"), &readable.and(4), ordered(index)];
    Statement::generated(parts.concat())
        .bind(collection)
        .bind(page.after_key().unwrap_or_default())
        .bind(page.size() + 1)
        .bind_all(readable.values())
}

/// The statement for one page of source states that a reader may see, with one lower and at most one upper bound on
/// the source.
pub(super) fn source_states<'q>(
    dialect: &Dialect,
    collection: CollectionId,
    reader: &Reader,
    prefix: &'q str,
    end: Option<&'q str>,
    page: &'q PageRequest,
) -> Statement<'q> {
    const SELECT: &str = "SELECT d.id, d.source, d.content_digest, d.recipe, d.stamp FROM documents d
         WHERE d.collection = $1 AND d.deleted = 0";
    let index = dialect.source_index;
    let after = page.after_key().filter(|key| *key >= prefix);
    let lower =
        if after.is_some() { bound!(index, ">", ">=", "$2") } else { bound!(index, ">=", ">=", "$2") };
    let upper = if end.is_some() { bound!(index, "<", "<=", "$4") } else { "" };
    let readable = Readable::by(reader);
    let first = if end.is_some() { 5 } else { 4 };
    Statement::generated([SELECT, lower, upper, &readable.and(first), ordered(index)].concat())
        .bind(collection)
        .bind(after.unwrap_or(prefix))
        .bind(page.size() + 1)
        .bind_all(end.map(Value::from))
        .bind_all(readable.values())
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
        stamp: read_stamp(row)?,
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
