//! The column of signatures.

use ragstone_core::Result;
use ragstone_core::duplicate::{Signature, SignedDocument};

use super::record::read_source;
use crate::sql::{Row, corrupt};

/// Columns for [`read_signed`], of the table alias `d`.
macro_rules! signed_columns {
    () => {
        "d.id, d.source, d.title, d.content_digest, d.signature"
    };
}
pub(super) use signed_columns;

pub(super) fn read_signed(row: &mut Row) -> Result<SignedDocument> {
    Ok(SignedDocument {
        document: row.document_id()?,
        source: read_source(row)?,
        title: row.text()?,
        content_digest: row.digest()?,
        signature: row.optional_bytes()?.as_deref().map(read_signature).transpose()?,
    })
}

fn read_signature(bytes: &[u8]) -> Result<Signature> {
    Signature::from_bytes(bytes).ok_or_else(|| corrupt("a signature has another length"))
}
