//! The file that keeps the token of the local admin, readable by its owner only.

use std::fs::File;
use std::io::{ErrorKind as IoErrorKind, Read as _, Write as _};
use std::path::Path;

use ragstone_core::{Error, ErrorKind, Result};

use crate::token::BearerToken;

/// Name of the file in a data directory.
pub const FILE_NAME: &str = "admin.token";

/// Longest content that is read.
const MAX_LEN: u64 = 1024;
/// Permissions of the group and of everybody else.
#[cfg(unix)]
const OTHERS: u32 = 0o077;

/// Reads the token, or makes one where the file is missing.
///
/// The file appears complete or not at all, and of two processes that make it at once both get the same token.
/// Blocks on the file system.
pub fn load_or_create(path: &Path) -> Result<BearerToken> {
    if let Some(token) = load(path)? {
        return Ok(token);
    }
    let token = BearerToken::mint()?;
    if create(path, &token)? {
        return Ok(token);
    }
    load(path)?.ok_or_else(|| failed(path, "the token file vanished while it was read"))
}

/// Reads the token; `None` where the file is missing. Blocks on the file system.
///
/// [`ErrorKind::FailedPrecondition`] where the file cannot be read, where others than its owner may read it, or
/// where it does not hold a token.
pub fn load(path: &Path) -> Result<Option<BearerToken>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == IoErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(path, "cannot open the token file").with_source(error)),
    };
    check_access(path, &file)?;
    let mut text = String::new();
    file.take(MAX_LEN)
        .read_to_string(&mut text)
        .map_err(|error| failed(path, "cannot read the token file").with_source(error))?;
    BearerToken::parse(text.trim_end()).map(Some).map_err(|_| {
        failed(path, "the token file does not hold a token")
            .with_help("delete the file and start again; a new token is made")
    })
}

/// Writes the file; `false` where another process was faster.
fn create(path: &Path, token: &BearerToken) -> Result<bool> {
    let cannot = |error: std::io::Error| failed(path, "cannot write the token file").with_source(error);
    let folder = path.parent().unwrap_or(Path::new("."));
    // Temporary files are readable by their owner only.
    let mut file = tempfile::Builder::new().prefix(".token-").tempfile_in(folder).map_err(cannot)?;
    writeln!(file, "{}", token.expose()).map_err(cannot)?;
    file.as_file().sync_all().map_err(cannot)?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(true),
        Err(error) if error.error.kind() == IoErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(cannot(error.error)),
    }
}

#[cfg(unix)]
fn check_access(path: &Path, file: &File) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;

    let metadata =
        file.metadata().map_err(|error| failed(path, "cannot inspect the token file").with_source(error))?;
    if !metadata.is_file() {
        return Err(failed(path, "the token file is not a regular file"));
    }
    let mode = metadata.permissions().mode() & 0o777;
    if mode & OTHERS == 0 {
        return Ok(());
    }
    Err(failed(path, "others than its owner may read the token file")
        .with_context("mode", format!("{mode:03o}"))
        .with_help(format!(
            "run `chmod 600 {}`; if others may have read it, delete it so that a new token is made",
            path.display()
        )))
}

/// Other systems keep the folder's access list for the file.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the check can fail on Unix")]
fn check_access(_path: &Path, _file: &File) -> Result<()> {
    Ok(())
}

fn failed(path: &Path, message: &'static str) -> Error {
    Error::new(ErrorKind::FailedPrecondition, message)
        .with_operation("load token file")
        .with_context("path", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_made_once() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join(FILE_NAME);
        assert!(load(&path).expect("missing is fine").is_none());
        let first = load_or_create(&path).expect("made");
        let again = load_or_create(&path).expect("read");
        assert_eq!(first.expose(), again.expose());
        let names: Vec<_> = std::fs::read_dir(folder.path()).expect("listing").collect();
        assert_eq!(names.len(), 1, "no temporary file is left");
    }

    #[test]
    fn the_slower_of_two_processes_does_not_overwrite() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join(FILE_NAME);
        let first = load_or_create(&path).expect("made");
        let second = BearerToken::mint().expect("randomness");
        assert!(!create(&path, &second).expect("refused"));
        let kept = load(&path).expect("readable").expect("present");
        assert_eq!(kept.expose(), first.expose());
    }

    #[test]
    fn a_file_without_a_token_is_refused() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join(FILE_NAME);
        let token = BearerToken::mint().expect("randomness");
        create(&path, &token).expect("written");
        for content in [&b""[..], b"\xff\xfe", b"rgs_", b"secret words"] {
            std::fs::write(&path, content).expect("written");
            let error = load(&path).expect_err("no token");
            assert_eq!(error.kind(), ErrorKind::FailedPrecondition);
            assert!(!format!("{error:#?}").contains("secret words"));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join(FILE_NAME);
        load_or_create(&path).expect("made");
        let mode = std::fs::metadata(&path).expect("present").permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
        for mode in [0o640, 0o604, 0o620] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("set");
            let error = load_or_create(&path).expect_err("refused");
            assert_eq!(error.kind(), ErrorKind::FailedPrecondition);
            assert!(error.help().is_some_and(|help| help.contains("chmod 600")));
        }
    }
}
