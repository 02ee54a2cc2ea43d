//! What a file is, told by its first bytes and by what it contains rather than by its name.

use memchr::memmem;

use crate::extract::{ExtractError, Input};
use crate::format::Format;

pub(super) const ZIP: &[u8] = b"PK\x03\x04";
pub(super) const PDF: &[u8] = b"%PDF-";
pub(super) const RTF: &[u8] = b"{\\rtf";
/// Compound files, which held all documents of Office before 2007, and still hold encrypted ones.
pub(super) const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Before its header a PDF may have this many bytes of anything.
pub(super) const PDF_HEADER_WITHIN: usize = 1024;

/// Names of streams in compound files, the outermost document first.
const STREAMS: [(&str, Compound); 6] = [
    ("EncryptedPackage", Compound::Encrypted),
    ("__properties_version1.0", Compound::Outdated("the Outlook message format")),
    ("WordDocument", Compound::Outdated("the Word 97 format")),
    ("PowerPoint Document", Compound::Outdated("the PowerPoint 97 format")),
    ("Workbook", Compound::Workbook),
    ("Book", Compound::Workbook),
];

/// First words of `mimetype` files, and their formats.
const MIMETYPES: [(&str, Format); 4] = [
    ("application/epub+zip", Format::Epub),
    ("application/vnd.oasis.opendocument.text", Format::Odt),
    ("application/vnd.oasis.opendocument.spreadsheet", Format::Ods),
    ("application/vnd.oasis.opendocument.presentation", Format::Odp),
];

/// Names of files in archives, and the formats that have them.
const MEMBERS: [(&[u8], Format); 5] = [
    (b"word/document", Format::Docx),
    (b"ppt/presentation.xml", Format::Pptx),
    (b"xl/workbook.xml", Format::Xlsx),
    (b"xl/workbook.bin", Format::Xlsb),
    (b"META-INF/container.xml", Format::Epub),
];

#[derive(Clone, Copy)]
enum Compound {
    Encrypted,
    Outdated(&'static str),
    Workbook,
}

/// The document format of an input; `None` where it is text, or binary content that is no document.
///
/// Content decides, except that messages look like text and are told by their hints.
///
/// # Errors
/// `Encrypted` and `Outdated`.
pub(crate) fn find(input: &Input<'_>) -> Result<Option<Format>, ExtractError> {
    let bytes = input.bytes;
    let hint = Format::from_hints(input.file_name, input.media_type).filter(|format| format.is_document());
    if bytes.starts_with(ZIP) {
        return Ok(in_archive(bytes).or(hint.filter(|format| is_archive(*format))));
    }
    if bytes.starts_with(COMPOUND) {
        return in_compound(bytes, hint);
    }
    let head = bytes.get(..bytes.len().min(PDF_HEADER_WITHIN)).unwrap_or_default();
    let starts_late = || hint == Some(Format::Pdf) && memmem::find(head, PDF).is_some();
    if head.trim_ascii_start().starts_with(PDF) || starts_late() {
        return Ok(Some(Format::Pdf));
    }
    if bytes.starts_with(RTF) {
        return Ok(Some(Format::Rtf));
    }
    let is_text = !bytes.contains(&0);
    Ok(hint.filter(|format| *format == Format::Email && is_text))
}

const fn is_archive(format: Format) -> bool {
    !matches!(format, Format::Pdf | Format::Rtf | Format::Email | Format::Xls)
}

pub(super) fn in_archive(bytes: &[u8]) -> Option<Format> {
    in_mimetype(bytes).or_else(|| {
        let names: Vec<&[u8]> = Members::of(bytes)?.collect();
        let has = |start: &[u8]| names.iter().any(|name| name.starts_with(start));
        MEMBERS.into_iter().find(|(start, _)| has(start)).map(|(_, format)| format)
    })
}

/// Reads the file `mimetype`, which such archives begin with, uncompressed.
fn in_mimetype(bytes: &[u8]) -> Option<Format> {
    const HEADER_BYTES: usize = 30;
    let name_len = usize::from(number(bytes, 26)?);
    let extra_len = usize::from(number(bytes, 28)?);
    let rest = bytes.get(HEADER_BYTES..)?.strip_prefix(b"mimetype")?;
    let content = rest.get(name_len.checked_sub(b"mimetype".len())? + extra_len..)?;
    let starts = |media_type: &str| content.starts_with(media_type.as_bytes());
    // A template goes on after the name of its format, and is read like it.
    MIMETYPES.into_iter().find(|(media_type, _)| starts(media_type)).map(|(_, format)| format)
}

/// Names of the files of an archive, as its directory lists them.
struct Members<'a> {
    directory: &'a [u8],
}

