//! The laws that the text crate states of what it extracts and cuts, checked on every result.

use ragstone_core::Error;
use ragstone_text::{ChunkOptions, ExtractLimits, Extracted, Input, TextChunk, chunk, extract, language};

/// Extracts under the default limits, and checks what comes of it; a refusal has a kind, a message and a help.
pub fn read(input: &Input<'_>) -> Option<Extracted> {
    match extract(input, &ExtractLimits::default()) {
        Ok(extracted) => {
            check(&extracted);
            Some(extracted)
        }
        Err(error) => {
            let error = Error::from(error);
            assert!(error.kind().is_client_fault() && error.help().is_some(), "{error}");
            None
        }
    }
}

/// Checks an extraction, its chunks in several sizes, and its way between processes.
pub fn check(extracted: &Extracted) {
    let text = &extracted.text;
    assert!(!is_blank(text), "an extraction without text");
    let starts = extracted.pages.starts();
    assert!(starts.is_sorted() && starts.iter().all(|start| text.is_char_boundary(*start)), "pages");
    assert!(language(extracted).is_none_or(|name| !name.is_empty() && name.len() <= 32), "language");
    for (target, most) in [(1800, 2400), (64, 64), (100, 4096)] {
        let options = ChunkOptions::try_new(target, most).expect("in range");
        check_chunks(extracted, &options);
    }
    check_transport(extracted);
}

/// Spans do not overlap, never cut a character, are no longer than the limit, and cover everything but white space.
pub fn check_chunks(extracted: &Extracted, options: &ChunkOptions) -> Vec<TextChunk> {
    let text = extracted.text.as_str();
    let chunks = chunk(extracted, options);
    let (mut end, mut line) = (0, 1);
    for (ordinal, chunk) in (0_u32..).zip(&chunks) {
        assert_eq!(chunk.ordinal, ordinal);
        let between = text.get(end..chunk.span.start()).expect("spans ascend between characters");
        assert!(is_blank(between), "text between chunks: {between:?}");
        let inside = chunk.span.slice(text).expect("a span between characters");
        assert!(!is_blank(inside) && inside.len() <= options.max_bytes(), "{} bytes", inside.len());
        line += breaks(between);
        let last = line + breaks(inside);
        assert_eq!((chunk.lines.first(), chunk.lines.last()), (line, last), "lines");
        line = last;
        assert_eq!(chunk.pages, extracted.pages.range(chunk.span));
        assert!(chunk.headings.iter().all(|heading| heading.len() <= MAX_HEADING), "{:?}", chunk.headings);
        end = chunk.span.end();
    }
    let rest = text.get(end..).expect("between characters");
    assert!(is_blank(rest), "text behind the last chunk: {rest:?}");
    assert_eq!(chunks, ragstone_text::chunk(extracted, options), "the same input gives the same chunks");
    chunks
}

/// What one process writes for another is read as it was.
fn check_transport(extracted: &Extracted) {
    let read = Extracted::from_json(&extracted.to_json()).expect("what was written is read");
    assert_eq!((&read.text, &read.title, read.format), (&extracted.text, &extracted.title, extracted.format));
    assert_eq!((&read.pages, &read.properties), (&extracted.pages, &extracted.properties));
    let options = ChunkOptions::default();
    assert_eq!(chunk(&read, &options), chunk(extracted, &options));
}

/// Longest heading of a chunk: 240 bytes and an ellipsis.
const MAX_HEADING: usize = 243;

/// White space and byte order marks separate, and are no content.
fn is_blank(text: &str) -> bool {
    text.chars().all(|char| char.is_whitespace() || char == '\u{feff}')
}

fn breaks(text: &str) -> u32 {
    u32::try_from(text.bytes().filter(|byte| *byte == b'\n').count()).expect("short texts")
}
