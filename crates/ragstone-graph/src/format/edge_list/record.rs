//! A line cut into columns.

use crate::format::Position;

/// Columns of one record. A column in quotes may hold the delimiter, line ends and, doubled, quotes.
#[derive(Default)]
pub(super) struct Record {
    text: String,
    columns: Vec<Column>,
    state: State,
    begin: Position,
    end: Position,
}

struct Column {
    begin: usize,
    end: usize,
    is_quoted: bool,
    position: Position,
}

#[derive(Default, Clone, Copy, PartialEq)]
enum State {
    #[default]
    Between,
    InQuotes,
}

impl Default for Position {
    fn default() -> Self {
        Self { line: 1, column: 1 }
    }
}

impl Record {
    pub(super) fn begin(&mut self, position: Position) {
        self.text.clear();
        self.columns.clear();
        self.state = State::Between;
        self.begin = position;
        self.end = position;
    }

    /// Whether a quote has been opened and not closed.
    pub(super) fn is_open(&self) -> bool {
        self.state == State::InQuotes
    }

    pub(super) fn len(&self) -> usize {
        self.columns.len()
    }

    pub(super) fn bytes(&self) -> usize {
        self.text.len()
    }

    pub(super) fn text(&self, at: usize) -> &str {
        let column = &self.columns[at];
        &self.text[column.begin..column.end]
    }

    /// All from a column to the end of the line, for a record that is parted by white space.
    pub(super) fn tail(&self, at: usize) -> &str {
        &self.text[self.columns[at].begin..]
    }

    pub(super) fn is_quoted(&self, at: usize) -> bool {
        self.columns[at].is_quoted
    }

    /// Whether a column holds something; an empty text in quotes is something.
    pub(super) fn is_there(&self, at: usize) -> bool {
        let column = &self.columns[at];
        column.is_quoted || column.begin < column.end
    }

    /// Where a column begins; of one that is not there, where the record begins.
    pub(super) fn position(&self, at: usize) -> Position {
        self.columns.get(at).map_or(self.begin, |column| column.position)
    }

    /// Where the last line of the record ends.
    pub(super) fn end(&self) -> Position {
        self.end
    }

    /// Cuts at white space.
    pub(super) fn split_white(&mut self, line: &str) {
        let line = line.trim_end();
        self.text.push_str(line);
        let mut place = 0;
        let (mut counted, mut characters) = (0, 0);
        for word in line.split_whitespace() {
            let begin = line[place..].find(word).map_or(place, |found| place + found);
            place = begin + word.len();
            characters += line[counted..begin].chars().count() as u64;
            counted = begin;
            let position = Position { column: self.begin.column + characters, ..self.begin };
            self.columns.push(Column { begin, end: place, is_quoted: false, position });
        }
        self.end.column = self.begin.column + line.chars().count() as u64;
    }

    /// Cuts a line at a delimiter; a quote that is open goes on in the next line.
    pub(super) fn split(
        &mut self,
        line: &str,
        position: Position,
        delimiter: u8,
    ) -> Result<(), (Position, &'static str)> {
        let bytes = line.as_bytes();
        let mut place = 0;
        let mut counted = (0, position.column);
        // Places are asked for in ascending order, so that each character is counted once.
        let mut at = |place: usize| {
            let column = counted.1 + line[counted.0..place].chars().count() as u64;
            counted = (place, column);
            Position { column, ..position }
        };
        if self.is_open() {
            self.text.push('\n');
            place = self.quoted(line, 0);
            if self.is_open() {
                return Ok(());
            }
            match Self::after_quote(bytes, place, delimiter) {
                Some(Some(next)) => place = next,
                Some(None) => return Ok(()),
                None => return Err((at(place), "text follows a closing quote")),
            }
        }
        loop {
            let begin_of_column = skip_blanks(bytes, place, delimiter);
            let begin = self.text.len();
            let position = at(begin_of_column);
            if bytes.get(begin_of_column) == Some(&b'"') {
                self.columns.push(Column { begin, end: begin, is_quoted: true, position });
                self.state = State::InQuotes;
                place = self.quoted(line, begin_of_column + 1);
                if self.is_open() {
                    return Ok(());
                }
                match Self::after_quote(bytes, place, delimiter) {
                    Some(Some(next)) => place = next,
                    Some(None) => break,
                    None => return Err((at(place), "text follows a closing quote")),
                }
            } else {
                let rest = &bytes[place..];
                let length = rest.iter().position(|&byte| byte == delimiter);
                let end = length.map_or(bytes.len(), |length| place + length);
                self.text.push_str(line[place..end].trim());
                self.columns.push(Column { begin, end: self.text.len(), is_quoted: false, position });
                match length {
                    Some(_) => place = end + 1,
                    None => break,
                }
            }
        }
        self.end = at(bytes.len());
        Ok(())
    }

    /// Takes text up to the closing quote, or all; gives the place behind it.
    fn quoted(&mut self, line: &str, mut place: usize) -> usize {
        loop {
            let Some(length) = line[place..].find('"') else {
                self.text.push_str(&line[place..]);
                return line.len();
            };
            let quote = place + length;
            self.text.push_str(&line[place..quote]);
            if line[quote + 1..].starts_with('"') {
                self.text.push('"');
                place = quote + 2;
                continue;
            }
            self.state = State::Between;
            if let Some(column) = self.columns.last_mut() {
                column.end = self.text.len();
            }
            return quote + 1;
        }
    }

    /// The place behind the delimiter that follows a quote; nothing inside where the line ends, nothing at all where other
    /// text follows.
    #[expect(clippy::option_option, reason = "the end of the line is no mistake")]
    fn after_quote(bytes: &[u8], place: usize, delimiter: u8) -> Option<Option<usize>> {
        let place = skip_blanks(bytes, place, delimiter);
        match bytes.get(place) {
            None => Some(None),
            Some(&byte) if byte == delimiter => Some(Some(place + 1)),
            Some(_) => None,
        }
    }
}

fn skip_blanks(bytes: &[u8], place: usize, delimiter: u8) -> usize {
    let is_blank = |&byte: &u8| byte != delimiter && matches!(byte, b' ' | b'\t' | b'\r');
    place + bytes[place..].iter().take_while(|byte| is_blank(byte)).count()
}
