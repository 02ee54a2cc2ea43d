//! Runs of targets.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::log::Figures;
use super::target::Target;
use super::{FOLDER, seeds};
use crate::process;
use crate::workspace::Workspace;

/// Longest time for one input, in seconds.
const INPUT_SECONDS: u32 = 10;
/// Most memory of a run, in MiB.
const MEMORY_MB: u32 = 512;
/// Most stack, in KiB: that of a thread of the server.
const STACK_KB: u32 = 2048;

/// What all runs have in common.
pub(super) struct Campaign<'a> {
    workspace: &'a Workspace,
    binaries: PathBuf,
    /// What is kept: `corpus`, `findings`, `logs`, and the real files.
    output: PathBuf,
    seconds: u32,
}

/// What became of a run.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) name: String,
    pub(super) figures: Figures,
    pub(super) took: Duration,
    /// What is wrong, and where to look.
    pub(super) finding: Option<String>,
}

impl<'a> Campaign<'a> {
    pub(super) fn new(workspace: &'a Workspace, binaries: PathBuf, seconds: u32) -> Result<Self> {
        let output = workspace.output_dir("fuzz")?;
        let output = output.canonicalize().with_context(|| format!("cannot find {}", output.display()))?;
        Ok(Self { workspace, binaries, output, seconds })
    }

    /// Runs a target on its seeds, on what earlier runs found and on changes of both.
    pub(super) fn run(&self, target: &Target) -> Result<Outcome> {
        let [found, findings, real] =
            ["corpus", "findings", "real"].map(|kind| self.output.join(kind).join(&target.name));
        seeds::gather(self.workspace, target, &real)?;
        for folder in [&found, &findings, &self.output.join("logs")] {
            fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        }
        let log = self.output.join("logs").join(format!("{}.log", target.name));
        let mut command = self.command(target, &findings);
        command
            .arg(format!("-max_total_time={}", self.seconds))
            .arg(format!("-max_len={}", target.max_bytes));
        command.arg("-print_final_stats=1");
        command.arg(&found).arg(self.folder().join("corpus").join(&target.name)).arg(&real);
        let file = File::create(&log).with_context(|| format!("cannot create {}", log.display()))?;
        command.stdout(file.try_clone()?).stderr(file);
        let start = Instant::now();
        let status = command.status().with_context(|| format!("cannot start {}", target.binary))?;
        let figures = Figures::read(&String::from_utf8_lossy(&fs::read(&log)?));
        let finding = finding(&figures, status.success(), &log);
        Ok(Outcome { name: target.name.clone(), figures, took: start.elapsed(), finding })
    }

    /// Runs one input on this terminal; fails where it is a finding.
    pub(super) fn reproduce(&self, target: &Target, input: &Path) -> Result<()> {
        let findings = self.output.join("findings").join(&target.name);
        fs::create_dir_all(&findings).with_context(|| format!("cannot create {}", findings.display()))?;
        process::run(self.command(target, &findings).arg(input))
    }

    fn command(&self, target: &Target, findings: &Path) -> Command {
        let mut command = Command::new("sh");
        command.arg("-c").arg(format!("ulimit -s {STACK_KB} && exec \"$0\" \"$@\""));
        command.arg(self.binaries.join(&target.binary));
        command.arg(format!("--target={}", target.name)).arg(format!("-timeout={INPUT_SECONDS}"));
        command.arg(format!("-rss_limit_mb={MEMORY_MB}"));
        command.arg(format!("-artifact_prefix={}/", findings.display()));
        let words = self.folder().join("dictionaries").join(format!("{}.dict", target.name));
        if words.is_file() {
            command.arg(format!("-dict={}", words.display()));
        }
        command
    }

    fn folder(&self) -> PathBuf {
        self.workspace.join(FOLDER)
    }
}

/// What is wrong with a run: an input that it does not survive, or that nothing guides it.
fn finding(figures: &Figures, is_success: bool, log: &Path) -> Option<String> {
    let is_guided = !figures.is_blind && figures.seeds.edges > 0;
    let what = match (&figures.reason, is_success, is_guided) {
        (Some(reason), ..) => reason.as_str(),
        (None, false, _) => "ended early",
        (None, true, false) => "is not guided",
        (None, true, true) => return None,
    };
    let place = figures.written.clone().unwrap_or_else(|| log.display().to_string());
    Some(format!("{what}: {place}"))
}

#[cfg(test)]
mod tests {
    use super::super::log::Reach;
    use super::*;

    #[test]
    fn a_run_that_nothing_guides_is_a_finding() {
        let log = Path::new("a.log");
        let guided = Figures { seeds: Reach { edges: 3, features: 4 }, ..Figures::default() };
        assert_eq!(finding(&guided, true, log), None);
        assert_eq!(finding(&guided, false, log).as_deref(), Some("ended early: a.log"));
        assert_eq!(finding(&Figures::default(), true, log).as_deref(), Some("is not guided: a.log"));
        let reason = Some("deadly signal".to_owned());
        let failed = Figures { reason, written: Some("crash-1".to_owned()), ..guided };
        assert_eq!(finding(&failed, false, log).as_deref(), Some("deadly signal: crash-1"));
    }
}
