//! Reading Matrix Market.

use std::str::SplitAsciiWhitespace;
use std::sync::Arc;

use serde_json::{Number, Value};

use crate::document::{Attributes, KeyRef};
use crate::format::scalar::{self, Parsed};
use crate::format::sink::Sink;
use crate::format::source::Source;
use crate::format::{FormatError, Position, Result};
use crate::graph::Direction;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Layout {
    Coordinates,
    Array,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Field {
    Pattern,
    Integer,
    Real,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Symmetry {
    General,
    Symmetric,
    Skew,
}

/// What the header says.
#[derive(Debug, Clone, Copy)]
struct Banner {
    layout: Option<Layout>,
    field: Field,
    symmetry: Symmetry,
    /// Least and greatest integer of the type that GraphBLAS names.
    range: Option<(i128, i128)>,
}

pub(in crate::format) fn read<'a>(source: Source<'a>, sink: Sink<'a>) -> Result<()> {
    Reader { source, sink, line: Vec::new() }.file()
}

struct Reader<'a> {
    source: Source<'a>,
    sink: Sink<'a>,
    line: Vec<u8>,
}

/// The weight of an entry; `None` in a pattern.
type Weight = Option<Number>;

impl Reader<'_> {
    fn file(mut self) -> Result<()> {
        let mut banner =
            Banner { layout: None, field: Field::Real, symmetry: Symmetry::General, range: None };
        let (position, sizes) = loop {
            let Some((position, text)) = self.next()? else {
                return Err(self.source.malformed("the size of the matrix is missing"));
            };
            let lower = text.to_ascii_lowercase();
            if let Some(words) = lower.strip_prefix("%%matrixmarket") {
                self.banner(words, position, &mut banner)?;
            } else if let Some(words) = lower.strip_prefix("%%graphblas") {
                self.graphblas(words, position, &mut banner)?;
            } else if !lower.starts_with('%') && !lower.trim().is_empty() {
                break (position, text);
            }
        };
        let sizes: Option<Vec<u64>> = sizes.split_ascii_whitespace().map(|word| word.parse().ok()).collect();
        let layout = banner.layout;
        let (rows, columns, entries) = match (sizes.as_deref(), layout) {
            (Some(&[rows, columns, entries]), Some(Layout::Coordinates) | None) => {
                (rows, columns, Some(entries))
            }
            (Some(&[rows, columns]), Some(Layout::Array) | None) => (rows, columns, None),
            _ => {
                let problem = "the size is rows, columns and, in coordinates, entries";
                return Err(self.sink.malformed(position, problem));
            }
        };
        if rows != columns {
            let what = "matrices that are not square, which are no graphs, are";
            return Err(self.sink.unsupported(
                position,
                what,
                "write the bipartite graph as a square matrix",
            ));
        }
        if banner.symmetry == Symmetry::Skew && banner.range.is_some_and(|(least, _)| least == 0) {
            return Err(self.sink.malformed(position, "a skew-symmetric matrix has numbers below zero"));
        }
        let directed = banner.symmetry != Symmetry::Symmetric;
        let direction = if directed { Direction::Directed } else { Direction::Undirected };
        self.sink.direction(direction, position)?;
        let mut nodes = Nodes::new(rows, position, &mut self.sink)?;
        match entries {
            Some(entries) => self.coordinates(banner, rows, entries, &mut nodes)?,
            None => self.array(banner, rows)?,
        }
        nodes.finish(position, &mut self.sink)
    }

    /// The next line.
    fn next(&mut self) -> Result<Option<(Position, String)>> {
        let line = self.source.text_line(&mut self.line)?;
        Ok(line.map(|(position, text)| (position, text.to_owned())))
    }

    fn banner(&self, words: &str, position: Position, banner: &mut Banner) -> Result<()> {
        let words: Vec<&str> = words.split_ascii_whitespace().collect();
        let &["matrix", layout, field, symmetry] = words.as_slice() else {
            return Err(self
                .sink
                .malformed(position, "the first line is matrix, layout, field and symmetry"));
        };
        let layout = match layout {
            "coordinate" => Layout::Coordinates,
            "array" => Layout::Array,
            _ => return Err(self.sink.malformed(position, "the layout is coordinate or array")),
        };
        let symmetry = match symmetry {
            "general" => Symmetry::General,
            "symmetric" => Symmetry::Symmetric,
            "skew-symmetric" => Symmetry::Skew,
            "hermitian" if field == "complex" => Symmetry::Symmetric,
            _ => {
                return Err(self
                    .sink
                    .malformed(position, "the symmetry is general, symmetric or skew-symmetric"));
            }
        };
        let field = match field {
            "pattern" => Field::Pattern,
            "integer" => Field::Integer,
            "real" | "double" => Field::Real,
            "complex" => return Err(self.complex(position)),
            _ => return Err(self.sink.malformed(position, "the field is pattern, integer or real")),
        };
        if field == Field::Pattern && (layout == Layout::Array || symmetry == Symmetry::Skew) {
            return Err(self.sink.malformed(position, "a pattern has coordinates and no signs"));
        }
        *banner = Banner { layout: Some(layout), field, symmetry, range: banner.range };
        Ok(())
    }

    /// What LAGraph and SuiteSparse say of the type; other words are a note.
    fn graphblas(&self, words: &str, position: Position, banner: &mut Banner) -> Result<()> {
        let Some(name) = words.trim().strip_prefix("type").map(str::trim) else {
            return Ok(());
        };
        banner.range = match name.strip_suffix("_t").unwrap_or(name) {
            "bool" => Some((0, 1)),
            "int8" => Some((i8::MIN.into(), i8::MAX.into())),
            "int16" => Some((i16::MIN.into(), i16::MAX.into())),
            "int32" => Some((i32::MIN.into(), i32::MAX.into())),
            "int64" => Some((i64::MIN.into(), i64::MAX.into())),
            "uint8" => Some((0, u8::MAX.into())),
            "uint16" => Some((0, u16::MAX.into())),
            "uint32" => Some((0, u32::MAX.into())),
            "uint64" => Some((0, u64::MAX.into())),
            "float" | "double" => None,
            _ if name.ends_with("complex") => return Err(self.complex(position)),
            _ => return Err(self.sink.malformed(position, "the type is none of GraphBLAS")),
        };
        Ok(())
    }

    fn complex(&self, position: Position) -> FormatError {
        self.sink.unsupported(position, "complex numbers are", "write their real part or their size")
    }

    fn coordinates(&mut self, banner: Banner, size: u64, entries: u64, nodes: &mut Nodes) -> Result<()> {
        let name = self.sink.name("weight", self.source.position())?;
        let mut count = 0;
        let mut line = std::mem::take(&mut self.line);
        while let Some((position, text)) = self.source.text_line(&mut line)? {
            if text.starts_with('%') || text.trim().is_empty() {
                self.sink.pace()?;
                continue;
            }
            count += 1;
            if count > entries {
                return Err(self.sink.malformed(position, "more entries than the size says"));
            }
            let mut words = text.split_ascii_whitespace();
            let mut place = || words.next()?.parse().ok().filter(|place| (1..=size).contains(place));
            let (Some(row), Some(column)) = (place(), place()) else {
                let problem = "an entry has a row and a column from 1 to the size";
                return Err(self.sink.malformed(position, problem));
            };
            let weight = self.weight(banner, words, position)?;
            self.entry(banner, [row, column], weight, &name, position)?;
            nodes.mention(row);
            nodes.mention(column);
        }
        if count < entries {
            return Err(self.source.malformed("fewer entries than the size says"));
        }
        Ok(())
    }

    /// Columns one after the other; of a symmetric matrix what lies on and below the diagonal, of a skew one below.
    fn array(&mut self, banner: Banner, size: u64) -> Result<()> {
        let name = self.sink.name("weight", self.source.position())?;
        let first = |column: u64| match banner.symmetry {
            Symmetry::General => 1,
            Symmetry::Symmetric => column,
            Symmetry::Skew => column + 1,
        };
        let (mut row, mut column) = (first(1), 1);
        let mut line = std::mem::take(&mut self.line);
        while let Some((position, text)) = self.source.text_line(&mut line)? {
            self.sink.pace()?;
            if text.starts_with('%') || text.trim().is_empty() {
                continue;
            }
            if column > size || row > size {
                return Err(self.sink.malformed(position, "more entries than the size says"));
            }
            let weight = self.weight(banner, text.split_ascii_whitespace(), position)?;
            if weight.as_ref().and_then(Number::as_f64) != Some(0.0) {
                self.entry(banner, [row, column], weight, &name, position)?;
            }
            row += 1;
            if row > size {
                column += 1;
                row = first(column);
            }
        }
        if column <= size && row <= size {
            return Err(self.source.malformed("fewer entries than the size says"));
        }
        Ok(())
    }

    /// The weight in the rest of a line.
    fn weight(
        &self,
        banner: Banner,
        mut words: SplitAsciiWhitespace<'_>,
        position: Position,
    ) -> Result<Weight> {
        let word = words.next();
        if words.next().is_some() || banner.field == Field::Pattern && word.is_some() {
            return Err(self.sink.malformed(position, "an entry has more values than its field"));
        }
        if banner.field == Field::Pattern {
            return Ok(None);
        }
        let Some(word) = word else {
            return Err(self.sink.malformed(position, "an entry has no value"));
        };
        let parsed = match banner.field {
            Field::Integer => scalar::number(word),
            Field::Real | Field::Pattern => scalar::real(word),
        };
        let number = match parsed {
            Parsed::Number(number) => number,
            Parsed::NotFinite => return Err(self.sink.not_finite(position)),
            Parsed::Text => return Err(self.sink.malformed(position, "a value is no number")),
        };
        if banner.field == Field::Integer {
            let integer = number.as_i128();
            let is_in_range =
                |(least, greatest)| integer.is_some_and(|integer| (least..=greatest).contains(&integer));
            if integer.is_none() || !banner.range.is_none_or(is_in_range) {
                return Err(self.sink.malformed(position, "a value is no integer of the matrix's type"));
            }
        }
        Ok(Some(number))
    }

    fn entry(
        &mut self,
        banner: Banner,
        [row, column]: [u64; 2],
        weight: Weight,
        name: &Arc<str>,
        position: Position,
    ) -> Result<()> {
        let [source, target] = [row, column].map(key);
        if banner.symmetry == Symmetry::Skew {
            if row <= column {
                return Err(self
                    .sink
                    .malformed(position, "a skew-symmetric matrix has entries below the diagonal"));
            }
            let opposite = weight.as_ref().and_then(opposite);
            if opposite.is_none() {
                return Err(self.sink.malformed(position, "a value has no opposite"));
            }
            self.sink.edge(target, source, None, attributes(opposite, name), position)?;
        }
        self.sink.edge(source, target, None, attributes(weight, name), position)
    }
}

