//! A program that builds an index once and is then asked round by round, over its standard input and output.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::report::Measurement;
use super::usage::{self, Memory};
use crate::process;

/// Pause between two looks at the processor time of a program that may still work.
const LOOK: Duration = Duration::from_secs(1);
/// Looks in a row without work after which a program is at rest; the index begins to merge after two idle seconds.
const CALM_LOOKS: u32 = 5;
/// Share of a processor below which there is no work.
const CALM: f64 = 0.05;
/// Longest wait for rest.
const LONGEST: Duration = Duration::from_mins(30);

/// First line of a program.
#[derive(Debug, Deserialize)]
pub(super) struct Ready {
    pub(super) searchable_seconds: Option<f64>,
    #[serde(default)]
    pub(super) has_model: bool,
}

/// Answer to a round.
#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    /// Milliseconds of each query.
    pub(super) ms: Vec<f64>,
    /// Passages that each query found, best first.
    pub(super) found: Vec<Vec<u64>>,
}

/// A running program, ended when dropped.
pub(super) struct Contestant {
    name: String,
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    pub(super) ready: Ready,
}

impl Contestant {
    /// Starts it and waits until it can be asked.
    pub(super) fn start(command: &mut Command) -> Result<Self> {
        let name = process::line(command);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start `{name}`"))?;
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().context("the output is not piped")?);
        let ready = Ready { searchable_seconds: None, has_model: false };
        let mut contestant = Self { name, child, input, output, ready };
        contestant.ready = contestant.read()?;
        Ok(contestant)
    }

    /// Asks for a round of `count` queries from the `first` on.
    pub(super) fn ask(&mut self, leg: &str, first: usize, count: usize) -> Result<Answer> {
        let input = self.input.as_mut().context("the program was ended")?;
        writeln!(input, "{leg} {first} {count}").and_then(|()| input.flush())?;
        let answer: Answer = self.read()?;
        let counts = (answer.ms.len(), answer.found.len());
        ensure!(counts == (count, count), "`{}` answered {counts:?} of {count} queries", self.name);
        Ok(answer)
    }

    pub(super) fn memory(&self) -> Result<Memory> {
        usage::memory(self.child.id())
    }

    /// Waits until the program does nothing in the background.
    pub(super) fn wait_for_rest(&self) -> Result<()> {
        let (start, mut calm, mut before) = (Instant::now(), 0, usage::cpu_seconds(self.child.id())?);
        while calm < CALM_LOOKS {
            ensure!(start.elapsed() < LONGEST, "`{}` does not come to rest", self.name);
            thread::sleep(LOOK);
            let now = usage::cpu_seconds(self.child.id())?;
            calm = if now - before < CALM { calm + 1 } else { 0 };
            before = now;
        }
        Ok(())
    }

    /// Ends the input, and waits for the program to close what it opened.
    pub(super) fn finish(mut self) -> Result<()> {
        drop(self.input.take());
        let status = self.child.wait()?;
        ensure!(status.success(), "`{}` ended with {status}", self.name);
        Ok(())
    }

    fn read<T: DeserializeOwned>(&mut self) -> Result<T> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        ensure!(!line.is_empty(), "`{}` ended without an answer", self.name);
        serde_json::from_str(&line).with_context(|| format!("`{}` answered {line}", self.name))
    }
}

impl Drop for Contestant {
    fn drop(&mut self) {
        // Nothing can be done about one that is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Has a program build its index in `store`; what that took, with `who` before each figure.
///
/// The index is searched by another process later, so that its memory is that of searching alone.
pub(super) fn build(who: &str, command: &mut Command, store: &Path) -> Result<Vec<Measurement>> {
    let start = Instant::now();
    let program = Contestant::start(command)?;
    program.wait_for_rest()?;
    let at_rest = start.elapsed().saturating_sub(LOOK * CALM_LOOKS).as_secs_f64();
    let memory = program.memory()?;
    let searchable = program.ready.searchable_seconds.context("the index was there before")?;
    program.finish()?;
    let figure = |what: &str, value, unit: &str| Measurement {
        name: format!("{who}: {what}"),
        value,
        unit: unit.to_owned(),
    };
    let mut figures = vec![
        figure("build, searchable", searchable, "s"),
        figure("build, at rest", at_rest.max(searchable), "s"),
        figure("build, most memory", memory.most, "MB"),
        figure("disk", usage::disk(store)?, "MB"),
    ];
    let index = store.join("index");
    if index.is_dir() {
        figures.push(figure("disk, index alone", usage::disk(&index)?, "MB"));
    }
    Ok(figures)
}
