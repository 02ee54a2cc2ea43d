//! Bytes of a file with the place that has been reached.

use std::cell::Cell;
use std::error;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use super::{FormatError, GraphFormat, Position, Result};

const BUFFER: usize = 64 << 10;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A buffered reader that counts lines and columns, and stops before one piece takes more than its allowance.
pub(super) struct Source<'a> {
    pub(super) format: GraphFormat,
    reader: &'a mut dyn Read,
    buffer: Vec<u8>,
    begin: usize,
    end: usize,
    is_begun: bool,
    progress: Rc<Progress>,
}

/// How far a source has come, for those who have lent it to a parser.
pub(super) struct Progress {
    limit: usize,
    allowance: Cell<usize>,
    line: Cell<u64>,
    column: Cell<u64>,
}

impl Progress {
    /// Begins a piece, with an allowance of its own.
    pub(super) fn renew(&self) {
        self.allowance.set(self.limit);
    }

    /// The place of the next byte.
    pub(super) fn position(&self) -> Position {
        Position { line: self.line.get(), column: self.column.get() }
    }
}

/// The error inside an error of reading that says that the allowance is used up.
#[derive(Debug, thiserror::Error)]
#[error("a piece of the file is too long")]
struct UsedUp;

impl<'a> Source<'a> {
    pub(super) fn new(format: GraphFormat, reader: &'a mut dyn Read, limit: usize) -> Self {
        let limit = limit.max(BUFFER);
        Self {
            format,
            reader,
            buffer: vec![0; BUFFER],
            begin: 0,
            end: 0,
            is_begun: false,
            progress: Rc::new(Progress {
                limit,
                allowance: Cell::new(limit),
                line: Cell::new(1),
                column: Cell::new(1),
            }),
        }
    }

    /// The place of the next byte.
    pub(super) fn position(&self) -> Position {
        self.progress.position()
    }

    pub(super) fn progress(&self) -> Rc<Progress> {
        Rc::clone(&self.progress)
    }

    /// Begins a piece, with an allowance of its own.
    pub(super) fn renew(&self) {
        self.progress.renew();
    }

    pub(super) fn malformed(&self, problem: &'static str) -> FormatError {
        self.malformed_at(self.position(), problem)
    }

    pub(super) fn malformed_at(&self, position: Position, problem: &'static str) -> FormatError {
        FormatError::Malformed { format: self.format, position, problem }
    }

    /// What an error of reading means here.
    pub(super) fn failed(&self, error: io::Error) -> FormatError {
        if error.get_ref().is_some_and(<dyn error::Error + Send + Sync>::is::<UsedUp>) {
            return FormatError::TooLarge {
                format: self.format,
                position: self.position(),
                what: "bytes in one piece",
                limit: self.progress.limit as u64,
            };
        }
        FormatError::Io(error)
    }

    #[inline]
    pub(super) fn peek(&mut self) -> Result<Option<u8>> {
        if self.begin == self.end {
            self.refill().map_err(|error| self.failed(error))?;
        }
        Ok(self.buffer[..self.end].get(self.begin).copied())
    }

    #[inline]
    pub(super) fn next(&mut self) -> Result<Option<u8>> {
        let byte = self.peek()?;
        if byte.is_some() {
            self.advance(1);
        }
        Ok(byte)
    }

    /// Passes over bytes as long as they are of a kind, and keeps them.
    pub(super) fn take_while(&mut self, into: &mut Vec<u8>, is_kind: impl Fn(u8) -> bool) -> Result<()> {
        while self.peek()?.is_some() {
            let rest = &self.buffer[self.begin..self.end];
            let length = rest.iter().position(|&byte| !is_kind(byte)).unwrap_or(rest.len());
            into.extend_from_slice(&rest[..length]);
            self.advance(length);
            if self.begin < self.end {
                break;
            }
        }
        Ok(())
    }

    /// The next line without its line feed; `None` at the end.
    pub(super) fn line(&mut self, line: &mut Vec<u8>) -> Result<Option<Position>> {
        line.clear();
        self.renew();
        if self.peek()?.is_none() {
            return Ok(None);
        }
        let position = self.position();
        while self.peek()?.is_some() {
            let rest = &self.buffer[self.begin..self.end];
            if let Some(length) = rest.iter().position(|&byte| byte == b'\n') {
                line.extend_from_slice(&rest[..length]);
                self.begin += length + 1;
                self.progress.line.set(position.line + 1);
                self.progress.column.set(1);
                return Ok(Some(position));
            }
            line.extend_from_slice(rest);
            self.begin = self.end;
        }
        Ok(Some(position))
    }

    /// The next line as text, without its end.
    pub(super) fn text_line<'b>(&mut self, line: &'b mut Vec<u8>) -> Result<Option<(Position, &'b str)>> {
        let Some(position) = self.line(line)? else {
            return Ok(None);
        };
        let text = self.text(line, position)?;
        Ok(Some((position, text.strip_suffix('\r').unwrap_or(text))))
    }

    /// Bytes of one line that began at a place, as text.
    pub(super) fn text<'b>(&self, bytes: &'b [u8], begin: Position) -> Result<&'b str> {
        std::str::from_utf8(bytes).map_err(|error| {
            let valid = std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
            let lines = valid.matches('\n').count() as u64;
            let last = valid.rsplit('\n').next().unwrap_or_default();
            let before = if lines == 0 { begin.column } else { 1 };
            let position =
                Position { line: begin.line + lines, column: before + last.chars().count() as u64 };
            self.malformed_at(position, "bytes are not UTF-8: convert the file")
        })
    }

    #[inline]
    fn advance(&mut self, length: usize) {
        let end = (self.begin + length).min(self.end);
        let (mut line, mut column) = (self.progress.line.get(), self.progress.column.get());
        for &byte in &self.buffer[self.begin..end] {
            if byte == b'\n' {
                line += 1;
                column = 1;
            } else if byte & 0xc0 != 0x80 {
                column += 1;
            }
        }
        self.progress.line.set(line);
        self.progress.column.set(column);
        self.begin = end;
    }

    /// Fills the empty buffer; at the beginning passes over a byte order mark.
    fn refill(&mut self) -> io::Result<()> {
        let left = self.progress.allowance.get();
        if left == 0 {
            return Err(io::Error::other(UsedUp));
        }
        self.begin = 0;
        self.end = self.read_some(0)?;
        if !self.is_begun {
            self.is_begun = true;
            while self.end > 0 && self.end < BYTE_ORDER_MARK.len() {
                let more = self.read_some(self.end)?;
                if more == 0 {
                    break;
                }
                self.end += more;
            }
            if self.buffer[..self.end].starts_with(BYTE_ORDER_MARK) {
                self.begin = BYTE_ORDER_MARK.len();
                if self.begin == self.end {
                    return self.refill();
                }
            }
        }
        self.progress.allowance.set(left.saturating_sub(self.end));
        Ok(())
    }

    fn read_some(&mut self, place: usize) -> io::Result<usize> {
        loop {
            match self.reader.read(&mut self.buffer[place..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => return Ok(read?.min(BUFFER - place)),
            }
        }
    }
}

impl Read for Source<'_> {
    #[inline]
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let length = available.len().min(into.len());
        into[..length].copy_from_slice(&available[..length]);
        self.advance(length);
        Ok(length)
    }
}

impl BufRead for Source<'_> {
    #[inline]
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.begin == self.end {
            self.refill()?;
        }
        Ok(&self.buffer[self.begin..self.end])
    }

    #[inline]
    fn consume(&mut self, length: usize) {
        self.advance(length);
    }
}
