//! Writes the parts of a delta.

use std::sync::Arc;

use serde_json::Value;

use crate::document::KeyRef;
use crate::graph::Vertex;
use crate::number::wide;
use crate::property::column::Column;
use crate::property::columns::Columns;
use crate::property::delta::Gaps;
use crate::property::keys::KeyList;
use crate::property::slots::Slots;
use crate::property::texts::Texts;
use crate::property::values::{Amount, Values};

/// Bytes so far.
pub(super) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(super) fn new(form: u8) -> Self {
        Self { bytes: vec![form] }
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.bytes
    }

    #[inline]
    pub(super) fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number.to_le_bytes()[0] | 0x80);
            number >>= 7;
        }
        self.bytes.push(number.to_le_bytes()[0]);
    }

    pub(super) fn rows(&mut self, slots: &Slots) {
        self.number(wide(slots.runs().len()));
        let mut last = 0;
        for (start, end) in slots.runs() {
            self.number((start - last).into());
            self.number((end - start).into());
            last = end;
        }
    }

    pub(super) fn keys(&mut self, keys: &KeyList) {
        let is_text = |key: KeyRef<'_>| matches!(key, KeyRef::Text(_));
        let kinds: Vec<bool> = keys.iter().map(is_text).collect();
        let runs = kinds.chunk_by(|one, two| one == two);
        self.number(wide(runs.clone().count()));
        let mut keys = keys.iter();
        let mut last = 0;
        for run in runs {
            let is_text = run.first().is_some_and(|is_text| *is_text);
            self.number(wide(run.len()) << 1 | u64::from(is_text));
            for key in keys.by_ref().take(run.len()) {
                match key {
                    KeyRef::Text(text) => self.text(text),
                    KeyRef::Integer(number) => {
                        self.signed(number.wrapping_sub(last));
                        last = number;
                    }
                }
            }
        }
    }

    pub(super) fn attributes(&mut self, attributes: &[(Arc<str>, Option<Value>)]) {
        self.number(wide(attributes.len()));
        for (name, value) in attributes {
            self.text(name);
            self.number(value.is_some().into());
            if let Some(value) = value {
                self.text(&value.to_string());
            }
        }
    }

    pub(super) fn vertices(&mut self, vertices: &[Vertex]) {
        self.number(wide(vertices.len()));
        self.bytes.reserve(2 * vertices.len());
        let mut last = 0;
        for &vertex in vertices {
            self.signed(i64::from(vertex) - last);
            last = i64::from(vertex);
        }
    }

    pub(super) fn gaps(&mut self, gaps: &Gaps) {
        self.number(wide(gaps.len()));
        for (name, rows) in gaps {
            self.text(name);
            self.rows(rows);
        }
    }

    pub(super) fn columns(&mut self, columns: &Columns) {
        self.number(wide(columns.len()));
        for (name, column) in columns.iter() {
            self.text(name);
            self.column(column);
        }
    }

    pub(super) fn column(&mut self, column: &Column) {
        self.rows(&column.rows);
        match &column.values {
            Values::Integers(values) => {
                self.bytes.push(0);
                for &integer in values {
                    self.signed(integer);
                }
            }
            Values::Floats(values) => {
                self.bytes.push(1);
                self.bytes.reserve(8 * values.len());
                for &real in values {
                    self.real(real);
                }
            }
            Values::Numbers(values) => {
                self.bytes.push(2);
                self.bits(values.iter().map(|amount| matches!(amount, Amount::Float(_))));
                for &amount in values {
                    match amount {
                        Amount::Integer(integer) => self.signed(integer),
                        Amount::Float(real) => self.real(real),
                    }
                }
            }
            Values::Booleans(values) => {
                self.bytes.push(3);
                self.bits(values.iter().copied());
            }
            Values::Texts(texts) => self.texts(texts),
            Values::Json(values) => {
                self.bytes.push(5);
                for value in values {
                    self.text(&value.to_string());
                }
            }
        }
    }

    fn texts(&mut self, texts: &Texts) {
        self.bytes.push(4);
        self.number(wide(texts.pool().len()));
        texts.pool().iter().for_each(|text| self.text(text));
        texts.codes().iter().for_each(|&code| self.number(code.into()));
    }

    fn signed(&mut self, number: i64) {
        self.number((number << 1 ^ number >> 63).cast_unsigned());
    }

    fn real(&mut self, real: f64) {
        self.bytes.extend_from_slice(&real.to_le_bytes());
    }

    fn bits(&mut self, bits: impl Iterator<Item = bool>) {
        let mut place = 8;
        for bit in bits {
            if place == 8 {
                self.bytes.push(0);
                place = 0;
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= u8::from(bit) << place;
            }
            place += 1;
        }
    }

    fn text(&mut self, text: &str) {
        self.number(wide(text.len()));
        self.bytes.extend_from_slice(text.as_bytes());
    }
}
