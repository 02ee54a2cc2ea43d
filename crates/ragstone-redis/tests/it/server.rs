//! Whether the programs that tests start are installed, and the report of skips where they are not.

use std::io::Write as _;
use std::process::{Command, Stdio};

pub(crate) use ragstone_testkit::authority::Authority;
pub(crate) use ragstone_testkit::process::{RedisServer, Signal, free_port};

/// Whether the servers are installed; where not, the skip is reported and the test must return.
pub(crate) fn has_servers(test: &str) -> bool {
    has_program(test, "redis-server") && has_program(test, "redis-cli")
}

/// Whether a program is installed; where not, the skip is reported and the test must return.
pub(crate) fn has_program(test: &str, program: &str) -> bool {
    let version = Command::new(program)
        .arg(if program == "openssl" { "version" } else { "--version" })
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let is_there = version.is_ok_and(|status| status.success());
    if !is_there {
        skip(test, &format!("{program} is not installed"));
    }
    is_there
}

fn skip(test: &str, reason: &str) {
    eprintln!("skipped: {test}: {reason}");
    if let Some(report) = std::env::var_os("RAGSTONE_SKIP_REPORT") {
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(report).expect("report");
        writeln!(file, "ragstone-redis::{test}\t{reason}").expect("written");
    }
}
