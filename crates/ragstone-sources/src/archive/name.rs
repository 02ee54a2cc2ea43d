//! What a member's name and kind make of it.

use ragstone_core::{Error, ErrorKind};

use super::{ArchiveKind, MemberKind};

/// What is to be done with a member.
pub(super) enum Verdict {
    /// It is a file of this name, with slashes and without `.`.
    File(String),
    /// It is left out, and nobody misses it: a folder, or a hidden file.
    Silent,
    /// It is left out, and told by this name.
    Refused(String, Error),
}

pub(super) fn verdict(name: &str, is_unicode: bool, kind: &MemberKind) -> Verdict {
    let refuse = |kind, message| Verdict::Refused(printable(name), Error::new(kind, message));
    if matches!(kind, MemberKind::Folder) {
        return Verdict::Silent;
    }
    if !is_unicode {
        return refuse(ErrorKind::InvalidArgument, "the name is not Unicode");
    }
    if name.chars().any(char::is_control) {
        return refuse(ErrorKind::InvalidArgument, "the name holds control characters");
    }
    if name.starts_with('/') || has_drive(name) {
        return refuse(ErrorKind::InvalidArgument, "the name is absolute");
    }
    let parts: Vec<&str> = name.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if parts.contains(&"..") {
        return refuse(ErrorKind::InvalidArgument, "the name leads out of the archive");
    }
    let Some(last) = parts.last() else {
        return refuse(ErrorKind::InvalidArgument, "the member has no name");
    };
    if parts.iter().any(|part| part.starts_with('.')) {
        return Verdict::Silent;
    }
    match kind {
        MemberKind::Other => {
            return refuse(ErrorKind::UnsupportedMedia, "a link or a special file holds no text of its own");
        }
        MemberKind::Sealed(reason) => return refuse(ErrorKind::UnsupportedMedia, reason),
        MemberKind::File | MemberKind::Folder => {}
    }
    if ArchiveKind::of_name(last).is_some() {
        return refuse(ErrorKind::UnsupportedMedia, "an archive inside an archive is not opened");
    }
    Verdict::File(parts.join("/"))
}

/// As in `C:\notes` and `C:notes`.
fn has_drive(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic()) && bytes.next() == Some(b':')
}

/// A name that can be shown, whatever it holds.
fn printable(name: &str) -> String {
    name.chars().map(|char| if char.is_control() { '\u{fffd}' } else { char }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(name: &str) -> Result<Option<String>, ErrorKind> {
        match verdict(name, true, &MemberKind::File) {
            Verdict::File(name) => Ok(Some(name)),
            Verdict::Silent => Ok(None),
            Verdict::Refused(_, error) => Err(error.kind()),
        }
    }

    #[test]
    fn names_are_normalised_or_refused() {
        let file = |name: &str| Ok(Some(name.to_owned()));
        for (name, expected) in [
            ("a/b.md", file("a/b.md")),
            ("./a//b.md", file("a/b.md")),
            ("a/b..c.md", file("a/b..c.md")),
            ("a/.hidden/b.md", Ok(None)),
            ("a/../../etc/passwd", Err(ErrorKind::InvalidArgument)),
            ("..", Err(ErrorKind::InvalidArgument)),
            ("/etc/passwd", Err(ErrorKind::InvalidArgument)),
            ("C:/a.md", Err(ErrorKind::InvalidArgument)),
            ("a\n.md", Err(ErrorKind::InvalidArgument)),
            ("", Err(ErrorKind::InvalidArgument)),
            ("a/more.ZIP", Err(ErrorKind::UnsupportedMedia)),
            ("more.tar.gz", Err(ErrorKind::UnsupportedMedia)),
            ("a/report.docx", file("a/report.docx")),
        ] {
            assert_eq!(judged(name), expected, "{name}");
        }
    }

    #[test]
    fn links_and_sealed_members_are_told_and_folders_are_not() {
        assert!(matches!(verdict("a", true, &MemberKind::Folder), Verdict::Silent));
        assert!(matches!(verdict("a", true, &MemberKind::Other), Verdict::Refused(..)));
        assert!(matches!(verdict("a", true, &MemberKind::Sealed("no")), Verdict::Refused(..)));
        assert!(matches!(verdict("a", false, &MemberKind::File), Verdict::Refused(..)));
    }
}
