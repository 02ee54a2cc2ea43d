//! The properties that a PDF has in its information dictionary.

use hayro_syntax::metadata::Metadata;
use hayro_syntax::object::DateTime;

use crate::extract::Properties;

/// What programs write where nobody said anything.
const NOTHING: [&str; 7] = [
    "untitled",
    "untitled document",
    "document1",
    "(anonymous)",
    "anonymous",
    "(unspecified)",
    "unspecified",
];

pub(super) fn read(metadata: &Metadata) -> (Option<String>, Properties) {
    let is_said = |text: &String| !text.is_empty() && !NOTHING.contains(&text.to_lowercase().as_str());
    let field = |bytes: &Option<Box<[u8]>>| bytes.as_deref().map(decode).filter(is_said);
    let properties = Properties {
        authors: field(&metadata.author).into_iter().collect(),
        subject: field(&metadata.subject),
        keywords: field(&metadata.keywords),
        created: metadata.creation_date.as_ref().map(show),
        modified: metadata.modification_date.as_ref().map(show),
        ..Properties::default()
    };
    (field(&metadata.title).filter(|title| is_title(title)), properties)
}

/// Whether somebody wrote a title, rather than a program the name of a file.
fn is_title(title: &str) -> bool {
    let lower = title.to_lowercase();
    let is_file = lower.starts_with("microsoft word - ")
        || [".doc", ".docx", ".pdf", ".tex", ".dvi", ".indd"].iter().any(|end| lower.ends_with(end));
    !is_file
}

/// Decodes a string: in UTF-16 or UTF-8 with a mark, else in an encoding that is nearly that of Windows.
fn decode(bytes: &[u8]) -> String {
    let text = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding.decode(bytes).0.into_owned(),
        None => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned(),
        },
    };
    text.replace(char::is_control, " ").trim().to_owned()
}

fn show(date: &DateTime) -> String {
    let DateTime { year, month, day, hour, minute, second, utc_offset_hour, utc_offset_minute } = date;
    let sign = if *utc_offset_hour < 0 { '-' } else { '+' };
    let offset = utc_offset_hour.unsigned_abs();
    format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{sign}{offset:02}:{utc_offset_minute:02}"
    )
}
