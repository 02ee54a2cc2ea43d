//! Edge lists: separated by a character with quotes and a header, or by white space as NetworkX writes them.

mod literal;
mod record;
mod writer;

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;

use self::record::Record;
pub(super) use self::writer::{check_word, write};
use super::scalar::{self, Parsed};
use super::sink::Sink;
use super::source::Source;
use super::{Delimiter, GraphFormat, Header, Position, Result};
use crate::document::{Attributes, KeyRef};

/// Names of the columns that hold the ends of an edge, the likelier ones first.
const ENDS: [(&str, &str); 6] =
    [("source", "target"), ("from", "to"), ("src", "dst"), ("start", "end"), ("u", "v"), ("node1", "node2")];
/// The column that holds what tells an edge from parallel ones.
const KEY: &str = "key";
/// The attribute of a third column without a name.
const WEIGHT: &str = "weight";

pub(super) fn read(mut source: Source<'_>, mut sink: Sink<'_>) -> Result<()> {
    let mut delimiter = match (sink.options.delimiter, source.format) {
        (Delimiter::Byte(byte), _) => Some(byte),
        (Delimiter::Whitespace, _) | (Delimiter::Detect, GraphFormat::EdgeList) => None,
        (Delimiter::Detect, GraphFormat::Tsv) => Some(b'\t'),
        (Delimiter::Detect, _) => {
            return detect(source, sink);
        }
    };
    if delimiter.is_some_and(|byte| !byte.is_ascii() || byte == b'"' || byte == b'\n') {
        delimiter = None;
    }
    records(&mut source, &mut sink, delimiter, &mut Vec::new())
}

/// Chooses the delimiter by the first line that is no note.
fn detect(mut source: Source<'_>, mut sink: Sink<'_>) -> Result<()> {
    let mut line = Vec::new();
    let mut record = Record::default();
    while let Some((position, text)) = source.text_line(&mut line)? {
        if is_note(text) {
            continue;
        }
        let delimiter = [b',', b';', b'\t'].into_iter().find(|byte| text.as_bytes().contains(byte));
        let mut table = Table::new(delimiter);
        let first = line.clone();
        return table
            .take(&mut source, &mut sink, &first, position, &mut record)
            .and_then(|()| table.rest(&mut source, &mut sink, &mut line, &mut record));
    }
    Ok(())
}

fn records(
    source: &mut Source<'_>,
    sink: &mut Sink<'_>,
    delimiter: Option<u8>,
    line: &mut Vec<u8>,
) -> Result<()> {
    Table::new(delimiter).rest(source, sink, line, &mut Record::default())
}

fn is_note(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with(['#', '%'])
}

/// What the columns are.
struct Columns {
    source: usize,
    target: usize,
    key: Option<usize>,
    /// Names of the others; `None` at the columns above.
    names: Vec<Option<Arc<str>>>,
}

struct Table {
    delimiter: Option<u8>,
    columns: Option<Columns>,
    is_begun: bool,
}

impl Table {
    fn new(delimiter: Option<u8>) -> Self {
        Self { delimiter, columns: None, is_begun: false }
    }

    fn rest(
        &mut self,
        source: &mut Source<'_>,
        sink: &mut Sink<'_>,
        line: &mut Vec<u8>,
        record: &mut Record,
    ) -> Result<()> {
        while let Some(position) = source.line(line)? {
            let bytes = std::mem::take(line);
            let taken = self.take(source, sink, &bytes, position, record);
            *line = bytes;
            taken?;
        }
        Ok(())
    }

    /// Takes a record that begins with a line; in quotes further lines may belong to it.
    fn take(
        &mut self,
        source: &mut Source<'_>,
        sink: &mut Sink<'_>,
        line: &[u8],
        position: Position,
        record: &mut Record,
    ) -> Result<()> {
        let text = source.text(line, position)?;
        if is_note(text) {
            return sink.pace();
        }
        record.begin(position);
        let wrong = |(position, problem)| sink.malformed(position, problem);
        match self.delimiter {
            None => record.split_white(text),
            Some(delimiter) => {
                record.split(text, position, delimiter).map_err(wrong)?;
                let mut next = Vec::new();
                while record.is_open() {
                    let Some(place) = source.line(&mut next)? else {
                        return Err(
                            sink.malformed(position, "a quote is not closed before the end of the file")
                        );
                    };
                    let text = source.text(&next, place)?;
                    sink.within(
                        "bytes in one piece",
                        (record.bytes() + text.len()) as u64,
                        sink.limits().text_bytes as u64,
                        position,
                    )?;
                    record.split(text, place, delimiter).map_err(wrong)?;
                }
            }
        }
        if !std::mem::replace(&mut self.is_begun, true) && self.header(sink, record)? {
            return Ok(());
        }
        self.edge(sink, record)
    }

