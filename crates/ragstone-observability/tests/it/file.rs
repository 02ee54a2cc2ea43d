//! Log files.

use std::path::Path;
use std::time::Duration;

use ragstone_observability::startup::{LogFile, LogFormat, LogRotation, Telemetry, TelemetryError};

use crate::captured::{Captured, logs};

fn file(folder: &Path, max_files: usize) -> LogFile {
    LogFile {
        folder: folder.to_owned(),
        prefix: "ragstone".to_owned(),
        suffix: "log".to_owned(),
        rotation: LogRotation::Daily,
        max_files,
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("is a folder");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_file_gets_the_lines_of_standard_error() {
    let folder = tempfile::tempdir().expect("folder");
    let captured = Captured::default();
    let telemetry = Telemetry { file: Some(file(folder.path(), 3)), ..logs(LogFormat::Json, "info") };
    let (dispatch, running) = captured.start(telemetry);
    tracing::dispatcher::with_default(&dispatch, || tracing::info!("said once"));
    running.close(Duration::from_secs(5));
    let [name] = &names(folder.path())[..] else { panic!("one file") };
    assert!(name.starts_with("ragstone.20") && name.contains(".log"), "{name}");
    let written = std::fs::read_to_string(folder.path().join(name)).expect("readable");
    assert!(written.contains("said once"));
    assert_eq!(written, captured.text());
}

#[test]
fn files_beyond_those_that_are_kept_are_deleted() {
    let folder = tempfile::tempdir().expect("folder");
    for day in 1..=5 {
        let name = format!("ragstone.2020-01-0{day}.log");
        std::fs::write(folder.path().join(name), "old").expect("writes");
        // Age is told by the time of creation, which must differ.
        std::thread::sleep(Duration::from_millis(20));
    }
    std::fs::write(folder.path().join("other.txt"), "not a log").expect("writes");
    let telemetry = Telemetry { file: Some(file(folder.path(), 3)), ..logs(LogFormat::Human, "info") };
    let (dispatch, running) = telemetry.subscriber(std::io::sink).expect("valid");
    tracing::dispatcher::with_default(&dispatch, || tracing::info!("today"));
    running.close(Duration::from_secs(5));
    let names = names(folder.path());
    assert!(names.contains(&"other.txt".to_owned()), "{names:?}");
    let logs: Vec<_> = names.iter().filter(|name| name.contains(".log")).collect();
    assert_eq!(logs.len(), 3, "{names:?}");
    assert!(!names.contains(&"ragstone.2020-01-01.log".to_owned()), "{names:?}");
}

#[test]
fn a_folder_that_cannot_be_written_is_refused_by_name() {
    let folder = tempfile::tempdir().expect("folder");
    let blocked = folder.path().join("file");
    std::fs::write(&blocked, "not a folder").expect("writes");
    let telemetry = Telemetry { file: Some(file(&blocked, 3)), ..logs(LogFormat::Human, "info") };
    let outcome = telemetry.subscriber(std::io::sink);
    let Err(error @ TelemetryError::File { .. }) = outcome else { panic!("must be refused") };
    assert!(error.to_string().contains(&blocked.display().to_string()), "{error}");
}
