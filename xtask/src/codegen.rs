//! `codegen`: references that the server's own code knows, written into the documentation and compared in CI.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

use crate::process;
use crate::workspace::Workspace;

/// Arguments of `codegen`.
#[derive(Debug, Default, Args)]
pub(crate) struct Options {
    /// Compare with the committed files instead of writing them
    #[arg(long)]
    pub(crate) check: bool,
}

/// One generated file: the subject of `ragstone generate <subject>` and where its output is committed.
struct Reference {
    subject: &'static str,
    path: &'static str,
}

const REFERENCES: &[Reference] = &[
    Reference { subject: "config-reference", path: "docs/book/src/reference/config.md" },
    Reference { subject: "openapi", path: "docs/openapi.json" },
    Reference { subject: "cli-reference", path: "docs/book/src/reference/cli.md" },
];

/// Writes or compares every reference; a stale one is reported with its first differing line.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let mut stale = Vec::new();
    for reference in REFERENCES {
        let generated = process::stdout_of(workspace.server().args(["generate", reference.subject]))
            .with_context(|| format!("cannot generate {}", reference.subject))?;
        ensure!(!generated.trim().is_empty(), "`ragstone generate {}` printed nothing", reference.subject);
        let path = workspace.join(reference.path);
        if options.check {
            let committed = fs::read_to_string(&path).unwrap_or_default();
            stale.extend(
                first_difference(&committed, &generated).map(|at| format!("{}: {at}", reference.path)),
            );
        } else {
            write(&path, &generated)?;
        }
    }
    if stale.is_empty() {
        println!("codegen: {} references are up to date", REFERENCES.len());
        return Ok(());
    }
    bail!("run `cargo xtask codegen`; stale:\n  {}", stale.join("\n  "))
}

fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// The first line that is not as it was generated, with its number.
pub(crate) fn first_difference(committed: &str, generated: &str) -> Option<String> {
    if committed == generated {
        return None;
    }
    let same = committed.lines().zip(generated.lines()).take_while(|(old, new)| old == new).count();
    let new = generated.lines().nth(same).unwrap_or("<end of file>");
    Some(format!("line {} should be `{new}`", same + 1))
}

#[cfg(test)]
mod tests {
    use super::first_difference;

    #[test]
    fn equal_texts_do_not_differ() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
    }

    #[test]
    fn first_differing_line_is_named() {
        assert_eq!(first_difference("a\nb\n", "a\nc\n").unwrap(), "line 2 should be `c`");
    }

    #[test]
    fn a_missing_file_differs_at_line_one() {
        assert_eq!(first_difference("", "a\n").unwrap(), "line 1 should be `a`");
    }

    #[test]
    fn a_file_that_is_too_long_differs_after_the_end() {
        assert_eq!(first_difference("a\nb\n", "a\n").unwrap(), "line 2 should be `<end of file>`");
    }
}
