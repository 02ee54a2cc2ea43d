//! The files of a zip archive, of which no more is unpacked than the limits allow.

#[cfg(feature = "office")]
use std::borrow::Cow;
use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::{Source, xml};
use crate::extract::ExtractError;

pub(super) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    source: Source<'a>,
    /// Bytes that may still be unpacked.
    left: usize,
}

/// How a file of the archive is chosen.
enum Member<'n> {
    Name(&'n str),
    #[cfg(feature = "office")]
    Index(usize),
}

impl<'a> Archive<'a> {
    /// # Errors
    /// `TooMany` and `Damaged`.
    pub(super) fn open(source: Source<'a>) -> Result<Self, ExtractError> {
        let limit = source.limits.max_archive_entries;
        // Counted before the directory is read, because each of its entries takes memory.
        if memchr::memmem::find_iter(source.bytes, b"PK\x01\x02").nth(limit).is_some() {
            return Err(ExtractError::TooMany { parts: "files", limit });
        }
        let zip = ZipArchive::new(Cursor::new(source.bytes))
            .map_err(|_| source.damaged("not a complete zip archive"))?;
        Ok(Self { zip, source, left: source.limits.max_expanded_bytes })
    }

    pub(super) const fn source(&self) -> Source<'a> {
        self.source
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// Names of the files; those that are no text are left out.
    #[cfg(feature = "office")]
    pub(super) fn names(&self) -> Vec<String> {
        self.zip.file_names().filter_map(Result::ok).map(Cow::into_owned).collect()
    }

    /// A file; `None` where there is none of this name.
    ///
    /// # Errors
    /// `TooExpanded`, `Encrypted` and `Damaged`.
    pub(super) fn file(&mut self, name: &str) -> Result<Option<Vec<u8>>, ExtractError> {
        let mut bytes = Vec::new();
        let is_there = self.unpack(Member::Name(name), |part| bytes.extend_from_slice(part))?;
        Ok(is_there.then_some(bytes))
    }

    /// A file of XML or another text; `None` where there is none of this name.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, ExtractError> {
        Ok(self.file(name)?.map(xml::decode))
    }

    /// Unpacks everything once, so that a parser that sets no bounds may follow.
    #[cfg(feature = "office")]
    pub(super) fn measure(&mut self) -> Result<(), ExtractError> {
        for index in 0..self.zip.len() {
            self.unpack(Member::Index(index), |_| {})?;
        }
        self.left = self.source.limits.max_expanded_bytes;
        Ok(())
    }

    fn unpack(&mut self, member: Member<'_>, mut sink: impl FnMut(&[u8])) -> Result<bool, ExtractError> {
        let damaged = self.source.damaged("a file of the archive cannot be unpacked");
        let file = match member {
            Member::Name(name) => self.zip.by_name(name),
            #[cfg(feature = "office")]
            Member::Index(index) => self.zip.by_index(index),
        };
        let mut file = match file {
            Ok(file) => file,
            Err(ZipError::FileNotFound) => return Ok(false),
            Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => {
                return Err(ExtractError::Encrypted { format: self.source.format });
            }
            Err(_) => return Err(damaged),
        };
        let mut buffer = [0; 16 * 1024];
        loop {
            let len = file.read(&mut buffer).map_err(|_| damaged.clone())?;
            if len == 0 {
                return Ok(true);
            }
            self.left = self
                .left
                .checked_sub(len)
                .ok_or(ExtractError::TooExpanded { limit: self.source.limits.max_expanded_bytes })?;
            sink(buffer.get(..len).unwrap_or_default());
        }
    }
}
