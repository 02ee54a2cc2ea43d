//! Telling binary content from text.

/// Formats that begin like text but are not for reading.
const TEXT_LIKE_MAGIC: [(&[u8], &str); 3] =
    [(b"%PDF-", "application/pdf"), (b"{\\rtf", "application/rtf"), (b"%!PS-", "application/postscript")];

/// One control character among this many bytes makes a file binary; compressed data has about one in ten.
const BYTES_PER_CONTROL: usize = 256;

/// What the content is, where it is not text.
pub(super) struct Binary {
    /// Media type of a known signature.
    pub(super) detected: Option<&'static str>,
}

/// Decides by NUL bytes and control characters; a signature only names what was found, because short ones
/// such as `BM` also begin words.
pub(super) fn detect(bytes: &[u8]) -> Option<Binary> {
    for (magic, media_type) in TEXT_LIKE_MAGIC {
        if bytes.starts_with(magic) {
            return Some(Binary { detected: Some(media_type) });
        }
    }
    let has_nul = memchr::memchr(0, bytes).is_some();
    let controls = bytes.iter().filter(|byte| is_control(**byte)).count();
    if has_nul || controls > bytes.len() / BYTES_PER_CONTROL + 1 {
        return Some(Binary { detected: infer::get(bytes).map(|found| found.mime_type()) });
    }
    None
}

/// Media type of binary content with a known signature; `None` for text, also with two or four bytes a character.
pub(crate) fn kind_of(bytes: &[u8]) -> Option<&'static str> {
    let is_wide = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    if is_wide { None } else { detect(bytes)?.detected }
}

/// Control characters that text does not use; escape sequences of terminals are tolerated.
const fn is_control(byte: u8) -> bool {
    matches!(byte, 0..=0x06 | 0x0e..=0x1a | 0x1c..=0x1f | 0x7f)
}
