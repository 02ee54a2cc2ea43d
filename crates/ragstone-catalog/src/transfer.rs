//! The whole catalog as one stream of lines, to move it to another database or to keep it.
//!
//! # Format
//!
//! UTF-8, one JSON value for each line:
//!
//! 1. `{"format":"ragstone-catalog","version":1}`;
//! 2. for each table, in an order in which every row finds what it refers to, one line
//!    `{"table":"collections","columns":["id","tenant",…]}` and one array for each row: numbers, texts and `null` as
//!    they are, ids in the form of RFC 9562, bytes in base64 (RFC 4648, section 4);
//! 3. `{"rows":1234,"blake3":"…"}`: the number of rows, and the hash of all bytes before this line.
//!
//! Sequences, versions and ids are kept, so that a citation of the old catalog is one of the new. Marks of
//! projections are not, nor are the words of collections: an index is built, and words are gathered, again from what
//! arrived.

use ragstone_core::{CallContext, Error, ErrorKind, Result};
use tokio::io::{AsyncBufRead, AsyncWrite};

use crate::catalog::Catalog;
use crate::sql::Database;

mod export;
mod import;
mod line;
mod table;

/// What was carried over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Transferred {
    /// Rows of all tables.
    pub rows: u64,
    /// Current documents.
    pub documents: u64,
    /// Bytes of the stream.
    pub bytes: u64,
}

impl<D: Database> Catalog<D> {
    /// Writes everything that the catalog holds, of all tenants, as it is at one moment.
    ///
    /// Writers go on meanwhile. Dropping the future ends the export; what was written up to then is refused by
    /// [`import`](Self::import). `Unavailable` if `sink` fails. Costs one read of the whole catalog and memory for
    /// a few hundred rows.
    pub async fn export(
        &self,
        ctx: &CallContext,
        sink: impl AsyncWrite + Send + Unpin + 'static,
    ) -> Result<Transferred> {
        self.snapshot(ctx, "catalog.export", move |tx| export::export(tx, sink)).await
    }

    /// Fills an empty catalog with what [`export`](Self::export) wrote; all of it, or nothing.
    ///
    /// `FailedPrecondition` if the catalog has ever held a collection, or holds a saved search or a job that does not repeat; `InvalidArgument`, with
    /// the line, if the stream is not an export, is cut short, was changed, or comes from a newer version; `Unavailable` if `source`
    /// fails. A dropped future does not end the import. Costs one transaction of the size of the catalog.
    pub async fn import(
        &self,
        ctx: &CallContext,
        source: impl AsyncBufRead + Send + Unpin + 'static,
    ) -> Result<Transferred> {
        self.write(ctx, "catalog.import", move |tx| import::import(tx, source)).await
    }
}

fn of_io(source: std::io::Error) -> Error {
    Error::new(ErrorKind::Unavailable, "cannot read or write the exported catalog").with_source(source)
}
