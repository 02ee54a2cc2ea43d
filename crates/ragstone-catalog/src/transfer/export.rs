//! From the catalog to the stream.

use ragstone_core::Result;
use serde::Serialize;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use super::line::{End, FORMAT, Header, TableStart, VERSION, to_json};
use super::table::{DOCUMENTS, TABLES, Table};
use super::{Transferred, of_io};
use crate::sql::{Statement, Transaction, Value, corrupt};

pub(super) async fn export(
    mut tx: Box<dyn Transaction>,
    sink: impl AsyncWrite + Send + Unpin + 'static,
) -> Result<Transferred> {
    // A snapshot is of the moment of its first statement, and writing the header may wait for the reader.
    tx.fetch(Statement::new("SELECT value FROM counters WHERE name = 'sequence'")).await?;
    let mut stream = Stream { sink, hash: blake3::Hasher::new(), done: Transferred::default() };
    stream.line(&Header { format: FORMAT.to_owned(), version: VERSION }).await?;
    for table in TABLES {
        let columns = table.columns.iter().map(|(name, _)| (*name).to_owned()).collect();
        stream.line(&TableStart { table: table.name.to_owned(), columns }).await?;
        rows(&mut *tx, &mut stream, table).await?;
    }
    tx.rollback().await?;
    let end = End { rows: stream.done.rows, blake3: stream.hash.finalize().to_hex().to_string() };
    stream.line(&end).await?;
    stream.sink.shutdown().await.map_err(of_io)?;
    Ok(stream.done)
}

async fn rows<W: AsyncWrite + Send + Unpin>(
    tx: &mut dyn Transaction,
    stream: &mut Stream<W>,
    table: &Table,
) -> Result<()> {
    let mut last: Option<Vec<Value<'static>>> = None;
    loop {
        let page = tx.fetch(table.select(last.as_deref(), table.page)).await?;
        let is_last = page.len() < table.page as usize;
        for row in page {
            let row = row.into_values();
            stream.row(table, &row).await?;
            last = Some(row);
        }
        if is_last {
            return Ok(());
        }
    }
}

struct Stream<W> {
    sink: W,
    hash: blake3::Hasher,
    done: Transferred,
}

impl<W: AsyncWrite + Send + Unpin> Stream<W> {
    async fn row(&mut self, table: &Table, row: &[Value<'static>]) -> Result<()> {
        let values = row.iter().zip(table.columns).map(|(value, (_, kind))| to_json(value, *kind));
        let values: Vec<_> = values.collect::<Result<_>>()?;
        self.done.rows += 1;
        let (documents, deleted) = DOCUMENTS;
        if table.name == documents && row.get(deleted) == Some(&Value::Integer(0)) {
            self.done.documents += 1;
        }
        self.line(&values).await
    }

    async fn line(&mut self, value: &impl Serialize) -> Result<()> {
        let mut line = serde_json::to_vec(value).map_err(|error| corrupt(error.to_string()))?;
        line.push(b'\n');
        self.hash.update(&line);
        self.done.bytes += line.len() as u64;
        self.sink.write_all(&line).await.map_err(of_io)
    }
}