impl<'a> Members<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        let end = memmem::rfind(bytes, b"PK\x05\x06")?;
        let field = bytes.get(end + 16..end + 20)?;
        let start = usize::try_from(u32::from_le_bytes(field.try_into().ok()?)).ok()?;
        Some(Self { directory: bytes.get(start..end)? })
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        const HEADER_BYTES: usize = 46;
        let entry = self.directory;
        if !entry.starts_with(b"PK\x01\x02") {
            return None;
        }
        let [name, extra, comment] = [28, 30, 32].map(|at| number(entry, at).map(usize::from));
        let name = entry.get(HEADER_BYTES..HEADER_BYTES + name?)?;
        self.directory = entry.get(HEADER_BYTES + name.len() + extra? + comment?..)?;
        Some(name)
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u16> {
    let field = bytes.get(at..at + 2)?;
    Some(u16::from_le_bytes(field.try_into().ok()?))
}

fn in_compound(bytes: &[u8], hint: Option<Format>) -> Result<Option<Format>, ExtractError> {
    let has = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).chain([0, 0]).collect();
        memmem::find(bytes, &name).is_some()
    };
    match STREAMS.into_iter().find(|(name, _)| has(name)).map(|(_, found)| found) {
        Some(Compound::Encrypted) => Err(ExtractError::Encrypted { format: hint.unwrap_or(Format::Docx) }),
        Some(Compound::Outdated(format)) => Err(ExtractError::Outdated { format }),
        Some(Compound::Workbook) => Ok(Some(Format::Xls)),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format_of(name: &str, bytes: &[u8]) -> Option<Format> {
        find(&Input { bytes, file_name: Some(name), media_type: None }).unwrap()
    }

    fn compound(stream: &str) -> Vec<u8> {
        let name = stream.encode_utf16().flat_map(u16::to_le_bytes);
        COMPOUND.iter().copied().chain([0; 24]).chain(name).chain([0; 40]).collect()
    }

    #[test]
    fn content_outranks_the_name() {
        assert_eq!(format_of("a.docx", b"%PDF-1.7\n"), Some(Format::Pdf));
        assert_eq!(format_of("a.txt", b"\xef\xbb{\\rtf"), None);
        assert_eq!(format_of("a.md", b"{\\rtf1 x}"), Some(Format::Rtf));
        assert_eq!(format_of("a.pdf", b"only text"), None);
        assert_eq!(format_of("a.docx", b"PK\x03\x04"), Some(Format::Docx));
        assert_eq!(format_of("a.zip", b"PK\x03\x04"), None);
    }

    #[test]
    fn messages_are_told_by_their_hint() {
        assert_eq!(format_of("a.eml", b"From: x\n\ny"), Some(Format::Email));
        assert_eq!(format_of("a.txt", b"From: x\n\ny"), None);
        assert_eq!(format_of("a.eml", b"From: \0\n\ny"), None);
    }

    #[test]
    fn header_of_a_pdf_may_come_late() {
        assert_eq!(format_of("a.pdf", b"junk\n%PDF-1.4\n"), Some(Format::Pdf));
        assert_eq!(format_of("a.txt", b"A file that begins with %PDF-1.4 is a PDF."), None);
    }

    #[test]
    fn compound_files_are_told_by_their_streams() {
        let find = |bytes: &[u8]| find(&Input { bytes, file_name: Some("a.xlsx"), media_type: None });
        assert_eq!(find(&compound("Workbook")), Ok(Some(Format::Xls)));
        assert_eq!(find(&compound("Nothing")), Ok(None));
        let encrypted = ExtractError::Encrypted { format: Format::Xlsx };
        assert_eq!(find(&compound("EncryptedPackage")), Err(encrypted));
        assert!(matches!(find(&compound("WordDocument")), Err(ExtractError::Outdated { .. })));
    }
}
