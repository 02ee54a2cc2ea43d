//! What sources showed of the content that is stored.

use ragstone_core::stamp::{SourceStamp, StampedDocument};
use ragstone_core::{CollectionId, Reader, Result};

use super::access::Readable;
use crate::sql::{Connection as _, Row, Statement, corrupt};
use crate::transaction::WriteTransaction;

/// Notes stamps where the content is still the one that was read.
pub(super) async fn note(
    mut tx: WriteTransaction,
    reader: Reader,
    collection: CollectionId,
    mut stamped: Vec<StampedDocument>,
) -> Result<()> {
    const NOTE: &str = "UPDATE documents AS d SET stamp = $1
         WHERE d.id = $2 AND d.collection = $3 AND d.content_digest = $4 AND d.deleted = 0";
    // In the order in which the rows lie.
    stamped.sort_unstable_by_key(|one| one.document);
    let readable = Readable::by(&reader);
    let sql = [NOTE, &readable.and(5)].concat();
    for StampedDocument { document, content_digest, stamp } in &stamped {
        let statement = Statement::generated(sql.clone())
            .bind(stamp.as_str())
            .bind(*document)
            .bind(collection)
            .bind(content_digest)
            .bind_all(readable.values());
        tx.execute(statement).await?;
    }
    tx.commit().await
}

/// Reads the column `stamp`, which is empty where there is none.
pub(super) fn read_stamp(row: &mut Row) -> Result<Option<SourceStamp>> {
    let text = row.text()?;
    if text.is_empty() {
        return Ok(None);
    }
    SourceStamp::try_new(text).map(Some).map_err(|cause| corrupt("a stamp is unreadable").with_source(cause))
}
