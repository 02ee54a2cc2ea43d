//! `test` and `ci`: every check and test in order, with one line of counts at the end.

mod libtest;
mod skips;

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, ensure};
use clap::{Args, ValueEnum};

use self::libtest::Tally;
use self::skips::Skips;
use crate::services::{Install, Session, prepare_tools, tool_variables};
use crate::steps::{Counts, Outcome, Steps};
use crate::workspace::Workspace;
use crate::{codegen, conformance, crash, docs_test, eval, layers, process, scratch, tidy};

/// Selects all crates but this one.
const ALL: [&str; 3] = ["--workspace", "--exclude", "xtask"];

/// Arguments of `test` and `ci`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Run only these steps
    #[arg(long, value_name = "STEP")]
    only: Vec<Step>,
    /// Run only the Rust tests of these crates
    #[arg(long, short, value_name = "CRATE")]
    package: Vec<String>,
}

/// The steps in the order in which they run: what is quick to tell comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Step {
    Fmt,
    Tidy,
    Layers,
    Rust,
    Crash,
    Conformance,
    Examples,
    Docs,
    Codegen,
    Eval,
    Clippy,
    Rustdoc,
}

/// How much a run covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// What a newcomer and continuous integration run.
    Test,
    /// The same, then the quality of retrieval, lints, and documentation with warnings denied: before a change is
    /// handed in.
    Ci,
}

impl Step {
    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    fn is_in(self, scope: Scope) -> bool {
        scope == Scope::Ci || !matches!(self, Self::Eval | Self::Clippy | Self::Rustdoc)
    }

    /// Whether the step runs tests that talk to servers.
    fn needs_services(self) -> bool {
        matches!(self, Self::Rust | Self::Examples)
    }

    fn run(self, context: &TestRun<'_>) -> Result<Outcome> {
        let workspace = context.workspace;
        match self {
            Self::Fmt => process::run(workspace.cargo().args(["fmt", "--all", "--check"]))?,
            Self::Tidy => tidy::run(workspace)?,
            Self::Layers => layers::run(workspace)?,
            Self::Rust => return context.rust(),
            Self::Crash => return crash::test(workspace, context.tested_server()?, is_ci()),
            Self::Conformance => {
                return Ok(conformance::run(workspace, &conformance::Options { check: true })?.into());
            }
            Self::Examples => return context.examples(),
            Self::Docs => {
                let blocks = docs_test::run(workspace, &docs_test::Options::default())?;
                ensure!(blocks > 0, "no page has a block that runs");
            }
            Self::Codegen => codegen::run(workspace, &codegen::Options { check: true })?,
            Self::Eval => return Ok(eval::gates(workspace)?.into()),
            Self::Clippy => clippy(workspace)?,
            Self::Rustdoc => rustdoc(workspace)?,
        }
        Ok(Counts::PASSED.into())
    }
}

