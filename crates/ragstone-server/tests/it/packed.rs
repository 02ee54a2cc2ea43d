//! Documents that tests make: packages of deflated files, and PDF.

use std::fmt::Write as _;

use async_compression::tokio::write::GzipEncoder;
use tokio::io::AsyncWriteExt as _;

/// Bytes of the head and of the end of a gzip member.
const GZIP_HEAD: usize = 10;
const GZIP_END: usize = 8;
/// How long the part of a long file is that is compressed once and then repeated.
const PART: usize = 1 << 20;

/// A file in a package: deflated bytes, and what they would expand to.
pub(crate) struct Packed {
    name: String,
    deflated: Vec<u8>,
    /// Checksum and length of the content; only the length of what is repeated is right.
    crc: u32,
    length: u32,
}

impl Packed {
    pub(crate) fn new(name: &str, content: &str) -> Self {
        let member = gzip(content.as_bytes(), true);
        let (deflated, end) = member[GZIP_HEAD..].split_at(member.len() - GZIP_HEAD - GZIP_END);
        let number = |at: usize| u32::from_le_bytes(end[at..at + 4].try_into().expect("4 bytes"));
        Self { name: name.to_owned(), deflated: deflated.to_vec(), crc: number(0), length: number(4) }
    }

    /// A file that begins with a text and goes on with another one, again and again, to about so many bytes.
    ///
    /// The end is never reached by what is bounded, so that the checksum does not matter.
    pub(crate) fn endless(name: &str, head: &str, unit: &str, length: usize) -> Self {
        let part = unit.repeat(PART / unit.len());
        let mut deflated = gzip(head.as_bytes(), false)[GZIP_HEAD..].to_vec();
        let repeated = gzip(part.as_bytes(), false)[GZIP_HEAD..].to_vec();
        let times = length / part.len();
        deflated.extend(repeated.iter().copied().cycle().take(repeated.len() * times));
        deflated.extend([3, 0]);
        let length = u32::try_from(head.len() + part.len() * times).expect("below 4 GiB");
        Self { name: name.to_owned(), deflated, crc: 0, length }
    }

    fn field(&self, of_directory: bool, offset: usize) -> Vec<u8> {
        let mut field = if of_directory { b"PK\x01\x02\x14\0".to_vec() } else { b"PK\x03\x04".to_vec() };
        let length = |bytes: &[u8]| u32::try_from(bytes.len()).expect("below 4 GiB");
        // Version, flags, method, time and date.
        for number in [20_u16, 0, 8, 0, 33] {
            field.extend(number.to_le_bytes());
        }
        for number in [self.crc, length(&self.deflated), self.length] {
            field.extend(number.to_le_bytes());
        }
        field.extend(u16::try_from(self.name.len()).expect("a short name").to_le_bytes());
        field.extend([0; 2]);
        if of_directory {
            // Comment, disk, attributes of two kinds.
            field.extend([0; 10]);
            field.extend(u32::try_from(offset).expect("below 4 GiB").to_le_bytes());
        }
        field.extend(self.name.as_bytes());
        field
    }
}

/// A member of one block stream; without an end where it is to be gone on with.
fn gzip(content: &[u8], is_whole: bool) -> Vec<u8> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("runtime");
    runtime.block_on(async {
        let mut encoder = GzipEncoder::new(Vec::new());
        encoder.write_all(content).await.expect("written");
        if is_whole {
            encoder.shutdown().await.expect("ended");
        } else {
            encoder.flush().await.expect("flushed");
        }
        encoder.into_inner()
    })
}

/// A zip archive.
pub(crate) fn zip(files: &[Packed]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for file in files {
        directory.extend(file.field(true, archive.len()));
        archive.extend(file.field(false, 0));
        archive.extend(&file.deflated);
    }
    let (start, length) = (archive.len(), directory.len());
    archive.extend(directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    let count = u16::try_from(files.len()).expect("few files").to_le_bytes();
    archive.extend([count, count].concat());
    for number in [length, start] {
        archive.extend(u32::try_from(number).expect("below 4 GiB").to_le_bytes());
    }
    archive.extend([0; 2]);
    archive
}

/// A PDF of these objects, the first of which is the catalog; without a table of places, which readers make anew.
pub(crate) fn pdf(objects: &[String]) -> Vec<u8> {
    let mut text = "%PDF-1.7\n".to_owned();
    for (number, object) in (1..).zip(objects) {
        writeln!(text, "{number} 0 obj\n{object}\nendobj").expect("written");
    }
    text.push_str("trailer\n<< /Root 1 0 R >>\n%%EOF\n");
    text.into_bytes()
}

/// An object with a stream, and more in its dictionary.
pub(crate) fn stream(dictionary: &str, content: &str) -> String {
    format!("<< /Length {} {dictionary} >>\nstream\n{content}\nendstream", content.len())
}

/// A PDF with so many pages, all with one content, and further objects from number 4 on, which the resources may name.
pub(crate) fn pages(count: usize, resources: &str, content: &str, others: &[String]) -> Vec<u8> {
    let first = 4 + others.len();
    let kids: Vec<String> = (first..first + count).map(|number| format!("{number} 0 R")).collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Kids [{}] /Count {count} >>", kids.join(" ")),
        stream("", content),
    ];
    objects.extend_from_slice(others);
    let page = format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 3 0 R /Resources << {resources} >> >>"
    );
    objects.extend(std::iter::repeat_n(page, count));
    pdf(&objects)
}
