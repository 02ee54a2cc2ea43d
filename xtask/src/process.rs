//! Running other programs: each one is shown before it starts, and a failure names it.

use std::env;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context, Result, ensure};

/// Runs a command with this terminal; fails when it does not exit with 0.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    announce(command);
    let status = command.status().with_context(|| format!("cannot start {}", program(command)))?;
    ensure!(status.success(), "`{}` ended with {status}", line(command));
    Ok(())
}

/// Runs a command and returns what it printed; its standard error stays on this terminal.
pub(crate) fn stdout_of(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start {}", program(command)))?;
    ensure!(output.status.success(), "`{}` ended with {}", line(command), output.status);
    String::from_utf8(output.stdout).with_context(|| format!("`{}` printed invalid UTF-8", line(command)))
}

/// Runs a command, hands each line of its standard output to `on_line` and to this terminal, and returns how it ended.
pub(crate) fn follow(command: &mut Command, mut on_line: impl FnMut(&str)) -> Result<ExitStatus> {
    announce(command);
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", program(command)))?;
    let stdout = child.stdout.take().context("the output of the command is not piped")?;
    for line in BufReader::new(stdout).split(b'\n') {
        let line = line.context("cannot read the output of the command")?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        on_line(&line);
    }
    child.wait().with_context(|| format!("cannot wait for {}", program(command)))
}

/// Takes away the variables that `cargo run` set for xtask itself: left in, they would make build scripts that
/// watch them run again.
pub(crate) fn forget_cargo_run(command: &mut Command) {
    for (name, _) in env::vars_os() {
        let own = name.to_str().is_some_and(|name| {
            name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") || name == "CARGO_BIN_NAME"
        });
        if own {
            command.env_remove(name);
        }
    }
}

/// The command as one would type it.
pub(crate) fn line(command: &Command) -> String {
    let arguments = command.get_args().map(OsStr::to_string_lossy);
    std::iter::once(program(command).into()).chain(arguments).collect::<Vec<_>>().join(" ")
}

fn announce(command: &Command) {
    println!("$ {}", line(command));
}

fn program(command: &Command) -> String {
    let path = std::path::Path::new(command.get_program());
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// Runs a program to its end and shows what it printed only where it failed.
pub(crate) fn quietly(command: &mut Command) -> Result<()> {
    let shown = line(command);
    let output = command.output().with_context(|| format!("cannot start `{shown}`"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    ensure!(
        output.status.success(),
        "`{shown}` ended with {}: {} {}",
        output.status,
        text(&output.stdout),
        text(&output.stderr)
    );
    Ok(())
}

/// As [`quietly`], named on standard error, because standard output is for `eval`.
pub(crate) fn run_aside(command: &mut Command) -> Result<()> {
    eprintln!("{}", line(command));
    quietly(command)
}
