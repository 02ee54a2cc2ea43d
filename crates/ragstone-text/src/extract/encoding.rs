//! Decoding bytes to text: byte order mark, UTF-8, declared charset, detection.

use std::str;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

use super::binary;
use super::{ExtractError, Input};

/// Part of the input in which an HTML page declares its charset.
const DECLARATION_BYTES: usize = 1024;

pub(super) struct Decoded {
    pub(super) text: String,
    pub(super) is_verbatim: bool,
}

/// # Errors
/// `Binary` and `Encoding`.
pub(super) fn decode(input: &Input<'_>) -> Result<Decoded, ExtractError> {
    let bytes = input.bytes;
    if let Some((encoding, _)) = Encoding::for_bom(bytes)
        && (encoding == UTF_16LE || encoding == UTF_16BE)
    {
        return decode_as(encoding, bytes)
            .filter(|text| !text.contains('\0'))
            .map(converted)
            .ok_or(ExtractError::Encoding);
    }
    if let Some(binary) = binary::detect(bytes) {
        return Err(ExtractError::Binary { detected: binary.detected });
    }
    if let Ok(text) = str::from_utf8(bytes) {
        return Ok(Decoded { text: text.to_owned(), is_verbatim: true });
    }
    declared(input)
        .and_then(|encoding| decode_as(encoding, bytes))
        .or_else(|| decode_as(guess(bytes), bytes).filter(|text| is_plausible(text)))
        .map(converted)
        .ok_or(ExtractError::Encoding)
}

fn converted(text: String) -> Decoded {
    Decoded { text, is_verbatim: false }
}

/// The text, where every byte of it is valid in the encoding.
fn decode_as(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    let (text, _, had_errors) = encoding.decode(bytes);
    (!had_errors).then(|| text.into_owned())
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// The charset of the media type, else the one declared in the head of an HTML page.
fn declared(input: &Input<'_>) -> Option<&'static Encoding> {
    let from_media_type = input.media_type.and_then(|media_type| charset(media_type.as_bytes()));
    from_media_type.or_else(|| {
        let head = input.bytes.get(..input.bytes.len().min(DECLARATION_BYTES))?;
        memchr::memmem::find(head, b"<").and_then(|_| charset(head))
    })
}

fn charset(text: &[u8]) -> Option<&'static Encoding> {
    const KEY: &[u8] = b"charset=";
    let text = text.to_ascii_lowercase();
    let at = memchr::memmem::find(&text, KEY)? + KEY.len();
    let value = text.get(at..)?;
    let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'.');
    let len = value.iter().position(|byte| !is_part(byte)).unwrap_or(value.len());
    Encoding::for_label(value.get(..len)?)
}

/// Whether a guess reads like text: hardly any controls, and its other characters mostly letters.
///
/// A detector names some encoding for any bytes; without this, noise becomes text in a rare script.
fn is_plausible(text: &str) -> bool {
    let (mut foreign, mut letters) = (0_usize, 0_usize);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        if matches!(c, '\u{80}'..='\u{9f}' | '\u{e000}'..='\u{f8ff}' | '\u{fffd}') {
            return false;
        }
        foreign += 1;
        letters += usize::from(c.is_alphanumeric() || is_typographic(c));
    }
    letters * 10 >= foreign * 7
}

/// Punctuation and signs that running text uses.
const fn is_typographic(c: char) -> bool {
    matches!(c, '\u{a0}' | '§' | '©' | '«' | '®' | '°' | '±' | '²' | '³' | 'µ' | '·' | '»' | '¿' | '¡' | '×'
        | '\u{2010}'..='\u{2026}' | '€' | '£' | '™' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff65}')
}
