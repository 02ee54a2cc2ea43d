//! The members of zip and tar files, one after the other.

use std::fs::File;
use std::io::{BufReader, Read, Seek as _, SeekFrom};

use flate2::read::MultiGzDecoder;
use ragstone_core::Result;
use tar::EntryType;
use zip::read::Config;
use zip::result::ZipError;
use zip::unstable::read::ZipIterable;
use zip::{CompressionMethod, ZipReadOptions};

use super::meter::{Meter, fault};
use super::{ArchiveKind, Member, MemberKind, Visitor, damaged};

/// Visits the members of an archive from its beginning.
pub(super) fn each(kind: ArchiveKind, file: &File, meter: &Meter, visit: &mut Visitor<'_>) -> Result<()> {
    let mut file = file;
    file.seek(SeekFrom::Start(0)).map_err(damaged)?;
    match kind {
        ArchiveKind::Zip => each_of_zip(file, meter, visit),
        ArchiveKind::Tar => each_of_tar(meter.count(BufReader::new(file)), visit),
        ArchiveKind::TarGz => each_of_tar(meter.count(MultiGzDecoder::new(BufReader::new(file))), visit),
    }
}

fn each_of_zip(file: &File, meter: &Meter, visit: &mut Visitor<'_>) -> Result<()> {
    // A list of all members, same names among them, which an index by name would lose.
    let listing = ZipIterable::try_new(BufReader::new(file), Config::default());
    let mut listing = listing.map_err(unreadable)?;
    // Both readers go through one file; each looks up its place before it reads.
    let mut content = BufReader::new(file);
    for entry in listing.files().map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let bytes = entry.name_raw().to_vec();
        let name = entry.name().map(std::borrow::Cow::into_owned);
        let is_unicode = name.is_ok();
        let name = name.unwrap_or_else(|_| String::from_utf8_lossy(&bytes).into_owned()).replace('\\', "/");
        let kind = if entry.is_dir() {
            MemberKind::Folder
        } else if entry.is_symlink() {
            MemberKind::Other
        } else if entry.encrypted() {
            MemberKind::Sealed("the member is encrypted")
        } else if !matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
            MemberKind::Sealed("the member is packed by a method that is not supported")
        } else {
            MemberKind::File
        };
        let flow = if matches!(kind, MemberKind::Sealed(_)) {
            visit(Member { name, is_unicode, kind, content: &mut std::io::empty() })?
        } else {
            let unpacked = entry.with_reader(&mut content, ZipReadOptions::new()).map_err(unreadable)?;
            visit(Member { name, is_unicode, kind, content: &mut meter.count(unpacked) })?
        };
        if flow.is_break() {
            break;
        }
    }
    Ok(())
}

fn each_of_tar(packed: impl Read, visit: &mut Visitor<'_>) -> Result<()> {
    let mut archive = tar::Archive::new(packed);
    for entry in archive.entries().map_err(fault)? {
        let mut entry = entry.map_err(fault)?;
        let bytes = entry.path_bytes().into_owned();
        let kind = match entry.header().entry_type() {
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => MemberKind::File,
            EntryType::Directory => MemberKind::Folder,
            EntryType::XGlobalHeader => continue,
            _ => MemberKind::Other,
        };
        let is_unicode = std::str::from_utf8(&bytes).is_ok();
        let name = String::from_utf8_lossy(&bytes).into_owned();
        if visit(Member { name, is_unicode, kind, content: &mut entry })?.is_break() {
            return Ok(());
        }
    }
    // The checksum of what is packed comes behind the last member.
    Meter::nothing(&mut archive.into_inner())
}

fn unreadable(error: ZipError) -> ragstone_core::Error {
    match error {
        ZipError::Io(error) => fault(error),
        error => damaged(error),
    }
}
