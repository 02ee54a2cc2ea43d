//! One command of the command line, run to its end.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

/// What a finished command left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// Standard output as JSON.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.code, 0, "{self:?}");
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Standard output of a command that succeeded.
    #[track_caller]
    pub(crate) fn text(&self) -> &str {
        assert_eq!(self.code, 0, "{self:?}");
        &self.stdout
    }
}

/// The binary, told to use this data directory, free of the settings of whoever runs the tests.
pub(crate) fn ragstone(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ragstone"));
    command.env_remove("RAGSTONE_CONFIG").env_remove("RAGSTONE_DATA_DIR").env("NO_COLOR", "1");
    // No test depends on the public hub of models.
    command.env("RAGSTONE_OFFLINE", "true");
    // Tests run side by side.
    command.env("RAGSTONE_OPERATIONS__BIND", "127.0.0.1:0");
    command.arg("--data-dir").arg(data).stdin(Stdio::null());
    command
}

/// Runs a command to its end.
pub(crate) fn run<A: AsRef<OsStr>>(data: &Path, args: impl IntoIterator<Item = A>) -> Run {
    let output = ragstone(data).args(args).output().expect("the binary starts");
    Run {
        code: output.status.code().expect("no signal ended it"),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}
