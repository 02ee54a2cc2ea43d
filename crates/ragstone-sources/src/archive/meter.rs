//! Counting what is unpacked, whatever the archive says of its sizes.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use ragstone_core::{Error, Result};

use super::{damaged, too_much};

const BUFFER: usize = 64 << 10;

/// Bytes that may still be unpacked.
#[derive(Clone)]
pub(super) struct Meter {
    left: Rc<Cell<u64>>,
    limit: u64,
}

impl Meter {
    pub(super) fn new(limit: u64) -> Self {
        Self { left: Rc::new(Cell::new(limit)), limit }
    }

    /// Counts what is read through it; fails once it is too much.
    #[cfg_attr(not(feature = "archive"), expect(dead_code, reason = "nothing is read without the feature"))]
    pub(super) fn count<R: Read>(&self, inner: R) -> Metered<R> {
        Metered { inner, meter: self.clone() }
    }

    /// Reads everything into nothing.
    pub(super) fn nothing(content: &mut dyn Read) -> Result<()> {
        let mut buffer = vec![0; BUFFER];
        while content.read(&mut buffer).map_err(fault)? > 0 {}
        Ok(())
    }

    /// Reads everything; `None` where it is more than `limit` bytes, of which the rest is read into nothing.
    pub(super) fn content(content: &mut dyn Read, limit: u64) -> Result<Option<Vec<u8>>> {
        let mut bytes = Vec::new();
        content.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(fault)?;
        if bytes.len() as u64 <= limit {
            return Ok(Some(bytes));
        }
        drop(bytes);
        Self::nothing(content).map(|()| None)
    }
}

pub(super) struct Metered<R> {
    inner: R,
    meter: Meter,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let left =
            self.meter.left.get().checked_sub(read as u64).ok_or_else(|| {
                io::Error::new(io::ErrorKind::FileTooLarge, Spent { limit: self.meter.limit })
            })?;
        self.meter.left.set(left);
        Ok(read)
    }
}

/// The meter has run out.
#[derive(Debug)]
struct Spent {
    limit: u64,
}

impl std::fmt::Display for Spent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "more than {} bytes are unpacked", self.limit)
    }
}

impl std::error::Error for Spent {}

/// What a failure to read means: the meter has run out, or the archive is damaged.
pub(super) fn fault(error: io::Error) -> Error {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = error.get_ref().map(|inner| inner as _);
    while let Some(inner) = cause {
        if let Some(spent) = inner.downcast_ref::<Spent>() {
            return too_much(spent.limit);
        }
        cause = match inner.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped as _),
            None => inner.source(),
        };
    }
    damaged(&error).with_source(error)
}
