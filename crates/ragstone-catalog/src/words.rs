//! Words of collections.
//!
//! They have nothing to do with sequences, so they are written beside the transactions that hand those out: a writer of
//! documents does not wait for them.

use ragstone_core::page::{Page, PageRequest};
use ragstone_core::port::WordStore;
use ragstone_core::word::Word;
use ragstone_core::{CallContext, CollectionId, Result};

use crate::catalog::Catalog;
use crate::collections::page_of;
use crate::sql::{Database, Row, Statement, Value};

/// Words of one statement: few sizes, so that prepared statements are found again.
const SIZES: [usize; 4] = [512, 64, 8, 1];

impl<D: Database> WordStore for Catalog<D> {
    async fn add_words(&self, ctx: &CallContext, collection: CollectionId, words: Vec<Word>) -> Result<()> {
        let operation = "catalog.add_words";
        let words = Word::distinct(words).map_err(|error| error.with_operation(operation))?;
        self.require_collection(ctx, operation, collection).await?;
        let mut rest = words.as_slice();
        while let Some(size) = SIZES.into_iter().find(|size| *size <= rest.len()) {
            let (batch, others) = rest.split_at(size);
            self.aside(ctx, operation, insert(collection, batch)).await?;
            rest = others;
        }
        Ok(())
    }

    async fn forget_words(&self, ctx: &CallContext, collection: CollectionId) -> Result<()> {
        let operation = "catalog.forget_words";
        self.require_collection(ctx, operation, collection).await?;
        let forget = Statement::new("DELETE FROM words WHERE collection = $1").bind(collection);
        self.aside(ctx, operation, forget).await?;
        // They are forgotten because of a document that is to leave nothing behind.
        self.scrub().await.map_err(|error| error.with_operation(operation))
    }

    async fn words(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        page: &PageRequest,
    ) -> Result<Page<Word>> {
        let operation = "catalog.words";
        self.require_collection(ctx, operation, collection).await?;
        let statement = Statement::new(
            "SELECT word, is_open FROM words WHERE collection = $1 AND word > $2 ORDER BY word LIMIT $3",
        )
        .bind(collection)
        .bind(page.after_key().unwrap_or_default())
        .bind(page.size() + 1);
        let rows = self.read(ctx, operation, statement).await?;
        page_of(rows, page, read_word, |word| word.text.clone())
    }
}

fn insert(collection: CollectionId, words: &[Word]) -> Statement<'static> {
    let values = words.iter().flat_map(|word| {
        [Value::from(collection), Value::from(word.text.clone()), Value::from(word.is_open)]
    });
    Statement::with_rows(
        "INSERT INTO words (collection, word, is_open) VALUES ",
        words.len(),
        3,
        " ON CONFLICT (collection, word) DO UPDATE SET is_open = excluded.is_open
         WHERE words.is_open < excluded.is_open",
    )
    .bind_all(values)
}

fn read_word(row: &mut Row) -> Result<Word> {
    Ok(Word { text: row.text()?, is_open: row.flag()? })
}
