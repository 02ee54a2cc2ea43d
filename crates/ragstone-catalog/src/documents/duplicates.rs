//! Signatures: the port's methods.

use ragstone_core::duplicate::{SignedDocument, check_signed};
use ragstone_core::page::{Page, PageRequest};
use ragstone_core::port::DuplicateStore;
use ragstone_core::{CallContext, CollectionId, DocumentId, Reader, Result};

use super::access::Readable;
use super::listing;
use super::signatures::{read_signed, signed_columns};
use crate::catalog::Catalog;
use crate::collections::page_of;
use crate::sql::{Database, Statement, Value, filled};

impl<D: Database> DuplicateStore for Catalog<D> {
    async fn signatures(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        documents: &[DocumentId],
    ) -> Result<Vec<SignedDocument>> {
        let operation = "catalog.signatures";
        check_signed(documents).map_err(|error| error.with_operation(operation))?;
        self.require_collection(ctx, operation, collection).await?;
        if documents.is_empty() {
            return Ok(Vec::new());
        }
        let statement = signed(collection, &ctx.principal().reader(), documents);
        let rows = self.read(ctx, operation, statement).await?;
        rows.into_iter().map(|mut row| read_signed(&mut row)).collect()
    }

    async fn signed_documents(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        page: &PageRequest,
    ) -> Result<Page<SignedDocument>> {
        let operation = "catalog.signed_documents";
        self.require_collection(ctx, operation, collection).await?;
        let reader = ctx.principal().reader();
        let statement = listing::signed_documents(self.dialect(), collection, &reader, page);
        let rows = self.read(ctx, operation, statement).await?;
        page_of(rows, page, read_signed, |signed| signed.source.as_str().to_owned())
    }
}

/// Documents by their ids, as far as a reader may read them.
fn signed<'q>(collection: CollectionId, reader: &Reader, documents: &[DocumentId]) -> Statement<'q> {
    const SELECT: &str = concat!(
        "SELECT ",
        signed_columns!(),
        " FROM documents d WHERE d.collection = $1 AND d.deleted = 0 AND d.id IN "
    );
    let ids = filled(documents.iter().copied().map(Value::from).collect());
    let readable = Readable::by(reader);
    Statement::generated_list(SELECT, 2, ids.len(), &readable.and(2 + ids.len()))
        .bind(collection)
        .bind_all(ids)
        .bind_all(readable.values())
}
