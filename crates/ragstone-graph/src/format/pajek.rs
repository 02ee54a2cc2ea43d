//! Pajek's networks.

mod reader;
mod words;
mod writer;

pub(super) use self::reader::read;
pub(super) use self::writer::write;
