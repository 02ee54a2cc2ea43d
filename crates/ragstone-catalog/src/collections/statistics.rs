//! What a collection holds of which a reader may know: sizes and keys.

use ragstone_core::{CollectionId, Reader, TenantId};

use crate::documents::access::{IS_GUARDED, Readable};
use crate::sql::Statement;

/// The statement for the sizes of what a reader may read: those of all documents, which the collection's row keeps,
/// without those of the documents that an access list hides.
pub(super) fn sizes<'q>(collection: CollectionId, tenant: &'q TenantId, reader: &Reader) -> Statement<'q> {
    let readable = Readable::by(reader);
    let statement = if readable.is_everything() {
        Statement::new(
            "SELECT documents, chunks, text_bytes, terms FROM collections
             WHERE id = $1 AND tenant = $2 AND deleted_sequence IS NULL",
        )
    } else {
        let is_readable = readable.condition(3);
        // A sum is of a wider type on PostgreSQL.
        Statement::generated(format!(
            "SELECT k.documents - h.documents, k.chunks - h.chunks, k.text_bytes - h.text_bytes, k.terms - h.terms
             FROM collections k CROSS JOIN (
                 SELECT count(*) AS documents,
                     CAST(coalesce(sum(d.chunk_count), 0) AS BIGINT) AS chunks,
                     CAST(coalesce(sum(d.text_len), 0) AS BIGINT) AS text_bytes,
                     CAST(coalesce(sum(d.terms), 0) AS BIGINT) AS terms
                 FROM documents d
                 WHERE d.collection = $1 AND d.deleted = 0 AND {IS_GUARDED} AND NOT {is_readable}
             ) h
             WHERE k.id = $1 AND k.tenant = $2 AND k.deleted_sequence IS NULL"
        ))
    };
    statement.bind(collection).bind(tenant).bind_all(readable.values())
}

/// The statement for the keys that documents have ever had, or, for a reader whom lists can keep from documents, those
/// that documents without a list have ever had; one row without a key where there is none.
pub(super) fn keys<'q>(collection: CollectionId, tenant: &'q TenantId, reader: &Reader) -> Statement<'q> {
    let open = if *reader == Reader::Everything { "" } else { " AND m.is_open = 1" };
    Statement::of_parts(&[
        "SELECT m.key FROM collections k LEFT JOIN metadata_keys m ON m.collection = k.id",
        open,
        " WHERE k.id = $1 AND k.tenant = $2 AND k.deleted_sequence IS NULL ORDER BY m.key",
    ])
    .bind(collection)
    .bind(tenant)
}

/// The statement for the attributes of documents with a list that a reader may read.
pub(super) fn guarded_metadata(collection: CollectionId, reader: &Reader) -> Statement<'static> {
    let readable = Readable::by(reader);
    let is_readable = readable.condition(2);
    Statement::generated(format!(
        "SELECT DISTINCT d.metadata FROM documents d
         WHERE d.collection = $1 AND d.deleted = 0 AND {IS_GUARDED} AND d.metadata <> '{{}}' AND {is_readable}"
    ))
    .bind(collection)
    .bind_all(readable.values())
}
