//! Values of one attribute, as narrow as what they are.

use serde_json::Value;

use super::cell::Cell;
use super::texts::Texts;

/// A number of a column in which integers and reals mix.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Amount {
    Integer(i64),
    Float(f64),
}

impl From<Amount> for Cell<'_> {
    fn from(amount: Amount) -> Self {
        match amount {
            Amount::Integer(integer) => Self::Integer(integer),
            Amount::Float(real) => Self::Float(real),
        }
    }
}

/// Values of one attribute. They become wider when another kind of value comes, and never narrower.
#[derive(Debug, Clone)]
pub(crate) enum Values {
    Integers(Vec<i64>),
    Floats(Vec<f64>),
    Numbers(Vec<Amount>),
    Booleans(Vec<bool>),
    Texts(Box<Texts>),
    Json(Vec<Value>),
}

impl Default for Values {
    fn default() -> Self {
        Self::Integers(Vec::new())
    }
}

impl Values {
    /// No values, in the form that fits one.
    fn for_cell(cell: Cell<'_>) -> Self {
        match cell {
            Cell::Integer(_) => Self::Integers(Vec::new()),
            Cell::Float(_) => Self::Floats(Vec::new()),
            Cell::Boolean(_) => Self::Booleans(Vec::new()),
            Cell::Text(_) => Self::Texts(Box::default()),
            Cell::Json(_) => Self::Json(Vec::new()),
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Integers(values) => values.len(),
            Self::Floats(values) => values.len(),
            Self::Numbers(values) => values.len(),
            Self::Booleans(values) => values.len(),
            Self::Texts(texts) => texts.len(),
            Self::Json(values) => values.len(),
        }
    }

    #[inline]
    pub(crate) fn get(&self, place: usize) -> Option<Cell<'_>> {
        Some(match self {
            Self::Integers(values) => Cell::Integer(*values.get(place)?),
            Self::Floats(values) => Cell::Float(*values.get(place)?),
            Self::Numbers(values) => Cell::from(*values.get(place)?),
            Self::Booleans(values) => Cell::Boolean(*values.get(place)?),
            Self::Texts(texts) => Cell::Text(texts.get(place)?),
            Self::Json(values) => Cell::from(values.get(place)?),
        })
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Cell<'_>> {
        (0..self.len()).filter_map(|place| self.get(place))
    }

    #[inline]
    pub(crate) fn push(&mut self, cell: Cell<'_>) {
        match (&mut *self, cell) {
            (Self::Integers(values), Cell::Integer(integer)) => values.push(integer),
            (Self::Floats(values), Cell::Float(real)) => values.push(real),
            (Self::Numbers(values), Cell::Integer(integer)) => values.push(Amount::Integer(integer)),
            (Self::Numbers(values), Cell::Float(real)) => values.push(Amount::Float(real)),
            (Self::Booleans(values), Cell::Boolean(truth)) => values.push(truth),
            (Self::Texts(texts), Cell::Text(text)) => texts.push(text),
            (Self::Json(values), cell) => values.push(cell.to_value()),
            (_, cell) => {
                self.widen(cell);
                self.push(cell);
            }
        }
    }

    /// Writes over a value; a place that is none stays so.
    pub(crate) fn set(&mut self, place: usize, cell: Cell<'_>) {
        match (&mut *self, cell) {
            (Self::Integers(values), Cell::Integer(integer)) => put(values, place, integer),
            (Self::Floats(values), Cell::Float(real)) => put(values, place, real),
            (Self::Numbers(values), Cell::Integer(integer)) => put(values, place, Amount::Integer(integer)),
            (Self::Numbers(values), Cell::Float(real)) => put(values, place, Amount::Float(real)),
            (Self::Booleans(values), Cell::Boolean(truth)) => put(values, place, truth),
            (Self::Texts(texts), Cell::Text(text)) => texts.set(place, text),
            (Self::Json(values), cell) => put(values, place, cell.to_value()),
            (_, cell) => {
                self.widen(cell);
                self.set(place, cell);
            }
        }
    }

    /// Adds all values of another.
    pub(crate) fn append(&mut self, other: Self) {
        if self.len() == 0 {
            *self = other;
            return;
        }
        match (&mut *self, other) {
            (Self::Integers(values), Self::Integers(more)) => values.extend(more),
            (Self::Floats(values), Self::Floats(more)) => values.extend(more),
            (Self::Numbers(values), Self::Numbers(more)) => values.extend(more),
            (Self::Booleans(values), Self::Booleans(more)) => values.extend(more),
            (Self::Texts(texts), Self::Texts(more)) => texts.append(&more),
            (Self::Json(values), Self::Json(more)) => values.extend(more),
            (_, other) => other.iter().for_each(|cell| self.push(cell)),
        }
    }

    /// The values at places, each of which is there.
    pub(crate) fn gather(&self, places: impl Iterator<Item = usize>) -> Self {
        match self {
            Self::Integers(values) => Self::Integers(pick(values, places)),
            Self::Floats(values) => Self::Floats(pick(values, places)),
            Self::Numbers(values) => Self::Numbers(pick(values, places)),
            Self::Booleans(values) => Self::Booleans(pick(values, places)),
            Self::Texts(texts) => Self::Texts(Box::new(texts.gather(places))),
            Self::Json(values) => Self::Json(pick(values, places)),
        }
    }

    pub(crate) fn memory(&self) -> usize {
        match self {
            Self::Integers(values) => values.capacity() * size_of::<i64>(),
            Self::Floats(values) => values.capacity() * size_of::<f64>(),
            Self::Numbers(values) => values.capacity() * size_of::<Amount>(),
            Self::Booleans(values) => values.capacity(),
            Self::Texts(texts) => texts.memory(),
            Self::Json(values) => {
                values.capacity() * size_of::<Value>() + values.iter().map(json_memory).sum::<usize>()
            }
        }
    }

    /// Takes the form that holds what is there and a value of another kind.
    #[cold]
    fn widen(&mut self, cell: Cell<'_>) {
        let is_number = matches!(cell, Cell::Integer(_) | Cell::Float(_));
        *self = match self {
            _ if self.len() == 0 => Self::for_cell(cell),
            Self::Integers(values) if is_number => {
                Self::Numbers(values.iter().copied().map(Amount::Integer).collect())
            }
            Self::Floats(values) if is_number => {
                Self::Numbers(values.iter().copied().map(Amount::Float).collect())
            }
            _ => Self::Json(self.iter().map(Cell::to_value).collect()),
        };
    }
}

fn put<T>(values: &mut [T], place: usize, value: T) {
    if let Some(slot) = values.get_mut(place) {
        *slot = value;
    }
}

fn pick<T: Clone>(values: &[T], places: impl Iterator<Item = usize>) -> Vec<T> {
    places.filter_map(|place| values.get(place).cloned()).collect()
}

/// About what a value takes beside itself.
pub(crate) fn json_memory(value: &Value) -> usize {
    let each = size_of::<Value>();
    match value {
        Value::String(text) => text.capacity(),
        Value::Array(values) => values.iter().map(|value| each + json_memory(value)).sum(),
        Value::Object(values) => {
            values.iter().map(|(name, value)| 2 * each + name.len() + json_memory(value)).sum()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}
