//! GML.

mod reader;
mod writer;

pub(super) use self::reader::read;
pub(super) use self::writer::write;
