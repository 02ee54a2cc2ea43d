//! Archives written as text, so that changes reach the files in them rather than checksums.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// What begins the line that names the next file.
const MARK: &str = "--- ";

/// Packs files that stand behind lines such as `--- word/document.xml`; an archive stays as it is.
///
/// `None` where no line names a file.
pub fn pack(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.starts_with(b"PK") || bytes.starts_with(b"\xd0\xcf") {
        return Some(bytes.to_vec());
    }
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let mut is_open = false;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let name =
            line.strip_prefix(MARK.as_bytes()).map(|name| String::from_utf8_lossy(name).trim().to_owned());
        match name {
            Some(name) => {
                let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
                // A name that is there already, or is too long.
                writer.start_file(name, options).ok()?;
                is_open = true;
            }
            None if is_open => writer.write_all(line).ok()?,
            None => {}
        }
    }
    let archive = writer.finish().ok()?.into_inner();
    is_open.then_some(archive)
}
