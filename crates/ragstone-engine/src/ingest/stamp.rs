//! What a file shows of its content without being read.

use std::fs::Metadata;
use std::time::{Duration, UNIX_EPOCH};

use ragstone_core::Timestamp;
use ragstone_core::stamp::SourceStamp;

/// A file that changed within this time may change again without its times telling so: some file systems count in
/// steps of two seconds.
const SETTLED_AFTER: Duration = Duration::from_secs(2);

/// Size, times and identity of a file; none where it changed only just now, or its times cannot be relied on.
pub(super) fn stamp_of(file: &Metadata, now: Timestamp) -> Option<SourceStamp> {
    let settled = now.as_millis().checked_sub(i64::try_from(SETTLED_AFTER.as_millis()).ok()?)?;
    let modified = file.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    let (latest, rest) = of_system(file, modified);
    if i64::try_from(latest.as_millis()).ok()? >= settled {
        return None;
    }
    SourceStamp::try_new(format!("{}.{}{rest}", file.len(), modified.as_nanos())).ok()
}

/// The later one of the times at which content and attributes changed, and what else tells one file from another.
///
/// The time of attributes is what a program cannot set back, as it can the other one.
#[cfg(unix)]
fn of_system(file: &Metadata, modified: Duration) -> (Duration, String) {
    use std::os::unix::fs::MetadataExt as _;

    let (seconds, nanos) = (u64::try_from(file.ctime()), u32::try_from(file.ctime_nsec()));
    let changed = Duration::new(seconds.unwrap_or(u64::MAX), nanos.unwrap_or(0));
    (modified.max(changed), format!(".{}.{}.{}", changed.as_nanos(), file.dev(), file.ino()))
}

#[cfg(not(unix))]
fn of_system(_file: &Metadata, modified: Duration) -> (Duration, String) {
    (modified, String::new())
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};

    use super::*;

    fn shown(path: &std::path::Path, after: Duration) -> Option<SourceStamp> {
        let file = path.metadata().expect("is there");
        let modified =
            file.modified().expect("has a time").duration_since(UNIX_EPOCH).expect("is after 1970");
        let now = i64::try_from((modified + after).as_millis()).expect("is a time");
        stamp_of(&file, Timestamp::from_millis(now))
    }

    #[test]
    fn what_has_settled_has_a_stamp_that_changes_with_it() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("a.md");
        fs::write(&path, "terns").expect("writes");
        assert_eq!(shown(&path, Duration::from_secs(1)), None);
        let first = shown(&path, Duration::from_mins(1)).expect("has settled");
        assert_eq!(shown(&path, Duration::from_mins(2)), Some(first.clone()));

        fs::write(&path, "gulls").expect("writes");
        let second = shown(&path, Duration::from_mins(1)).expect("has settled");
        assert_ne!(second, first);
    }

    #[cfg(unix)]
    #[test]
    fn times_that_were_set_back_do_not_deceive() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("a.md");
        fs::write(&path, "terns").expect("writes");
        let modified = path.metadata().expect("is there").modified().expect("has a time");
        let first = shown(&path, Duration::from_mins(1)).expect("has settled");
        std::thread::sleep(Duration::from_millis(20));
        fs::write(&path, "gulls").expect("writes");
        File::options().write(true).open(&path).expect("opens").set_modified(modified).expect("sets");
        assert_ne!(shown(&path, Duration::from_mins(1)), Some(first));
    }
}
