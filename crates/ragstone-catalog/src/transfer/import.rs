//! From the stream to an empty catalog.

use ragstone_core::{Error, ErrorKind, Result};
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _};

use super::line::{End, FORMAT, Header, TableStart, VERSION, from_json};
use super::table::{DOCUMENTS, TABLES, Table};
use super::{Transferred, of_io};
use crate::sql::{Connection as _, Row, Rows, Statement, Value};
use crate::transaction::WriteTransaction;

/// Longest line. A row has at most one block of text or the metadata of one document.
const LONGEST_LINE: u64 = 64 << 20;

pub(super) async fn import(
    mut tx: WriteTransaction,
    source: impl AsyncBufRead + Send + Unpin + 'static,
) -> Result<Transferred> {
    refuse_used(&mut tx).await?;
    let identity = tx.fetch(Statement::new("SELECT value FROM counters WHERE name = 'identity'")).await?;
    let mut stream = Stream::new(source);
    let outcome = fill(&mut tx, &mut stream).await;
    if let Err(error) = outcome {
        tx.abandon().await?;
        return Err(error.with_context("line", stream.number));
    }
    tx.keep_head().await?;
    keep_identity(&mut tx, identity).await?;
    tx.commit().await?;
    Ok(stream.done)
}

/// What is imported is a copy; which catalog this is, where that is told apart, stays.
async fn keep_identity(tx: &mut WriteTransaction, own: Vec<Row>) -> Result<()> {
    let statement = match own.into_iter().next() {
        Some(mut row) => {
            Statement::new("UPDATE counters SET value = $1 WHERE name = 'identity'").bind(row.integer()?)
        }
        None => Statement::new("DELETE FROM counters WHERE name = 'identity'"),
    };
    tx.execute(statement).await.map(|_| ())
}

async fn refuse_used(tx: &mut WriteTransaction) -> Result<()> {
    let find =
        "SELECT 1 FROM collections UNION ALL SELECT 1 FROM saved_searches UNION ALL SELECT 1 FROM graphs
         UNION ALL SELECT 1 FROM jobs WHERE every IS NULL LIMIT 1";
    let rows = tx.fetch(Statement::new(find)).await?;
    if rows.is_empty() {
        return Ok(());
    }
    Err(Error::new(ErrorKind::FailedPrecondition, "the catalog is not empty")
        .with_help("import into a new data directory or a new database"))
}

async fn fill<R: AsyncBufRead + Send + Unpin>(
    tx: &mut WriteTransaction,
    stream: &mut Stream<R>,
) -> Result<()> {
    let version = stream.header().await?;
    let mut table = None;
    let tables: Vec<Table> = TABLES.iter().filter_map(|table| table.at(version)).collect();
    let mut next = tables.iter();
    let mut held: Vec<Vec<Value<'static>>> = Vec::new();
    loop {
        let hash = stream.hash.finalize();
        let line = stream.next().await?;
        if line.first() == Some(&b'[') {
            let current = table.ok_or_else(|| wrong("a row stands before the first table"))?;
            held.push(stream.row(current, &line)?);
            if held.len() < current.page as usize {
                continue;
            }
        }
        if let Some(current) = table {
            store(tx, current, &mut held).await?;
        }
        if line.starts_with(br#"{"table""#) {
            let expected =
                next.next().ok_or_else(|| wrong("there are more tables than this version knows"))?;
            expected_table(expected, &parse(&line)?)?;
            table = Some(expected);
        } else if line.first() == Some(&b'{') {
            let end: End = parse(&line)?;
            let is_whole = next.next().is_none() && end.rows == stream.done.rows;
            return if is_whole && end.blake3 == hash.to_hex().as_str() {
                stream.nothing_more().await
            } else {
                Err(wrong("the stream was changed, or something is missing from it"))
            };
        } else if line.first() != Some(&b'[') {
            return Err(wrong("a line is neither a row nor the beginning of a table"));
        }
    }
}

async fn store(tx: &mut WriteTransaction, table: &Table, held: &mut Vec<Vec<Value<'static>>>) -> Result<()> {
    for batch in Rows::of(held) {
        tx.execute(table.insert(batch)).await.map_err(|error| {
            // What no rule of the schema allows no export ever held.
            match error.kind() {
                ErrorKind::AlreadyExists | ErrorKind::Conflict | ErrorKind::Unexpected => {
                    wrong("a row contradicts the others").with_source(error)
                }
                _ => error,
            }
        })?;
    }
    held.clear();
    Ok(())
}

fn expected_table(expected: &Table, start: &TableStart) -> Result<()> {
    let columns = expected.columns.iter().map(|(name, _)| *name);
    if start.table == expected.name && columns.eq(start.columns.iter().map(String::as_str)) {
        return Ok(());
    }
    Err(wrong("a table is not as this version knows it")
        .with_context("table", &start.table)
        .with_help("export again with the version that imports"))
}

struct Stream<R> {
    source: R,
    number: u64,
    hash: blake3::Hasher,
    done: Transferred,
}

impl<R: AsyncBufRead + Send + Unpin> Stream<R> {
    fn new(source: R) -> Self {
        Self { source, number: 0, hash: blake3::Hasher::new(), done: Transferred::default() }
    }

    /// The version of the stream.
    async fn header(&mut self) -> Result<u32> {
        let line = self.next().await?;
        let header: Header = parse(&line).map_err(|error| {
            wrong("this is not an export of a catalog")
                .with_source(error)
                .with_help("make one with `ragstone export`")
        })?;
        if header.format != FORMAT {
            return Err(wrong("this is not an export of a catalog"));
        }
        if !(1..=VERSION).contains(&header.version) {
            return Err(wrong("the export has a format that this version does not know")
                .with_context("version", header.version)
                .with_help("import it with the version that made it, or a later one"));
        }
        Ok(header.version)
    }

    async fn next(&mut self) -> Result<Vec<u8>> {
        let mut line = Vec::new();
        let read = (&mut self.source).take(LONGEST_LINE).read_until(b'\n', &mut line).await.map_err(of_io)?;
        self.number += 1;
        if read == 0 || line.last() != Some(&b'\n') {
            return Err(wrong("the stream ends too early"));
        }
        self.hash.update(&line);
        self.done.bytes += read as u64;
        Ok(line)
    }

    async fn nothing_more(&mut self) -> Result<()> {
        let rest = self.source.fill_buf().await.map_err(of_io)?;
        if rest.is_empty() { Ok(()) } else { Err(wrong("something stands behind the end")) }
    }

    fn row(&mut self, table: &Table, line: &[u8]) -> Result<Vec<Value<'static>>> {
        let row: Vec<Json> = parse(line)?;
        if row.len() != table.columns.len() {
            return Err(wrong("a row has another number of columns than its table"));
        }
        let values = row.into_iter().zip(table.columns).map(|(json, (_, kind))| from_json(json, *kind));
        let values: Vec<Value<'static>> = values.collect::<Result<_>>()?;
        self.done.rows += 1;
        let (documents, deleted) = DOCUMENTS;
        if table.name == documents && values.get(deleted) == Some(&Value::Integer(0)) {
            self.done.documents += 1;
        }
        Ok(values)
    }
}

fn parse<T: DeserializeOwned>(line: &[u8]) -> Result<T> {
    serde_json::from_slice(line).map_err(|error| wrong("a line cannot be read").with_source(error))
}

fn wrong(rule: &'static str) -> Error {
    Error::invalid("source", rule)
}
