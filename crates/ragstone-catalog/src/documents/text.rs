//! Extracted text: kept in blocks of bytes, read in parts.
//!
//! A database reads a whole value to give a part of it. Blocks of a fixed size bound what reading a passage of
//! a very large document costs, and the block of a byte is found by division, without an index of its own.
//! Blocks are cut without regard to characters; parts are put together before they become text.

use ragstone_core::{ByteSpan, DocumentId, Error, Reader, Result, TenantId};

use super::access::Readable;
use super::record::not_found;
use crate::sql::{Row, Statement, Value, corrupt};

/// Bytes of a block. Part of the stored format: the schema's history would have to change with it.
pub(super) const BLOCK: usize = 32_768;

/// The bytes that the block `t` has of a range: an expression of SQL over its start, its end and [`BLOCK`].
///
/// PostgreSQL's `substr` takes 32-bit positions only, hence the casts; within a block they always fit.
macro_rules! piece {
    ($start:literal, $end:literal, $block:literal) => {
        concat!(
            "substr(t.bytes, CAST(CASE WHEN ",
            $start,
            " > t.block * ",
            $block,
            " THEN ",
            $start,
            " - t.block * ",
            $block,
            " ELSE 0 END + 1 AS INTEGER), CAST(CASE WHEN ",
            $end,
            " < (t.block + 1) * ",
            $block,
            " THEN ",
            $end,
            " ELSE (t.block + 1) * ",
            $block,
            " END - CASE WHEN ",
            $start,
            " > t.block * ",
            $block,
            " THEN ",
            $start,
            " ELSE t.block * ",
            $block,
            " END AS INTEGER))"
        )
    };
}
pub(super) use piece;

/// The statement that reads the bytes of `span`, and one more to see whether a character goes on behind it.
///
/// Each row holds the length of the text and the piece of one block; without text there is one row without piece.
pub(super) fn part<'q>(
    document: DocumentId,
    tenant: &'q TenantId,
    reader: &Reader,
    span: ByteSpan,
) -> Statement<'q> {
    const SELECT: &str = concat!(
        "SELECT d.text_len, ",
        piece!("$3", "$4", "$5"),
        "
         FROM documents d
         JOIN collections k ON k.id = d.collection
         LEFT JOIN document_texts t ON t.document = d.id AND t.block BETWEEN $3 / $5 AND ($4 - 1) / $5
             AND $4 <= d.text_len + 1
         WHERE d.id = $1 AND d.deleted = 0 AND k.tenant = $2 AND k.deleted_sequence IS NULL"
    );
    let readable = Readable::by(reader);
    Statement::generated([SELECT, &readable.and(6), " ORDER BY t.block"].concat())
        .bind(document)
        .bind(tenant)
        .bind(Value::length(span.start()))
        .bind(Value::length(span.end().saturating_add(1)))
        .bind(Value::length(BLOCK))
        .bind_all(readable.values())
}

/// Puts the rows of [`part`] together.
pub(super) fn read_part(document: DocumentId, span: ByteSpan, rows: Vec<Row>) -> Result<String> {
    let mut text_len = None;
    let mut bytes = Vec::with_capacity(span.len().min(BLOCK * rows.len()) + 1);
    for mut row in rows {
        text_len = Some(row.length()?);
        bytes.extend(row.optional_bytes()?.unwrap_or_default());
    }
    let text_len = text_len.ok_or_else(|| not_found(document))?;
    if span.end() > text_len {
        return Err(Error::invalid("span", "must lie within the text").with_context("text_len", text_len));
    }
    let is_cut = |at: usize| bytes.get(at).is_some_and(|byte| is_continuation(*byte));
    if is_cut(0) || is_cut(span.len()) {
        return Err(Error::invalid("span", "must not cut a character"));
    }
    bytes.truncate(span.len());
    whole_text(bytes, span.len())
}

/// Turns bytes that start and end with whole characters into text.
pub(super) fn whole_text(bytes: Vec<u8>, len: usize) -> Result<String> {
    if bytes.len() != len {
        return Err(corrupt("a text is not as long as its record says"));
    }
    String::from_utf8(bytes).map_err(|_| corrupt("a text is not UTF-8"))
}

/// Whether a byte of UTF-8 goes on with a character: `10xxxxxx`.
const fn is_continuation(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}
