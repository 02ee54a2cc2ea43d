//! Reading Pajek.

use std::collections::HashMap;

use serde_json::Value;

use super::words::{Word, words};
use crate::document::{Attributes, KeyRef, NodeKey};
use crate::format::scalar::Parsed;
use crate::format::sink::Sink;
use crate::format::source::Source;
use crate::format::{FormatError, NodeNaming, Position, Result};
use crate::graph::Direction;

const COORDINATES: [&str; 3] = ["x", "y", "z"];

pub(in crate::format) fn read(mut source: Source<'_>, sink: Sink<'_>) -> Result<()> {
    let mut reader = Reader {
        sink,
        section: Section::Before,
        count: 0,
        keys: HashMap::new(),
        is_told: false,
        direction: None,
        row: 0,
    };
    let mut line = Vec::new();
    while let Some((position, text)) = source.text_line(&mut line)? {
        reader.sink.pace()?;
        let text = text.trim();
        if text.is_empty() || text.starts_with('%') {
            continue;
        }
        let Some(words) = words(text) else {
            return Err(reader.sink.malformed(position, "a quote is not closed"));
        };
        match text.strip_prefix('*') {
            Some(rest) => reader.section(rest, &words, position)?,
            None => reader.row(&words, position)?,
        }
    }
    if reader.section == Section::Before {
        return Err(source.malformed("there are no vertices"));
    }
    if reader.section == Section::Matrix && reader.row < reader.count {
        return Err(source.malformed("the matrix has fewer rows than vertices"));
    }
    reader.rest(source.position())
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Section {
    Before,
    Vertices,
    Lines(Direction),
    Lists(Direction),
    Matrix,
}

struct Reader<'a> {
    sink: Sink<'a>,
    section: Section,
    /// How many vertices there are.
    count: u64,
    /// Keys of those with a line of their own.
    keys: HashMap<u64, NodeKey>,
    /// Whether vertices without a line have been told.
    is_told: bool,
    /// The direction that the first edge had.
    direction: Option<Direction>,
    /// Rows of the matrix so far.
    row: u64,
}

