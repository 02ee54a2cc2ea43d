//! Archives: what they hold, what of it is refused, and traps.

use std::fs::File;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use ragstone_core::ErrorKind;
use ragstone_sources::archive::Read;
use ragstone_sources::{Archive, ArchiveLimits};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A source behind the prefix with its text, or a refused name with the kind of the reason.
type Held = (String, Result<String, ErrorKind>);

/// What an archive gives.
fn held(path: &Path, limits: ArchiveLimits) -> Result<Vec<Held>, ErrorKind> {
    let archive = Archive::open(path, limits).map_err(|error| error.kind())?;
    let prefix = Archive::prefix_of(path).expect("is an archive");
    let mut found = Vec::new();
    archive
        .read(&mut |read| {
            found.push(match read {
                Read::Member(entry, bytes) => {
                    assert_eq!(entry.len, bytes.len() as u64);
                    let name =
                        entry.source.as_str().strip_prefix(&prefix).expect("has the prefix").to_owned();
                    (name, Ok(String::from_utf8(bytes).expect("is text")))
                }
                Read::Skipped(skipped) => {
                    let name = skipped.path.strip_prefix(path).expect("lies inside").display().to_string();
                    (name, Err(skipped.reason.kind()))
                }
            });
            ControlFlow::Continue(())
        })
        .map_err(|error| error.kind())?;
    Ok(found)
}

fn zipped(path: &Path, members: &[(&str, &str)]) {
    let mut writer = ZipWriter::new(File::create(path).expect("is created"));
    for (name, text) in members {
        writer.start_file(*name, SimpleFileOptions::default()).expect("begins");
        writer.write_all(text.as_bytes()).expect("writes");
    }
    writer.finish().expect("ends");
}

fn tarred(out: impl std::io::Write, members: &[(&str, &str)]) {
    let mut builder = tar::Builder::new(out);
    for (name, text) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        // As a hostile program would: without the checks of the builder.
        let bytes = header.as_old_mut();
        bytes.name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        builder.append(&header, text.as_bytes()).expect("appends");
    }
    builder.into_inner().expect("ends");
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("temporary folder")
}

fn ok(name: &str, text: &str) -> (String, Result<String, ErrorKind>) {
    (name.to_owned(), Ok(text.to_owned()))
}

fn refused(name: &str, kind: ErrorKind) -> (String, Result<String, ErrorKind>) {
    (name.to_owned(), Err(kind))
}

const MEMBERS: &[(&str, &str)] = &[
    ("a.md", "alpha"),
    ("./dir//b c.md", "beta"),
    (".hidden.md", "x"),
    ("__MACOSX/._a.md", "x"),
    ("../../escape.md", "x"),
    ("/absolute.md", "x"),
    ("twice.md", "one"),
    ("dir/../twice.md", "x"),
    ("./twice.md", "two"),
    ("inner.tar.gz", "x"),
    ("report.docx", "document"),
];

fn expected() -> Vec<(String, Result<String, ErrorKind>)> {
    vec![
        ok("a.md", "alpha"),
        ok("dir/b%20c.md", "beta"),
        refused("../../escape.md", ErrorKind::InvalidArgument),
        refused("absolute.md", ErrorKind::InvalidArgument),
        refused("twice.md", ErrorKind::InvalidArgument),
        refused("dir/../twice.md", ErrorKind::InvalidArgument),
        refused("twice.md", ErrorKind::InvalidArgument),
        refused("inner.tar.gz", ErrorKind::UnsupportedMedia),
        ok("report.docx", "document"),
    ]
}

#[test]
fn members_of_tar_files_are_given_and_bad_names_refused() {
    let folder = folder();
    let plain = folder.path().join("notes.tar");
    tarred(File::create(&plain).expect("is created"), MEMBERS);
    assert_eq!(held(&plain, ArchiveLimits::default()), Ok(expected()));
    for name in ["notes.tar.gz", "notes.TGZ"] {
        let packed = folder.path().join(name);
        tarred(GzEncoder::new(File::create(&packed).expect("is created"), Compression::best()), MEMBERS);
        assert_eq!(held(&packed, ArchiveLimits::default()), Ok(expected()), "{name}");
    }
}

#[test]
fn members_of_zip_files_are_given_and_bad_names_refused() {
    let folder = folder();
    let path = folder.path().join("notes.zip");
    zipped(&path, MEMBERS);
    assert_eq!(held(&path, ArchiveLimits::default()), Ok(expected()));
    assert_eq!(
        Archive::prefix_of(Path::new("/srv/a b/notes.zip")).ok().as_deref(),
        Some("zip+file:///srv/a%20b/notes.zip/")
    );
}

/// The writer refuses the same name twice, so it is put there by changing another one of the same length.
#[test]
fn the_same_name_twice_in_a_zip_file_is_refused_both_times() {
    let folder = folder();
    let path = folder.path().join("twice.zip");
    zipped(&path, &[("one.md", "1"), ("two.md", "2"), ("three.md", "3")]);
    let bytes = std::fs::read(&path).expect("reads");
    let mut forged = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at..].starts_with(b"two.md") {
            forged.extend_from_slice(b"one.md");
            at += 6;
        } else {
            forged.push(bytes[at]);
            at += 1;
        }
    }
    std::fs::write(&path, forged).expect("writes");
    let kind = ErrorKind::InvalidArgument;
    let expected = vec![refused("one.md", kind), refused("one.md", kind), ok("three.md", "3")];
    assert_eq!(held(&path, ArchiveLimits::default()), Ok(expected));
}

