//! Statements and rows on an SQLite connection.

use futures::FutureExt as _;
use ragstone_core::port::BoxFuture;
use ragstone_core::{Error, ErrorKind, Result};
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteRow, SqliteValueRef};
use sqlx::{Arguments as _, AssertSqlSafe, Decode, Row as _, Sqlite as Driver, TypeInfo as _, ValueRef as _};

use super::log::WriteLog;
use crate::error::from_sqlite;
use crate::sql::{Connection, Row, Statement, Transaction, Value};

/// A transaction on a pooled connection. Dropped, it rolls back before the connection is used again.
#[derive(Debug)]
pub(super) struct SqliteTransaction {
    inner: sqlx::Transaction<'static, Driver>,
    log: WriteLog,
}

impl SqliteTransaction {
    pub(super) fn new(inner: sqlx::Transaction<'static, Driver>, log: WriteLog) -> Self {
        Self { inner, log }
    }
}

impl Connection for SqliteTransaction {
    fn execute<'a>(&'a mut self, statement: Statement<'a>) -> BoxFuture<'a, Result<u64>> {
        async move {
            let (sql, arguments) = encode(statement)?;
            let done = sqlx::query_with(sql, arguments).execute(&mut *self.inner).await;
            Ok(done.map_err(|error| self.log.failed(from_sqlite(error)))?.rows_affected())
        }
        .boxed()
    }

    fn fetch<'a>(&'a mut self, statement: Statement<'a>) -> BoxFuture<'a, Result<Vec<Row>>> {
        async move {
            let rows = fetch(&mut self.inner, statement).await;
            rows.map_err(|error| self.log.failed(error))
        }
        .boxed()
    }
}

impl Transaction for SqliteTransaction {
    fn run_script(&mut self, script: &'static str) -> BoxFuture<'_, Result<()>> {
        async move {
            let done = sqlx::raw_sql(script).execute(&mut *self.inner).await;
            done.map(|_| ()).map_err(|error| self.log.failed(from_sqlite(error)))
        }
        .boxed()
    }

    fn commit(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        async move { self.inner.commit().await.map_err(|error| self.log.failed(from_sqlite(error))) }.boxed()
    }

    fn rollback(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        async move { self.inner.rollback().await.map_err(from_sqlite) }.boxed()
    }
}

pub(super) async fn fetch(connection: &mut SqliteConnection, statement: Statement<'_>) -> Result<Vec<Row>> {
    let (sql, arguments) = encode(statement)?;
    let rows = sqlx::query_with(sql, arguments).fetch_all(connection).await.map_err(from_sqlite)?;
    rows.iter().map(decode_row).collect()
}

type Sql = AssertSqlSafe<std::borrow::Cow<'static, str>>;

/// The driver's worker thread owns what it binds, so borrowed values are copied here, once.
fn encode(statement: Statement<'_>) -> Result<(Sql, SqliteArguments)> {
    let (sql, values) = statement.without_numbers().into_parts();
    let mut arguments = SqliteArguments::default();
    arguments.reserve(values.len(), 0);
    for value in values {
        let added = match value {
            Value::Null => arguments.add(None::<i64>),
            Value::Integer(value) => arguments.add(value),
            Value::Real(value) => arguments.add(value),
            Value::Text(text) => arguments.add(text.into_owned()),
            Value::Bytes(bytes) => arguments.add(bytes.into_owned()),
            Value::Uuid(uuid) => arguments.add(uuid.into_bytes().to_vec()),
        };
        added.map_err(|cause| {
            Error::new(ErrorKind::Unexpected, "a value cannot be given to the catalog").with_source(cause)
        })?;
    }
    Ok((AssertSqlSafe(sql), arguments))
}

fn decode_row(row: &SqliteRow) -> Result<Row> {
    let columns: Result<Vec<Value<'static>>> = (0..row.len())
        .map(|column| {
            let value = row.try_get_raw(column).map_err(from_sqlite)?;
            decode(value).map_err(|cause| from_sqlite(sqlx::Error::Decode(cause)))
        })
        .collect();
    columns.map(Row::new)
}

fn decode(value: SqliteValueRef<'_>) -> Result<Value<'static>, sqlx::error::BoxDynError> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    let kind = value.type_info().name().to_owned();
    match kind.as_str() {
        "INTEGER" => <i64 as Decode<'_, Driver>>::decode(value).map(Value::Integer),
        "REAL" => <f64 as Decode<'_, Driver>>::decode(value).map(Value::Real),
        "TEXT" => <String as Decode<'_, Driver>>::decode(value).map(|text| Value::Text(text.into())),
        "BLOB" => <Vec<u8> as Decode<'_, Driver>>::decode(value).map(|bytes| Value::Bytes(bytes.into())),
        other => Err(format!("a column of type {other}").into()),
    }
}