fn attributes(weight: Weight, name: &Arc<str>) -> Attributes {
    weight.map(|weight| (Arc::clone(name), Value::Number(weight))).into_iter().collect()
}

fn key(place: u64) -> KeyRef<'static> {
    KeyRef::Integer(i64::try_from(place).unwrap_or(i64::MAX))
}

/// The number with the other sign.
fn opposite(number: &Number) -> Option<Number> {
    match number.as_i64() {
        Some(integer) => integer.checked_neg().map(Number::from),
        None => number.as_f64().and_then(|real| Number::from_f64(-real)),
    }
}

/// The nodes that the size counts. Few are told before the edges; of many those without an edge after them.
struct Nodes {
    count: u64,
    mentioned: Option<Vec<u64>>,
}

impl Nodes {
    fn new(count: u64, position: Position, sink: &mut Sink<'_>) -> Result<Self> {
        sink.within("nodes", count, sink.limits().nodes, position)?;
        if count > sink.limits().counted_nodes {
            let words = usize::try_from(count / 64 + 1).unwrap_or(usize::MAX);
            sink.watch.afford(count / 8, count, "raise the budget or cut the matrix")?;
            return Ok(Self { count, mentioned: Some(vec![0; words]) });
        }
        for place in 1..=count {
            sink.node(key(place), Attributes::new(), position)?;
        }
        Ok(Self { count, mentioned: None })
    }

    fn mention(&mut self, place: u64) {
        if let Some(mentioned) = &mut self.mentioned
            && let Some(word) = usize::try_from(place / 64).ok().and_then(|at| mentioned.get_mut(at))
        {
            *word |= 1 << (place % 64);
        }
    }

    fn finish(self, position: Position, sink: &mut Sink<'_>) -> Result<()> {
        let Some(mentioned) = self.mentioned else {
            return Ok(());
        };
        let known: u64 = mentioned.iter().map(|word| u64::from(word.count_ones())).sum();
        sink.within("nodes without an entry", self.count - known, sink.limits().counted_nodes, position)?;
        for place in 1..=self.count {
            let word =
                usize::try_from(place / 64).ok().and_then(|at| mentioned.get(at)).copied().unwrap_or(0);
            if word & 1 << (place % 64) == 0 {
                sink.node(key(place), Attributes::new(), position)?;
            }
        }
        Ok(())
    }
}