impl Reader<'_> {
    fn section(&mut self, rest: &str, words: &[Word<'_>], position: Position) -> Result<()> {
        let name = rest.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
        if self.section == Section::Before && name != "network" && name != "vertices" {
            return Err(self.sink.malformed(position, "*Vertices comes first"));
        }
        match name.as_str() {
            "network" => {
                let title = rest["network".len()..].trim();
                if !title.is_empty() {
                    self.sink.attribute("name", Value::String(title.to_owned()), position)?;
                }
                return Ok(());
            }
            "vertices" => return self.vertices(words, position),
            "arcs" => self.section = Section::Lines(Direction::Directed),
            "edges" => self.section = Section::Lines(Direction::Undirected),
            "arcslist" => self.section = Section::Lists(Direction::Directed),
            "edgeslist" => self.section = Section::Lists(Direction::Undirected),
            "matrix" => self.section = Section::Matrix,
            _ => {
                let what = "partitions, vectors and other sections are";
                return Err(self.sink.unsupported(position, what, "keep the network only"));
            }
        }
        // Also a section without a line says whether edges lead one way, as long as no other has edges.
        if self.direction.is_none()
            && let Section::Lines(direction) | Section::Lists(direction) = self.section
        {
            self.sink.direction(direction, position)?;
        }
        self.rest(position)
    }

    fn vertices(&mut self, words: &[Word<'_>], position: Position) -> Result<()> {
        if self.section != Section::Before {
            return Err(self.sink.unsupported(
                position,
                "several networks are",
                "keep one network in a file",
            ));
        }
        if words.len() > 2 {
            return Err(self.sink.unsupported(
                position,
                "two-mode networks are",
                "write it as a network of one mode",
            ));
        }
        let Some(count) = words.get(1).and_then(|word| word.text.parse().ok()) else {
            return Err(self.sink.malformed(position, "*Vertices is followed by their number"));
        };
        self.sink.within("nodes", count, self.sink.limits().nodes, position)?;
        self.count = count;
        self.section = Section::Vertices;
        Ok(())
    }

    fn row(&mut self, words: &[Word<'_>], position: Position) -> Result<()> {
        match self.section {
            Section::Before => Err(self.sink.malformed(position, "*Vertices comes first")),
            Section::Vertices => self.vertex(words, position),
            Section::Lines(direction) => self.line(words, direction, position),
            Section::Lists(direction) => self.list(words, direction, position),
            Section::Matrix => self.matrix(words, position),
        }
    }

    fn vertex(&mut self, words: &[Word<'_>], position: Position) -> Result<()> {
        let number = self.number(words.first(), position)?;
        let mut attributes = Attributes::new();
        let mut key = NodeKey::Integer(i64::try_from(number).unwrap_or(i64::MAX));
        if let Some(label) = words.get(1) {
            if self.sink.options.names == NodeNaming::Label {
                key = label.key().to_key();
            } else {
                attributes.insert(self.sink.name("label", position)?, label.text);
            }
        }
        let mut rest = words.get(2..).unwrap_or_default();
        for name in COORDINATES {
            let Some(number) = rest.first().and_then(|word| word.number()) else { break };
            attributes.insert(self.sink.name(name, position)?, self.finite(number, position)?);
            rest = &rest[1..];
        }
        // What is left over beside names with values is the shape.
        if let (false, [shape, others @ ..]) = (rest.len().is_multiple_of(2), rest) {
            attributes.insert(self.sink.name("shape", position)?, shape.text);
            rest = others;
        }
        self.pairs(rest, &mut attributes, position)?;
        if self.keys.insert(number, key.clone()).is_some() {
            let (format, node) =
                (self.sink.format, NodeKey::Integer(i64::try_from(number).unwrap_or(i64::MAX)));
            return Err(FormatError::DuplicateNode { format, position, node });
        }
        self.sink.node(key.borrow(), attributes, position)
    }

    fn pairs(&mut self, words: &[Word<'_>], attributes: &mut Attributes, position: Position) -> Result<()> {
        for pair in words.chunks(2) {
            let [name, value] = pair else {
                return Err(self.sink.malformed(position, "a name without a value"));
            };
            if attributes.insert(self.sink.name(name.text, position)?, value.value()).is_some() {
                return Err(self.sink.malformed(position, "an attribute is there twice"));
            }
        }
        Ok(())
    }

    /// Tells the vertices that have no line of their own.
    fn rest(&mut self, position: Position) -> Result<()> {
        if std::mem::replace(&mut self.is_told, true) {
            return Ok(());
        }
        let missing = self.count - self.keys.len() as u64;
        self.sink.within("nodes without a line", missing, self.sink.limits().counted_nodes, position)?;
        if missing > 0 {
            for number in 1..=self.count {
                if !self.keys.contains_key(&number) {
                    self.sink.node(place(number), Attributes::new(), position)?;
                }
            }
        }
        Ok(())
    }

    fn line(&mut self, words: &[Word<'_>], direction: Direction, position: Position) -> Result<()> {
        let (source, target) = (self.number(words.first(), position)?, self.number(words.get(1), position)?);
        let mut attributes = Attributes::new();
        let mut rest = words.get(2..).unwrap_or_default();
        if let Some(weight) = rest.first().and_then(|word| word.number()) {
            attributes.insert(self.sink.name("weight", position)?, self.finite(weight, position)?);
            rest = &rest[1..];
        }
        self.pairs(rest, &mut attributes, position)?;
        self.edge(source, target, attributes, direction, position)
    }

    fn list(&mut self, words: &[Word<'_>], direction: Direction, position: Position) -> Result<()> {
        let source = self.number(words.first(), position)?;
        for target in &words[1..] {
            let target = self.number(Some(target), position)?;
            self.edge(source, target, Attributes::new(), direction, position)?;
        }
        Ok(())
    }

    fn matrix(&mut self, words: &[Word<'_>], position: Position) -> Result<()> {
        self.row += 1;
        if self.row > self.count || words.len() as u64 != self.count {
            return Err(self.sink.malformed(position, "a matrix has as many rows and columns as vertices"));
        }
        let name = self.sink.name("weight", position)?;
        for (target, word) in (1..).zip(words) {
            let Some(weight) = word.number() else {
                return Err(self.sink.malformed(position, "a value of the matrix is no number"));
            };
            let weight = self.finite(weight, position)?;
            if weight.as_f64() != Some(0.0) {
                let attributes = [(name.clone(), weight)].into_iter().collect();
                self.edge(self.row, target, attributes, Direction::Directed, position)?;
            }
        }
        Ok(())
    }

    fn edge(
        &mut self,
        source: u64,
        target: u64,
        attributes: Attributes,
        direction: Direction,
        position: Position,
    ) -> Result<()> {
        match self.direction {
            Some(known) if known != direction => {
                let what = "arcs and edges in one network are";
                return Err(self.sink.unsupported(position, what, "write each edge as two arcs"));
            }
            Some(_) => {}
            None => {
                self.direction = Some(direction);
                self.sink.direction(direction, position)?;
            }
        }
        let key = |number: u64| self.keys.get(&number).map_or(place(number), NodeKey::borrow);
        self.sink.edge(key(source), key(target), None, attributes, position)
    }

    fn number(&self, word: Option<&Word<'_>>, position: Position) -> Result<u64> {
        match word.and_then(|word| word.text.parse().ok()).filter(|number| (1..=self.count).contains(number))
        {
            Some(number) => Ok(number),
            None => {
                Err(self.sink.malformed(position, "a vertex is a number from 1 to the number of vertices"))
            }
        }
    }

    fn finite(&self, number: Parsed, position: Position) -> Result<Value> {
        match number {
            Parsed::Number(number) => Ok(Value::Number(number)),
            Parsed::NotFinite | Parsed::Text => Err(self.sink.not_finite(position)),
        }
    }
}

fn place(number: u64) -> KeyRef<'static> {
    KeyRef::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}