    /// Takes the first record as names of columns, if it is.
    fn header(&mut self, sink: &mut Sink<'_>, record: &Record) -> Result<bool> {
        let place = |name: &str| (0..record.len()).find(|&at| record.text(at).eq_ignore_ascii_case(name));
        let pairs = ENDS.iter().filter_map(|&(source, target)| Some((place(source)?, place(target)?)));
        let ends = match (sink.options.header, pairs.into_iter().next()) {
            (Header::Absent, _) | (Header::Detect, None) => return Ok(false),
            (Header::Detect, _) if sink.format == GraphFormat::EdgeList => return Ok(false),
            (Header::Present, None) => (0, 1),
            (Header::Detect | Header::Present, Some(ends)) => ends,
        };
        if record.len() < 2 {
            return Err(sink.malformed(record.position(0), "a header names at least two columns"));
        }
        let key = (0..record.len()).find(|&at| record.text(at) == KEY && at != ends.0 && at != ends.1);
        let mut names = Vec::new();
        let mut distinct = HashSet::new();
        for at in 0..record.len() {
            if at == ends.0 || at == ends.1 || Some(at) == key {
                names.push(None);
                continue;
            }
            let (text, position) = (record.text(at), record.position(at));
            if text.is_empty() {
                return Err(sink.malformed(position, "a column has no name"));
            }
            let name = sink.name(text, position)?;
            if !distinct.insert(Arc::clone(&name)) {
                return Err(sink.malformed(position, "two columns have the same name"));
            }
            names.push(Some(name));
        }
        self.columns = Some(Columns { source: ends.0, target: ends.1, key, names });
        Ok(true)
    }

    fn edge(&self, sink: &mut Sink<'_>, record: &Record) -> Result<()> {
        let (source, target) = self.columns.as_ref().map_or((0, 1), |named| (named.source, named.target));
        if record.len() <= source.max(target) {
            return Err(sink.malformed(record.end(), "an edge has a source and a target"));
        }
        let (attributes, key) = match &self.columns {
            Some(named) => (named_values(sink, record, named)?, named.key),
            None => (self.unnamed(sink, record)?, None),
        };
        let key = key.filter(|&at| at < record.len() && record.is_there(at)).map(|at| record.text(at));
        let ends = [source, target].map(|at| record.text(at));
        if ends[0].is_empty() && !record.is_there(source) || ends[1].is_empty() && !record.is_there(target) {
            return Err(sink.malformed(record.position(0), "an edge has a source and a target"));
        }
        let key: Option<KeyRef<'_>> = key.map(|text| sink.key(text));
        sink.edge(sink.key(ends[0]), sink.key(ends[1]), key, attributes, record.position(0))
    }

    /// A weight or values in braces behind the ends.
    fn unnamed(&self, sink: &mut Sink<'_>, record: &Record) -> Result<Attributes> {
        if record.len() == 2 {
            return Ok(Attributes::new());
        }
        if self.delimiter.is_none() && record.text(2).starts_with('{') {
            let tail = record.tail(2);
            return literal::attributes(tail, record.position(2), sink);
        }
        if record.len() > 3 {
            let problem = "more than three columns: name them in a header line with source and target";
            return Err(sink.malformed(record.position(3), problem));
        }
        if !record.is_there(2) {
            return Ok(Attributes::new());
        }
        let weight = match scalar::number(record.text(2)) {
            Parsed::Number(weight) => weight,
            Parsed::NotFinite => return Err(sink.not_finite(record.position(2))),
            Parsed::Text => {
                let problem =
                    "the third column is no number: name it in a header line with source and target";
                return Err(sink.malformed(record.position(2), problem));
            }
        };
        let name = sink.name(WEIGHT, record.position(2))?;
        Ok([(name, Value::Number(weight))].into_iter().collect())
    }
}

fn named_values(sink: &Sink<'_>, record: &Record, columns: &Columns) -> Result<Attributes> {
    if record.len() > columns.names.len() {
        let problem = "more columns than the header names";
        return Err(sink.malformed(record.position(columns.names.len()), problem));
    }
    let mut attributes = Attributes::new();
    for (at, name) in columns.names.iter().enumerate().take(record.len()) {
        let Some(name) = name else { continue };
        if !record.is_there(at) {
            continue;
        }
        let text = record.text(at);
        let value = if &**name == WEIGHT {
            match scalar::number(text) {
                Parsed::Number(weight) => Value::Number(weight),
                Parsed::NotFinite => return Err(sink.not_finite(record.position(at))),
                Parsed::Text => Value::String(text.to_owned()),
            }
        } else if record.is_quoted(at) {
            Value::String(text.to_owned())
        } else {
            scalar::guess(text)
        };
        attributes.insert(Arc::clone(name), value);
    }
    Ok(attributes)
}
