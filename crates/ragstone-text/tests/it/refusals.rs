//! Every reason for which an input is refused, and the kind it has across ports.

use ragstone_core::{Error, ErrorKind};
use ragstone_text::{ExtractError, ExtractLimits, Format, Input};

use crate::extract;

#[test]
fn size_is_checked_before_anything_else() {
    let limits = ExtractLimits { max_bytes: 3, ..ExtractLimits::default() };
    let input = Input { bytes: b"\0\0\0\0", file_name: None, media_type: None };
    let error = ragstone_text::extract(&input, &limits).unwrap_err();
    assert_eq!(error, ExtractError::TooLarge { limit: 3, actual: 4 });
}

#[test]
fn binary_content_is_named_where_its_signature_is_known() {
    let cases: [(&[u8], Option<&str>); 4] = [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Some("image/png")),
        (b"PK\x03\x04\x14\0\0\0", Some("application/zip")),
        (b"text\0with a nul", None),
        (b"\x01\x02\x03\x04", None),
    ];
    for (bytes, detected) in cases {
        assert_eq!(extract("a.md", bytes).unwrap_err(), ExtractError::Binary { detected });
    }
}

#[cfg(not(any(feature = "pdf", feature = "rtf", feature = "email")))]
#[test]
fn documents_are_refused_where_they_are_not_built() {
    for (bytes, format) in [
        (&b"%PDF-1.7\nplain so far"[..], Format::Pdf),
        (b"{\\rtf1 hello}", Format::Rtf),
        (b"Subject: hello\n\nx", Format::Email),
    ] {
        assert_eq!(extract("a.eml", bytes).unwrap_err(), ExtractError::NotBuilt { format });
    }
}

#[test]
fn words_that_look_like_a_signature_are_text() {
    for text in ["BM25 is a ranking function", "MZ and GIF8 and ID3", "\u{1b}[1mbold\u{1b}[0m terminal"] {
        assert_eq!(extract("a.txt", text.as_bytes()).unwrap().text, text);
    }
}

#[test]
fn nothing_to_read_is_empty() {
    for bytes in [&b""[..], b" \n\t", b"\xef\xbb\xbf \n", b"\xff\xfe"] {
        assert_eq!(extract("a.md", bytes).unwrap_err(), ExtractError::Empty, "{bytes:?}");
    }
}

#[cfg(feature = "html")]
#[test]
fn page_of_a_mark_alone_is_empty() {
    let page = "\u{feff}<template>hidden</template>".as_bytes();
    assert_eq!(extract("a.html", page).unwrap_err(), ExtractError::Empty);
}

#[test]
fn json_is_refused_with_its_line() {
    let error = extract("a.json", b"{\n  \"a\": 1\n  \"b\": 2\n}").unwrap_err();
    assert!(matches!(error, ExtractError::Malformed { format: Format::Json, line: 3, .. }), "{error}");
    let deep = "[".repeat(129) + &"]".repeat(129);
    assert_eq!(extract("a.json", deep.as_bytes()).unwrap_err(), ExtractError::TooDeep { limit: 128 });
    let limit = "[".repeat(128) + &"]".repeat(128);
    assert!(extract("a.json", limit.as_bytes()).is_ok());
}

#[test]
fn every_refusal_has_a_kind_and_help() {
    let cases = [
        (ExtractError::TooLarge { limit: 1, actual: 2 }, ErrorKind::TooLarge),
        (ExtractError::Binary { detected: None }, ErrorKind::UnsupportedMedia),
        (ExtractError::Encoding, ErrorKind::UnsupportedMedia),
        (ExtractError::TooDeep { limit: 1 }, ErrorKind::InvalidArgument),
        (
            ExtractError::Malformed { format: Format::Json, reason: "expected a value", line: 1 },
            ErrorKind::InvalidArgument,
        ),
        (ExtractError::Empty, ErrorKind::InvalidArgument),
        (ExtractError::NotBuilt { format: Format::Html }, ErrorKind::Unsupported),
        (ExtractError::Encrypted { format: Format::Pdf }, ErrorKind::UnsupportedMedia),
        (ExtractError::Damaged { format: Format::Docx, reason: "no part" }, ErrorKind::InvalidArgument),
        (ExtractError::TooExpanded { limit: 1 }, ErrorKind::TooLarge),
        (ExtractError::TooMany { parts: "pages", limit: 1 }, ErrorKind::TooLarge),
        (ExtractError::TooMuchText { limit: 1 }, ErrorKind::TooLarge),
        (ExtractError::NoTextLayer { pages: 1 }, ErrorKind::UnsupportedMedia),
        (ExtractError::Outdated { format: "the Word 97 format" }, ErrorKind::UnsupportedMedia),
    ];
    for (error, kind) in cases {
        let error = Error::from(error);
        assert_eq!(error.kind(), kind);
        assert!(error.help().is_some(), "{error}");
        assert_eq!(error.operation(), "text.extract");
    }
}

#[cfg(not(feature = "html"))]
#[test]
fn html_is_refused_where_it_is_not_built() {
    assert_eq!(extract("a.html", b"<p>x").unwrap_err(), ExtractError::NotBuilt { format: Format::Html });
}
