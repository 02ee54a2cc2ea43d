//! How large the sheets of Excel 97 are as grids, which their parser makes of cells however far apart they are.

use std::io::{Cursor, Read};

use cfb::CompoundFile;

use crate::document::Source;
use crate::extract::ExtractError;

/// Names of the stream with the workbook, the usual one first.
const STREAMS: [&str; 2] = ["/Workbook", "/Book"];
/// Bytes that the parser takes for a cell of a grid.
const BYTES_PER_CELL: usize = 64;

/// Kinds of records.
const SHEET: u16 = 0x0085;
const BEGIN: u16 = 0x0809;
const END: u16 = 0x000a;
const CELLS: [u16; 9] = [0x0203, 0x0204, 0x00d6, 0x0205, 0x0207, 0x027e, 0x00fd, 0x00bd, 0x0006];

/// Adds up the grids of all sheets; sheets that share their records count each.
///
/// # Errors
/// `TooExpanded`, `TooMany` and `Damaged`.
pub(super) fn check(source: Source<'_>) -> Result<(), ExtractError> {
    let limits = source.limits;
    let refused = ExtractError::TooExpanded { limit: limits.max_expanded_bytes };
    let stream = stream(source)?;
    let (mut bytes, mut read) = (0_usize, 0_usize);
    let sheets = Records { rest: &stream }.filter(|(kind, _)| *kind == SHEET);
    for (count, (_, data)) in sheets.enumerate() {
        if count >= limits.max_archive_entries {
            return Err(ExtractError::TooMany { parts: "sheets", limit: limits.max_archive_entries });
        }
        let place = data.first_chunk().map_or(0, |place| u32::from_le_bytes(*place));
        let from = usize::try_from(place).ok().and_then(|place| stream.get(place..)).unwrap_or_default();
        let (cells, len) = grid(from);
        bytes = bytes.saturating_add(cells.saturating_mul(BYTES_PER_CELL));
        read = read.saturating_add(len);
        if bytes > limits.max_expanded_bytes || read > limits.max_expanded_bytes {
            return Err(refused);
        }
    }
    Ok(())
}

fn stream(source: Source<'_>) -> Result<Vec<u8>, ExtractError> {
    let damaged = source.damaged("its streams cannot be read");
    let mut file = CompoundFile::open(Cursor::new(source.bytes)).map_err(|_| damaged.clone())?;
    let name = STREAMS.into_iter().find(|name| file.is_stream(name)).ok_or(damaged.clone())?;
    let mut bytes = Vec::new();
    let stream = file.open_stream(name).map_err(|_| damaged.clone())?;
    // A stream is part of the file, whatever its length says.
    stream
        .take(source.bytes.len().try_into().unwrap_or(u64::MAX))
        .read_to_end(&mut bytes)
        .map_err(|_| damaged)?;
    Ok(bytes)
}

/// Cells of the grid of the sheet that begins here, and the bytes of its records.
fn grid(sheet: &[u8]) -> (usize, usize) {
    let mut depth = 0_usize;
    let mut corners: Option<[usize; 4]> = None;
    let mut records = Records { rest: sheet };
    for (kind, data) in records.by_ref() {
        match kind {
            BEGIN => depth += 1,
            END if depth <= 1 => break,
            END => depth -= 1,
            _ if CELLS.contains(&kind) => {
                let number = |at: usize| {
                    data.get(at..at + 2)
                        .map(|n| n.iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
                };
                let (Some(row), Some(column)) = (number(0), number(2)) else { continue };
                // A record of several cells ends with the last column.
                let several = data.len().checked_sub(2).filter(|_| kind == 0x00bd).and_then(number);
                let last = several.unwrap_or(column).max(column);
                let [top, left, bottom, right] = corners.unwrap_or([row, column, row, last]);
                corners = Some([top.min(row), left.min(column), bottom.max(row), right.max(last)]);
            }
            _ => {}
        }
    }
    let cells =
        corners.map_or(0, |[top, left, bottom, right]| (bottom - top + 1).saturating_mul(right - left + 1));
    (cells, sheet.len() - records.rest.len())
}

/// Records with their kinds.
struct Records<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let ([kind, more, len, len_more], rest) = self.rest.split_first_chunk()?;
        let len = usize::from(u16::from_le_bytes([*len, *len_more]));
        let (data, rest) = rest.split_at_checked(len)?;
        self.rest = rest;
        Some((u16::from_le_bytes([*kind, *more]), data))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let len = u16::try_from(data.len()).unwrap();
        [&kind.to_le_bytes(), &len.to_le_bytes(), data].concat()
    }

    #[test]
    fn grid_reaches_from_the_first_cell_to_the_last() {
        let cells = [record(0x0203, &[1, 0, 2, 0, 0, 0]), record(0x00bd, &[0, 1, 0, 0, 0, 0, 255, 0])];
        let sheet =
            [record(BEGIN, &[]), cells.concat(), record(END, &[]), record(0x0203, &[255; 4])].concat();
        assert_eq!(grid(&sheet).0, 256 * 256);
        assert_eq!(grid(&[]), (0, 0));
    }
}
