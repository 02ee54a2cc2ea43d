//! The outline of CSV: one block per row under the header row.

use super::{BlockKind, Outline};

/// Delimiters that are tried; the one found most often in the first line wins, the comma where none is found.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// Rows are found by a CSV parser, so that a line break inside quotes does not end a row.
pub(crate) fn outline(text: &str) -> Outline {
    let mut outline = Outline::new();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut row = csv::ByteRecord::new();
    let mut section = 0;
    let mut is_header = true;
    loop {
        let start = usize::try_from(reader.position().byte()).unwrap_or(text.len());
        // Reading from memory without a fixed width has no error; were there one, the rest is one block.
        if !matches!(reader.read_byte_record(&mut row), Ok(true)) {
            return outline;
        }
        let start = text.floor_char_boundary(start);
        if is_header {
            section = outline.section(0, &header(&row));
            is_header = false;
        }
        outline.block(start, section, 0, BlockKind::Lines);
    }
}

fn delimiter(text: &str) -> u8 {
    let first_line = text.lines().next().unwrap_or_default();
    let count = |delimiter: u8| memchr::memchr_iter(delimiter, first_line.as_bytes()).count();
    let mut best = DELIMITERS[0];
    for delimiter in DELIMITERS {
        if count(delimiter) > count(best) {
            best = delimiter;
        }
    }
    best
}

fn header(row: &csv::ByteRecord) -> String {
    let mut header = String::new();
    for field in row {
        // Enough for the cut that every heading gets.
        if header.len() > super::MAX_HEADING_BYTES {
            break;
        }
        if !header.is_empty() {
            header.push_str(", ");
        }
        header.push_str(String::from_utf8_lossy(field).trim_matches(['\u{feff}', ' ']));
    }
    header
}
