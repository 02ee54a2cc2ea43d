//! What content is said to be, by its name and its media type, against what its bytes are.

use ragstone_core::{Error, ErrorKind, Result};

use super::signature::{COMPOUND, PDF, PDF_HEADER_WITHIN, RTF, ZIP, in_archive};
use crate::extract::kind_of_binary;
use crate::format::{Format, is_named_text};

/// What the first bytes tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    /// Text, or binary content without a known signature, which another encoding of text may look like.
    Plain,
    Pdf,
    Rtf,
    /// A ZIP archive, as newer office documents and books are.
    Archive,
    /// A compound file, as older and encrypted office documents are.
    Compound,
    /// A known kind of binary content that is no document.
    Other(&'static str),
}

impl Family {
    fn of(bytes: &[u8]) -> Self {
        let head = bytes.get(..bytes.len().min(PDF_HEADER_WITHIN)).unwrap_or_default();
        if bytes.starts_with(ZIP) {
            Self::Archive
        } else if bytes.starts_with(COMPOUND) {
            Self::Compound
        } else if head.trim_ascii_start().starts_with(PDF) {
            Self::Pdf
        } else if bytes.starts_with(RTF) {
            Self::Rtf
        } else {
            kind_of_binary(bytes).map_or(Self::Plain, Self::Other)
        }
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Plain => "text",
            Self::Pdf => "application/pdf",
            Self::Rtf => "application/rtf",
            Self::Archive => "application/zip",
            Self::Compound => "application/x-ole-storage",
            Self::Other(media_type) => media_type,
        }
    }

    /// Whether content of a format can begin so.
    const fn may_be(self, format: Format) -> bool {
        match format {
            // A header may come late, which only whoever knows that it is a PDF looks for.
            Format::Pdf => matches!(self, Self::Pdf | Self::Plain),
            Format::Rtf => matches!(self, Self::Rtf),
            Format::Docx | Format::Pptx | Format::Xlsx | Format::Xlsb => {
                matches!(self, Self::Archive | Self::Compound)
            }
            Format::Odt | Format::Ods | Format::Odp | Format::Epub => matches!(self, Self::Archive),
            Format::Xls => matches!(self, Self::Compound | Self::Archive),
            _ => matches!(self, Self::Plain),
        }
    }
}

/// Refuses content that is not what it is said to be: `UnsupportedMedia`, which says what was said and what was seen.
///
/// A name without a known extension and a media type such as `application/octet-stream` say nothing. Formats of text are not
/// told from each other. `bytes` may be the beginning of the content: the first KiB is enough, but for which office
/// document an archive is, which is looked at where `is_whole`.
pub fn check_claims(
    bytes: &[u8],
    is_whole: bool,
    file_name: Option<&str>,
    media_type: Option<&str>,
) -> Result<()> {
    let by_name = Format::from_hints(file_name, None);
    let by_type = Format::from_hints(None, media_type);
    if let (Some(named), Some(typed)) = (by_name, by_type)
        && named != typed
        && (named.is_document() || typed.is_document())
    {
        return Err(mismatch("the media type and the name of the file say different things")
            .with_context("media_type", typed.media_type())
            .with_context("file_name", named.media_type()));
    }
    let family = Family::of(bytes);
    let seen = |said: &'static str, claimed: &str| {
        Err(mismatch(said).with_context("said", claimed).with_context("seen", family.media_type()))
    };
    if let Some(format) = by_type.filter(|format| !family.may_be(*format)) {
        return seen("the content is not what its media type says", format.media_type());
    }
    if let Some(format) = by_name.filter(|format| !family.may_be(*format)) {
        return seen("the content is not what the name of the file says", format.media_type());
    }
    if by_name.is_none() && file_name.is_some_and(is_named_text) && family != Family::Plain {
        return seen("the content is not what the name of the file says", "text");
    }
    let top = media_type
        .and_then(|media_type| media_type.split('/').next())
        .map(|top| top.trim().to_ascii_lowercase());
    match (by_type, top.as_deref()) {
        (None, Some("text")) if family != Family::Plain => {
            return seen("the content is not what its media type says", "text");
        }
        (None, Some(top @ ("image" | "audio" | "video" | "font")))
            if !family.media_type().starts_with(top) =>
        {
            return seen("the content is not what its media type says", top);
        }
        _ => {}
    }
    match (by_type.or(by_name), in_archive(bytes).filter(|_| is_whole && family == Family::Archive)) {
        (Some(said), Some(found)) if said != found => {
            Err(mismatch("the document is of another kind than it is said to be")
                .with_context("said", said.media_type())
                .with_context("seen", found.media_type()))
        }
        _ => Ok(()),
    }
}

fn mismatch(message: &'static str) -> Error {
    Error::new(ErrorKind::UnsupportedMedia, message)
        .with_help("give the file the name and the media type of what it is, or leave both out")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], name: &str, media_type: &str) -> std::result::Result<(), String> {
        let given = |text: &'_ str| (!text.is_empty()).then(|| text.to_owned());
        let (name, media_type) = (given(name), given(media_type));
        let (name, media_type) = (name.as_deref(), media_type.as_deref());
        check_claims(bytes, true, name, media_type).map_err(|error| {
            assert_eq!(error.kind(), ErrorKind::UnsupportedMedia);
            assert!(error.help().is_some());
            error.public_message()
        })
    }

    #[test]
    fn what_is_as_it_is_said_to_be_passes() {
        for (bytes, name, media_type) in [
            (&b"# Terns"[..], "a.md", "text/markdown"),
            (b"# Terns", "a.md", "text/plain; charset=utf-8"),
            (b"# Terns", "a.md", "application/octet-stream"),
            (b"x = 1", "a.py", "text/markdown"),
            (b"%PDF-1.7 x", "a.pdf", "application/pdf"),
            (b"%PDF-1.7 x", "", ""),
            (b"junk\n%PDF-1.7 x", "a.pdf", ""),
            (b"PK\x03\x04rest", "a.docx", ""),
            (COMPOUND, "a.docx", ""),
            (COMPOUND, "a.xls", "application/vnd.ms-excel"),
            (b"{\\rtf1 x}", "a.rtf", "application/rtf"),
            (b"\xff\xfeT\0e\0r\0n\0s\0", "a.txt", "text/plain"),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "", "application/octet-stream"),
        ] {
            assert_eq!(check(bytes, name, media_type), Ok(()), "{name} {media_type}");
        }
    }

    #[test]
    fn what_is_something_else_is_refused_and_named() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        for (bytes, name, media_type, seen) in [
            (&b"%PDF-1.7 x"[..], "a.md", "", "application/pdf"),
            (b"%PDF-1.7 x", "", "text/plain", "application/pdf"),
            (b"%PDF-1.7 x", "a.docx", "", "application/pdf"),
            (b"# Terns", "a.docx", "", "text"),
            (b"# Terns", "a.rtf", "", "text"),
            (b"PK\x03\x04rest", "a.txt", "", "application/zip"),
            (b"PK\x03\x04rest", "a.pdf", "", "application/zip"),
            (png, "a.md", "", "image/png"),
            (png, "", "application/pdf", "image/png"),
            (b"# Terns", "", "image/png", "text"),
            (b"%PDF-1.7 x", "a.docx", "application/pdf", "wordprocessingml"),
        ] {
            let refused = check(bytes, name, media_type).expect_err(name);
            assert!(refused.contains(seen), "{name} {media_type}: {refused}");
        }
    }
}