#[test]
fn links_and_devices_are_refused_by_name() {
    let folder = folder();
    let path = folder.path().join("links.tar");
    let mut builder = tar::Builder::new(File::create(&path).expect("is created"));
    for (name, kind) in [
        ("link.md", tar::EntryType::Symlink),
        ("hard.md", tar::EntryType::Link),
        ("device", tar::EntryType::Char),
        ("dir", tar::EntryType::Directory),
    ] {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(0);
        builder.append_link(&mut header, name, "/etc/passwd").expect("appends");
    }
    builder.into_inner().expect("ends");
    let kind = ErrorKind::UnsupportedMedia;
    let expected = ["link.md", "hard.md", "device"].map(|name| refused(name, kind)).to_vec();
    assert_eq!(held(&path, ArchiveLimits::default()), Ok(expected));

    let path = folder.path().join("links.zip");
    let mut writer = ZipWriter::new(File::create(&path).expect("is created"));
    writer.add_symlink("link.md", "/etc/passwd", SimpleFileOptions::default()).expect("links");
    writer.finish().expect("ends");
    assert_eq!(held(&path, ArchiveLimits::default()), Ok(vec![refused("link.md", kind)]));
}

#[test]
fn limits_end_an_archive_as_a_whole() {
    let folder = folder();
    let path = folder.path().join("many.zip");
    zipped(&path, &[("a.md", "alpha"), ("b.md", "beta"), ("c.md", "gamma")]);
    let limits =
        |members, unpacked_bytes| ArchiveLimits { members, unpacked_bytes, ..ArchiveLimits::default() };
    assert_eq!(held(&path, limits(3, 14)).map(|found| found.len()), Ok(3));
    assert_eq!(held(&path, limits(2, 14)), Err(ErrorKind::TooLarge));
    assert_eq!(held(&path, limits(3, 13)), Err(ErrorKind::TooLarge));
    let small = ArchiveLimits { member_bytes: 4, ..ArchiveLimits::default() };
    let kind = ErrorKind::TooLarge;
    let expected = vec![refused("a.md", kind), ok("b.md", "beta"), refused("c.md", kind)];
    assert_eq!(held(&path, small), Ok(expected));
}

/// 64 MiB of the same byte pack to 64 KiB.
#[test]
fn bombs_are_refused_before_anything_is_given() {
    let folder = folder();
    let text = "0".repeat(64 << 20);
    let path = folder.path().join("bomb.zip");
    zipped(&path, &[("a.md", "alpha"), ("bomb.txt", &text)]);
    assert!(path.metadata().expect("is there").len() < 200_000);
    assert_eq!(held(&path, ArchiveLimits::default()), Err(ErrorKind::TooLarge));

    let path = folder.path().join("bomb.tar.gz");
    let out = GzEncoder::new(File::create(&path).expect("is created"), Compression::best());
    tarred(out, &[("a.md", "alpha"), ("bomb.txt", &text)]);
    assert_eq!(held(&path, ArchiveLimits::default()), Err(ErrorKind::TooLarge));
    let generous = ArchiveLimits { ratio: 2000, member_bytes: 64 << 20, ..ArchiveLimits::default() };
    assert_eq!(held(&path, generous).map(|found| found.len()), Ok(2));
}

#[test]
fn a_size_that_lies_does_not_help_a_bomb() {
    let folder = folder();
    let path = folder.path().join("liar.zip");
    zipped(&path, &[("bomb.txt", &"0".repeat(64 << 20))]);
    let mut bytes = std::fs::read(&path).expect("reads");
    // The unpacked size stands at 22 of the local header, and at 24 of the central one.
    let central = bytes.windows(4).position(|part| part == b"PK\x01\x02").expect("has a directory");
    for at in [22, central + 24] {
        bytes[at..at + 4].copy_from_slice(&10_u32.to_le_bytes());
    }
    std::fs::write(&path, bytes).expect("writes");
    let kind = held(&path, ArchiveLimits::default()).expect_err("is refused");
    assert!(matches!(kind, ErrorKind::TooLarge | ErrorKind::InvalidArgument), "{kind}");
}

#[test]
fn damaged_archives_are_refused_as_a_whole() {
    let folder = folder();
    let whole = folder.path().join("whole.zip");
    zipped(&whole, &[("a.md", &"alpha ".repeat(100)), ("b.md", "beta")]);
    let bytes = std::fs::read(&whole).expect("reads");
    let mut flipped = bytes.clone();
    flipped[45] ^= 0xff;
    let packed = {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        tarred(&mut packed, &[("a.md", "alpha")]);
        packed.finish().expect("ends")
    };
    for (name, content) in [
        ("cut.zip", &bytes[..bytes.len() / 2]),
        ("flipped.zip", &flipped[..]),
        ("text.zip", b"no archive"),
        ("empty.zip", b""),
        ("empty.tar", b""),
        ("cut.tar.gz", &packed[..packed.len() - 12]),
        ("text.tar", b"no archive, and shorter than a header"),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, content).expect("writes");
        assert_eq!(held(&path, ArchiveLimits::default()), Err(ErrorKind::InvalidArgument), "{name}");
    }
    assert_eq!(held(&folder.path().join("none.zip"), ArchiveLimits::default()), Err(ErrorKind::NotFound));
    assert!(Archive::prefix_of(&PathBuf::from("/a.docx")).is_err());
}
