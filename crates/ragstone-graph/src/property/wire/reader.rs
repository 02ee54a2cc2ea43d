//! Reads the parts of a delta, from bytes that may be anything.

use std::sync::Arc;

use serde_json::Value;

use crate::document::KeyRef;
use crate::graph::Vertex;
use crate::property::column::Column;
use crate::property::columns::Columns;
use crate::property::delta::Gaps;
use crate::property::error::DeltaError;
use crate::property::keys::KeyList;
use crate::property::limit::{MAX_DEPTH, check_key, check_name, is_flat};
use crate::property::slots::Slots;
use crate::property::texts::{Arena, Texts};
use crate::property::values::{Amount, Values};

type Result<T, E = DeltaError> = std::result::Result<T, E>;

const SHORT: DeltaError = DeltaError::corrupt("it ends too early");

/// Bytes that are left.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// Refuses bytes behind the end.
    pub(super) fn finish(self) -> Result<()> {
        if self.bytes.is_empty() { Ok(()) } else { Err(DeltaError::corrupt("it has bytes behind its end")) }
    }

    #[inline]
    pub(super) fn byte(&mut self) -> Result<u8> {
        let (&byte, rest) = self.bytes.split_first().ok_or(SHORT)?;
        self.bytes = rest;
        Ok(byte)
    }

    #[inline]
    fn number(&mut self) -> Result<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                // The tenth byte holds the last bit.
                let is_whole = shift < 63 || byte < 2;
                return if is_whole { Ok(number) } else { Err(DeltaError::corrupt("a number is too large")) };
            }
        }
        Err(DeltaError::corrupt("a number is too long"))
    }

    /// A number of rows, or of a row.
    pub(super) fn row(&mut self) -> Result<u32> {
        u32::try_from(self.number()?).map_err(|_| DeltaError::corrupt("a row is above 32 bits"))
    }

    pub(super) fn rows(&mut self) -> Result<Slots> {
        let mut slots = Slots::default();
        for run in 0..self.count()? {
            let (gap, length) = (self.row()?, self.row()?);
            let start = slots.end().checked_add(gap);
            let end = start.and_then(|start| start.checked_add(length));
            let is_run = length > 0 && (run == 0 || gap > 0);
            let (Some(start), Some(end), true) = (start, end, is_run) else {
                return Err(DeltaError::corrupt("rows are out of order"));
            };
            slots.push_run(start, end);
        }
        Ok(slots)
    }

    pub(super) fn keys(&mut self) -> Result<KeyList> {
        let mut keys = KeyList::default();
        let mut last = 0i64;
        for _ in 0..self.count()? {
            let head = self.number()?;
            for _ in 0..self.fitting(head >> 1)? {
                if head & 1 == 1 {
                    let key = KeyRef::Text(self.text()?);
                    check_key(key).map_err(|_| DeltaError::corrupt("a key is empty or too long"))?;
                    keys.push(key);
                } else {
                    last = last.wrapping_add(self.signed()?);
                    keys.push(KeyRef::Integer(last));
                }
            }
        }
        Ok(keys)
    }

    pub(super) fn attributes(&mut self) -> Result<Vec<(Arc<str>, Option<Value>)>> {
        let mut attributes = Vec::new();
        for _ in 0..self.count()? {
            let name = self.name()?;
            let value = match self.byte()? {
                0 => None,
                1 => Some(self.json()?),
                _ => return Err(DeltaError::corrupt("an attribute is neither there nor not")),
            };
            attributes.push((name, value));
        }
        Ok(attributes)
    }

    pub(super) fn vertices(&mut self) -> Result<Vec<Vertex>> {
        let count = self.count()?;
        let mut vertices = Vec::with_capacity(count);
        let mut last = 0i64;
        for _ in 0..count {
            last = last.wrapping_add(self.signed()?);
            let vertex = u32::try_from(last).map_err(|_| DeltaError::corrupt("an end is above 32 bits"))?;
            vertices.push(vertex);
        }
        Ok(vertices)
    }

    pub(super) fn gaps(&mut self) -> Result<Gaps> {
        let mut gaps = Gaps::new();
        for _ in 0..self.count()? {
            gaps.push((self.name()?, self.rows()?));
        }
        Ok(gaps)
    }

    pub(super) fn columns(&mut self) -> Result<Columns> {
        let mut columns = Vec::<(Arc<str>, Column)>::new();
        for _ in 0..self.count()? {
            let (name, column) = (self.name()?, self.column()?);
            if columns.last().is_some_and(|(last, _)| *last >= name) {
                return Err(DeltaError::corrupt("columns are out of order"));
            }
            if column.is_empty() {
                return Err(DeltaError::corrupt("a column is empty"));
            }
            columns.push((name, column));
        }
        Ok(Columns::of(columns))
    }

    pub(super) fn column(&mut self) -> Result<Column> {
        let rows = self.rows()?;
        let count = rows.len();
        let values = match self.byte()? {
            0 => {
                self.least(count)?;
                Values::Integers((0..count).map(|_| self.signed()).collect::<Result<_>>()?)
            }
            1 => Values::Floats(self.reals(count)?),
            2 => Values::Numbers(self.amounts(count)?),
            3 => Values::Booleans(self.bits(count)?),
            4 => Values::Texts(Box::new(self.texts(count)?)),
            5 => {
                self.least(count)?;
                Values::Json((0..count).map(|_| self.json()).collect::<Result<_>>()?)
            }
            _ => return Err(DeltaError::corrupt("a column is of no kind")),
        };
        Ok(Column { rows, values })
    }

    fn texts(&mut self, count: usize) -> Result<Texts> {
        let mut pool = Arena::default();
        for _ in 0..self.count()? {
            pool.push(self.text()?);
        }
        self.least(count)?;
        let mut codes = Vec::with_capacity(count);
        for _ in 0..count {
            let code = self.row()?;
            if code as usize >= pool.len() {
                return Err(DeltaError::corrupt("a text is not there"));
            }
            codes.push(code);
        }
        Ok(Texts::of_codes(pool, codes))
    }

    fn reals(&mut self, count: usize) -> Result<Vec<f64>> {
        let bytes = self.take(count.checked_mul(8).ok_or(SHORT)?)?;
        let (reals, _) = bytes.as_chunks::<8>();
        let reals: Vec<_> = reals.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect();
        let is_fine = reals.iter().all(|real| real.is_finite());
        if is_fine { Ok(reals) } else { Err(DeltaError::corrupt("a real is none")) }
    }

    fn amounts(&mut self, count: usize) -> Result<Vec<Amount>> {
        let are_real = self.bits(count)?;
        self.least(count)?;
        let mut amounts = Vec::with_capacity(count);
        for is_real in are_real {
            amounts.push(if is_real {
                Amount::Float(self.reals(1)?.first().copied().unwrap_or_default())
            } else {
                Amount::Integer(self.signed()?)
            });
        }
        Ok(amounts)
    }

    fn bits(&mut self, count: usize) -> Result<Vec<bool>> {
        let bytes = self.take(count.div_ceil(8))?;
        let bits = bytes.iter().flat_map(|byte| (0..8).map(move |place| byte >> place & 1 == 1));
        Ok(bits.take(count).collect())
    }

    fn json(&mut self) -> Result<Value> {
        let value = serde_json::from_str(self.text()?).ok();
        let is_fine = |value: &Value| is_flat(value, MAX_DEPTH);
        value.filter(is_fine).ok_or(DeltaError::corrupt("a value is no JSON"))
    }

    fn name(&mut self) -> Result<Arc<str>> {
        let name = self.text()?;
        check_name(name).map_err(|_| DeltaError::corrupt("a name is empty or too long"))?;
        Ok(name.into())
    }

    fn text(&mut self) -> Result<&'a str> {
        let length = self.count()?;
        std::str::from_utf8(self.take(length)?).map_err(|_| DeltaError::corrupt("a text is not UTF-8"))
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let (bytes, rest) = self.bytes.split_at_checked(length).ok_or(SHORT)?;
        self.bytes = rest;
        Ok(bytes)
    }

    fn signed(&mut self) -> Result<i64> {
        let number = self.number()?;
        Ok((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    /// The length of a list, each entry of which takes a byte at least.
    fn count(&mut self) -> Result<usize> {
        let count = self.number()?;
        self.fitting(count)
    }

    fn fitting(&self, count: u64) -> Result<usize> {
        let count = usize::try_from(count).map_err(|_| SHORT)?;
        self.least(count)?;
        Ok(count)
    }

    /// Refuses a list that is longer than the bytes that are left.
    fn least(&self, count: usize) -> Result<()> {
        if count <= self.bytes.len() { Ok(()) } else { Err(SHORT) }
    }
}