/// Runs the chosen steps and prints the counts; the exit code says whether everything passed.
pub(crate) fn run(workspace: &Workspace, options: &Options, scope: Scope) -> Result<ExitCode> {
    let mut context = TestRun::prepare(workspace, &options.package)?;
    let mut steps = Steps::default();
    let plan = plan(options, scope);
    if plan.iter().any(|step| step.needs_services()) {
        steps.run("services", || Ok(context.start_services()?.into()));
    }
    for step in plan {
        steps.run(&step.name(), || step.run(&context));
    }
    if let Some(services) = context.services.take() {
        services.end()?;
    }
    let skips = Skips::read(&context.skip_report)?;
    let skipped = steps.total().skipped.max(skips.len());
    if is_ci() {
        steps.run("no skips", || {
            ensure!(skipped == 0, "{skipped} tests were skipped or ignored, which CI does not accept");
            Ok(Counts::PASSED.into())
        });
    }
    steps.print();
    for (name, reason) in skips.iter() {
        println!("skipped: {name}: {reason}");
    }
    let total = steps.total();
    println!("{total}");
    Ok(if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn plan(options: &Options, scope: Scope) -> Vec<Step> {
    let chosen = |step: &Step| match (options.only.is_empty(), options.package.is_empty()) {
        (false, _) => options.only.contains(step),
        (true, false) => *step == Step::Rust,
        (true, true) => step.is_in(scope),
    };
    Step::value_variants().iter().copied().filter(chosen).collect()
}

fn is_ci() -> bool {
    env::var("CI").is_ok_and(|value| value == "true" || value == "1")
}

/// What the steps that run tests share.
struct TestRun<'a> {
    workspace: &'a Workspace,
    packages: &'a [String],
    skip_report: PathBuf,
    data: Option<PathBuf>,
    services: Option<Session>,
}

impl<'a> TestRun<'a> {
    /// Sets up what the tests need: an empty skip report, and the folder of data sets if there is one.
    fn prepare(workspace: &'a Workspace, packages: &'a [String]) -> Result<Self> {
        let missing: Vec<&str> = ["git", "cc"].into_iter().filter(|tool| !is_installed(tool)).collect();
        ensure!(missing.is_empty(), "install {} first: the build needs it", missing.join(" and "));
        let skip_report = workspace.output_dir(".")?.join("skips.txt");
        Skips::start(&skip_report)?;
        let data = workspace.test_data();
        match &data {
            Some(data) => println!("data sets: {}", data.display()),
            None => println!(
                "data sets: none; tests that need them are skipped (RAGSTONE_TEST_DATA names a folder)"
            ),
        }
        Ok(Self { workspace, packages, skip_report, data, services: None })
    }

    /// Starts the servers that are installed and looks for the programs that tests call; CI also installs the others,
    /// and does without none of them.
    fn start_services(&mut self) -> Result<Counts> {
        let install = if is_ci() { Install::IfMissing } else { Install::Never };
        let session = Session::start(self.workspace, install)?;
        let tools = prepare_tools(self.workspace, install);
        let failures: Vec<String> = session.failures().chain(tools).collect();
        let passed = session.count();
        self.services = Some(session);
        for failure in &failures {
            println!("{failure}; tests that need it are skipped");
        }
        ensure!(failures.is_empty() || !is_ci(), "CI does not do without a server or a program");
        Ok(Counts { passed, failed: 0, skipped: failures.len() })
    }

    /// The release profile on purpose: the embedded engine takes minutes to build, and so builds once for
    /// `cargo run --release` and for the tests. For the same reason xtask is tested apart, as it was built: in one
    /// build with the others, the features that it asks of shared packages would build the engine again.
    /// Only a run of all crates reports which laws hold: a part of them would make a table with gaps.
    fn rust(&self) -> Result<Outcome> {
        let mut outcome = Outcome::default();
        if self.packages.is_empty() {
            let report = conformance::report_path(self.workspace)?;
            conformance::start(&report)?;
            let mut all = self.cargo_test(&ALL);
            outcome += self.count(all.env(conformance::VARIABLE, &report))?;
            outcome += self.count(&mut self.cargo_test(&["--package", "xtask"]))?;
        }
        for package in self.packages {
            outcome += self.count(&mut self.cargo_test(&["--package", package]))?;
        }
        Ok(outcome)
    }

    fn cargo_test(&self, selection: &[&str]) -> Command {
        let mut command = self.workspace.cargo();
        command.args(["test", "--release", "--all-features", "--no-fail-fast"]).args(selection);
        command
    }

    /// The server that the tests built; a build without them has other features of shared packages, and would take as
    /// long again.
    fn tested_server(&self) -> Result<PathBuf> {
        process::run(self.cargo_test(&ALL).arg("--no-run"))?;
        Ok(self.workspace.target().join("release").join("ragstone"))
    }

    /// Builds and tests each embedding example, a separate workspace that uses one crate from outside, and runs
    /// it if it is a program. They share one target directory, and the quick profile: the engine builds once more for
    /// `embed-index-edge`, because an outsider's features differ.
    fn examples(&self) -> Result<Outcome> {
        let target = self.workspace.output_dir("examples")?;
        let mut outcome = Outcome::default();
        for manifest in example_manifests(self.workspace)? {
            let cargo = |words: &[&str]| {
                let mut command = self.workspace.cargo();
                command.args(words).arg("--manifest-path").arg(&manifest).env("CARGO_TARGET_DIR", &target);
                command
            };
            outcome += self.count(&mut cargo(&["test", "--no-fail-fast"]))?;
            if manifest.with_file_name("src").join("main.rs").is_file() {
                process::run(&mut cargo(&["run"]))?;
            }
            outcome += Counts::PASSED.into();
        }
        Ok(outcome)
    }

    /// Runs a command that prints results of libtest and counts them.
    fn count(&self, command: &mut Command) -> Result<Outcome> {
        command.env("RAGSTONE_SKIP_REPORT", &self.skip_report).env("TMPDIR", scratch::folder());
        if let Some(data) = &self.data {
            command.env("RAGSTONE_TEST_DATA", data);
        }
        if let Some(services) = &self.services {
            command.envs(services.variables().iter().map(|(name, url)| (name, url)));
        }
        let given = |name: &str| env::var_os(name).is_some();
        command.envs(tool_variables(self.workspace).filter(|(name, _)| !given(name)));
        let skipped_before = Skips::read(&self.skip_report)?.len();
        let mut tally = Tally::default();
        let status = process::follow(command, |line| tally.read(line))?;
        let skipped = Skips::read(&self.skip_report)?.len() - skipped_before;
        Ok(tally.outcome(skipped, status.success()))
    }
}

fn example_manifests(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let files = workspace.files()?;
    let is_example = |path: &Path| path.starts_with("examples") && path.ends_with("Cargo.toml");
    let manifests: Vec<PathBuf> =
        files.iter().filter(|path| is_example(path)).map(|path| workspace.join(path)).collect();
    ensure!(!manifests.is_empty(), "no example found below `examples`");
    Ok(manifests)
}

fn is_installed(tool: &str) -> bool {
    Command::new(tool).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// In the release profile, so that build scripts and macros are those of the tests.
fn clippy(workspace: &Workspace) -> Result<()> {
    let words =
        ["clippy", "--workspace", "--all-targets", "--all-features", "--release", "--", "-D", "warnings"];
    process::run(workspace.cargo().args(words)).context("clippy is not content")
}

/// In the release profile, to share the dependencies that clippy checked.
fn rustdoc(workspace: &Workspace) -> Result<()> {
    let mut command = workspace.cargo();
    command
        .args(["doc", "--no-deps", "--workspace", "--all-features", "--release"])
        .env("RUSTDOCFLAGS", "-D warnings");
    process::run(&mut command).context("the documentation has warnings")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(only: &[Step], package: &[&str]) -> Options {
        Options { only: only.to_vec(), package: package.iter().map(|name| (*name).to_owned()).collect() }
    }

    #[test]
    fn ci_is_test_and_then_lints() {
        let all = options(&[], &[]);
        let test = plan(&all, Scope::Test);
        let ci = plan(&all, Scope::Ci);
        assert_eq!(ci[..test.len()], test);
        assert_eq!(ci[test.len()..], [Step::Eval, Step::Clippy, Step::Rustdoc]);
    }

    #[test]
    fn chosen_steps_run_in_the_usual_order() {
        assert_eq!(plan(&options(&[Step::Layers, Step::Fmt], &[]), Scope::Test), [Step::Fmt, Step::Layers]);
        assert_eq!(plan(&options(&[Step::Clippy], &[]), Scope::Test), [Step::Clippy]);
    }

    #[test]
    fn naming_a_crate_runs_its_tests_only() {
        assert_eq!(plan(&options(&[], &["xtask"]), Scope::Ci), [Step::Rust]);
    }
}
