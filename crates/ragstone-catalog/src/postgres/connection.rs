//! Statements and rows on a PostgreSQL connection.

use std::time::Duration;

use futures::FutureExt as _;
use ragstone_core::port::BoxFuture;
use ragstone_core::{Error, ErrorKind, Result};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgArguments, PgConnection, PgRow, PgTypeInfo, PgValueRef};
use sqlx::{
    Arguments as _, AssertSqlSafe, Decode, Encode, Postgres as Driver, Row as _, Type, TypeInfo as _,
    ValueRef as _,
};

use crate::error::from_postgres;
use crate::sql::{Connection, Row, Statement, Transaction, Value};

/// How statements are sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// Whether statements are prepared under a name and kept, which needs a session of one's own.
    pub(super) is_prepared: bool,
    /// How long an answer is waited for. Longer than the server's own limit, so that it only ends what a server that
    /// is gone without a word would never answer.
    pub(super) patience: Duration,
}

/// A transaction on a pooled connection. Dropped, it rolls back before the connection is used again.
#[derive(Debug)]
pub(super) struct PostgresTransaction {
    inner: sqlx::Transaction<'static, Driver>,
    style: Style,
}

impl PostgresTransaction {
    pub(super) fn new(inner: sqlx::Transaction<'static, Driver>, style: Style) -> Self {
        Self { inner, style }
    }
}

impl Connection for PostgresTransaction {
    fn execute<'a>(&'a mut self, statement: Statement<'a>) -> BoxFuture<'a, Result<u64>> {
        async move {
            let (sql, arguments) = encode(statement)?;
            let query = sqlx::query_with(sql, arguments).persistent(self.style.is_prepared);
            let done = within(self.style.patience, query.execute(&mut *self.inner)).await?;
            Ok(done.rows_affected())
        }
        .boxed()
    }

    fn fetch<'a>(&'a mut self, statement: Statement<'a>) -> BoxFuture<'a, Result<Vec<Row>>> {
        fetch(&mut self.inner, statement, self.style).boxed()
    }
}

impl Transaction for PostgresTransaction {
    fn run_script(&mut self, script: &'static str) -> BoxFuture<'_, Result<()>> {
        async move {
            within(self.style.patience, sqlx::raw_sql(script).execute(&mut *self.inner)).await?;
            Ok(())
        }
        .boxed()
    }

    fn commit(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        async move { within(self.style.patience, self.inner.commit()).await }.boxed()
    }

    fn rollback(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        async move { within(self.style.patience, self.inner.rollback()).await }.boxed()
    }
}

pub(super) async fn fetch(
    connection: &mut PgConnection,
    statement: Statement<'_>,
    style: Style,
) -> Result<Vec<Row>> {
    let (sql, arguments) = encode(statement)?;
    let query = sqlx::query_with(sql, arguments).persistent(style.is_prepared);
    let rows = within(style.patience, query.fetch_all(connection)).await?;
    rows.iter().map(decode_row).collect()
}

/// Gives up on a server that does not answer at all.
pub(super) async fn within<T>(
    patience: Duration,
    work: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T> {
    match tokio::time::timeout(patience, work).await {
        Ok(outcome) => outcome.map_err(from_postgres),
        Err(_) => Err(Error::new(ErrorKind::Unavailable, "the catalog's database does not answer")
            .with_help("check the database server and the network")),
    }
}

type Sql = AssertSqlSafe<std::borrow::Cow<'static, str>>;

fn encode(statement: Statement<'_>) -> Result<(Sql, PgArguments)> {
    let (sql, values) = statement.into_parts();
    let mut arguments = PgArguments::default();
    arguments.reserve(values.len(), 0);
    for value in values {
        let added = match value {
            Value::Null => arguments.add(Nothing),
            Value::Integer(value) => arguments.add(value),
            Value::Real(value) => arguments.add(value),
            Value::Text(text) => arguments.add(&*text),
            Value::Bytes(bytes) => arguments.add(&*bytes),
            Value::Uuid(uuid) => arguments.add(uuid),
        };
        added.map_err(|cause| {
            Error::new(ErrorKind::Unexpected, "a value cannot be given to the catalog").with_source(cause)
        })?;
    }
    Ok((AssertSqlSafe(sql), arguments))
}

/// NULL of the type that the server finds where it stands.
struct Nothing;

impl Type<Driver> for Nothing {
    fn type_info() -> PgTypeInfo {
        // `unknown`, the type of literals.
        PgTypeInfo::with_oid(Oid(705))
    }
}

impl Encode<'_, Driver> for Nothing {
    fn encode_by_ref(&self, _buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Ok(IsNull::Yes)
    }
}

fn decode_row(row: &PgRow) -> Result<Row> {
    let columns: Result<Vec<Value<'static>>> = (0..row.len())
        .map(|column| {
            let value = row.try_get_raw(column).map_err(from_postgres)?;
            decode(value).map_err(|cause| from_postgres(sqlx::Error::Decode(cause)))
        })
        .collect();
    columns.map(Row::new)
}

fn decode(value: PgValueRef<'_>) -> Result<Value<'static>, BoxDynError> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    let kind = value.type_info().into_owned();
    match kind.name() {
        "INT8" => <i64 as Decode<'_, Driver>>::decode(value).map(Value::Integer),
        "INT4" => <i32 as Decode<'_, Driver>>::decode(value).map(|value| Value::Integer(value.into())),
        "INT2" => <i16 as Decode<'_, Driver>>::decode(value).map(|value| Value::Integer(value.into())),
        "FLOAT8" => <f64 as Decode<'_, Driver>>::decode(value).map(Value::Real),
        "TEXT" => <String as Decode<'_, Driver>>::decode(value).map(|text| Value::Text(text.into())),
        "BYTEA" => <Vec<u8> as Decode<'_, Driver>>::decode(value).map(|bytes| Value::Bytes(bytes.into())),
        "UUID" => <uuid::Uuid as Decode<'_, Driver>>::decode(value).map(Value::Uuid),
        other => Err(format!("a column of type {other}").into()),
    }
}
