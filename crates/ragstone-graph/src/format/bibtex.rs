//! BibTeX: entries as nodes, citations as edges.

mod entry;
mod reader;
mod tex;
mod writer;

pub(super) use self::reader::read;
pub(super) use self::writer::write;

/// Fields that name other entries. An edge of the first has no attribute, others have the name as `relation`.
const CITATIONS: [&str; 3] = ["cites", "references", "crossref"];
const RELATION: &str = "relation";
/// The type of an entry.
const TYPE: &str = "type";
/// Fields of names, with the attributes that list them.
const PEOPLE: [(&str, &str); 2] = [("author", "authors"), ("editor", "editors")];
const YEAR: &str = "year";
/// Fields in which braces and backslashes are meant as they are.
const VERBATIM: [&str; 5] = ["doi", "eprint", "file", "pdf", "url"];

/// Whether a byte may stand in the name of an entry, a field or a string.
fn is_name_byte(byte: u8) -> bool {
    byte > b' '
        && !matches!(
            byte,
            b'"' | b'#' | b'%' | b'\'' | b'(' | b')' | b',' | b'=' | b'{' | b'}' | b'\\' | b'~' | 0x7f
        )
}
