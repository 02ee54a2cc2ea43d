//! What the streams of a PDF expand to, counted before a parser that sets no bounds reads them.

use std::io::{BufRead, BufReader};

use flate2::bufread::{DeflateDecoder, ZlibDecoder};
use hayro_syntax::Pdf;
use hayro_syntax::object::Object;
use memchr::memmem;

use crate::document::Source;
use crate::extract::ExtractError;

/// Pictures may be this many times as large as everything else.
const PICTURES: usize = 16;
/// Streams may be packed several times over.
const MAX_LAYERS: usize = 4;
/// Bytes of a stream's dictionary that are looked at.
const DICTIONARY_BYTES: usize = 2048;
/// A byte of packed data stands for no more than this.
const MAX_RATIO: usize = 1032;

/// Unpacks every stream of the file once, and keeps nothing.
///
/// Pictures are never decoded, so together they may be larger than other streams, which count together too.
///
/// # Errors
/// `TooExpanded` and `TooMany`.
pub(super) fn check(source: Source<'_>) -> Result<(), ExtractError> {
    let mut counter = Counter::new(source);
    for (count, at) in memmem::find_iter(source.bytes, b"stream").enumerate() {
        let before = source.bytes.get(at.saturating_sub(DICTIONARY_BYTES)..at).unwrap_or_default();
        if before.ends_with(b"end") {
            continue;
        }
        // Each stream has two of the words.
        if count / 2 > source.limits.max_archive_entries {
            let limit = source.limits.max_archive_entries;
            return Err(ExtractError::TooMany { parts: "streams", limit });
        }
        let dictionary =
            memmem::rfind(before, b"obj").and_then(|start| before.get(start..)).unwrap_or(before);
        let rest = source.bytes.get(at + b"stream".len()..).unwrap_or_default();
        let data = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
        counter.count(data, memmem::find(dictionary, b"/Image").is_some())?;
    }
    Ok(())
}

/// Does the same for an encrypted file, whose streams only their decrypted form tells.
pub(super) fn check_encrypted(pdf: &Pdf, source: Source<'_>) -> Result<(), ExtractError> {
    if memmem::find(source.bytes, b"/Encrypt").is_none() {
        return Ok(());
    }
    let mut counter = Counter::new(source);
    for object in pdf.objects() {
        if let Object::Stream(stream) = object {
            let subtype = stream.dict().get::<hayro_syntax::object::Name<'_>>("Subtype");
            let is_picture = subtype.is_some_and(|subtype| subtype.as_ref() == b"Image");
            counter.count(&stream.raw_data(), is_picture)?;
        }
    }
    Ok(())
}

struct Counter {
    limit: usize,
    total: usize,
    pictures: usize,
}

impl Counter {
    const fn new(source: Source<'_>) -> Self {
        Self { limit: source.limits.max_expanded_bytes, total: 0, pictures: 0 }
    }

    fn count(&mut self, data: &[u8], is_picture: bool) -> Result<(), ExtractError> {
        let limit = self.limit;
        let expanded = expanded(data, limit);
        let sum = if is_picture { &mut self.pictures } else { &mut self.total };
        *sum = sum.saturating_add(expanded);
        let is_too_much = expanded > limit || self.total > limit || self.pictures / PICTURES > limit;
        if is_too_much { Err(ExtractError::TooExpanded { limit }) } else { Ok(()) }
    }
}

/// Bytes that data expand to, their layers together; hardly more than the limit is unpacked.
fn expanded(data: &[u8], limit: usize) -> usize {
    let mut total: usize = 0;
    for layers in 1..=MAX_LAYERS {
        let len = unpacked(data, layers, limit);
        total = total.saturating_add(len);
        if len == 0 || total > limit {
            return total;
        }
        if layers == MAX_LAYERS && len > limit / MAX_RATIO {
            return usize::MAX;
        }
    }
    total
}

/// Bytes that come out of so many layers.
fn unpacked(data: &[u8], layers: usize, limit: usize) -> usize {
    let mut reader: Box<dyn BufRead + '_> = Box::new(data);
    for _ in 0..layers {
        reader = layer(reader);
    }
    let mut total: usize = 0;
    // A stream that breaks off was read as far as a parser can read it.
    while let Ok(part @ [_, ..]) = reader.fill_buf() {
        let len = part.len();
        total = total.saturating_add(len);
        if total > limit {
            break;
        }
        reader.consume(len);
    }
    total
}

/// Unpacks one layer; one without a header is read all the same, because parsers do so.
fn layer<'a>(mut inner: Box<dyn BufRead + 'a>) -> Box<dyn BufRead + 'a> {
    let has_header = inner.fill_buf().is_ok_and(is_zlib);
    if has_header {
        Box::new(BufReader::new(ZlibDecoder::new(inner)))
    } else {
        Box::new(BufReader::new(DeflateDecoder::new(inner)))
    }
}

fn is_zlib(data: &[u8]) -> bool {
    match data {
        [method, flags, ..] => {
            method & 0x0f == 8 && (u16::from(*method) << 8 | u16::from(*flags)).is_multiple_of(31)
        }
        _ => false,
    }
}
