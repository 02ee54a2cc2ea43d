//! Links and repository paths in Markdown lead somewhere.

use super::finding::{Finding, Rule};
use super::tree::Tree;

/// Folders whose name in backticks is taken as a path of this repository.
const TOP_FOLDERS: &[&str] = &["crates/", "docs/", "xtask/", "examples/", "deploy/", ".ci/", ".cargo/"];

/// Reports relative link targets, and paths in backticks, that do not exist.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.texts_with("md") {
        for (number, line) in prose(text) {
            for target in targets(line).filter(|target| !resolves(tree, path, target)) {
                let message = format!("the link leads to `{target}`, which does not exist");
                findings.push(Finding::new(Rule::Link, path, number, message));
            }
            for name in code_spans(line).filter(|name| is_repository_path(name)) {
                if !tree.exists(name) && !tree.exists(&join(path, name)) {
                    findings.push(Finding::new(Rule::Link, path, number, format!("`{name}` does not exist")));
                }
            }
        }
    }
    findings
}

/// Numbered lines outside fenced code.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fence: Option<&str> = None;
    (1..).zip(text.lines()).filter(move |(_, line)| {
        let line = line.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| line.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, None) => return true,
            _ => {}
        }
        false
    })
}

/// Targets of `[text](target "title")`, of images, and of `[label]: target` definitions.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    let inline = line.match_indices("](").filter_map(|(at, mark)| {
        let rest = &line[at + mark.len()..];
        let inside = inline_code(&line[..at]);
        (!inside).then(|| rest.split_once(')').map(|(target, _)| target)).flatten()
    });
    let definition =
        line.trim_start().strip_prefix('[').and_then(|rest| rest.split_once("]: ")).map(|(_, to)| to);
    inline.chain(definition).filter_map(|target| target.split_whitespace().next())
}

/// Whether the text before a place leaves a backtick open.
fn inline_code(before: &str) -> bool {
    before.matches('`').count() % 2 == 1
}

fn resolves(tree: &Tree, from: &str, target: &str) -> bool {
    let target = target.trim_matches(['<', '>']);
    let elsewhere = target.contains("://") || target.starts_with("mailto:") || target.contains("::");
    let path = target.split(['#', '?']).next().unwrap_or_default();
    if elsewhere || path.is_empty() {
        return true;
    }
    let path = path.strip_prefix('/').map_or_else(|| join(from, path), str::to_owned);
    tree.exists(&path)
}

fn code_spans(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

fn is_repository_path(name: &str) -> bool {
    let plain = |character: char| character.is_ascii_alphanumeric() || "._-/".contains(character);
    TOP_FOLDERS.iter().any(|folder| name.starts_with(folder))
        && name.chars().all(plain)
        && !name.contains("...")
}

/// A path relative to the folder of `from`, without `.` and `..`.
fn join(from: &str, path: &str) -> String {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        let tree = Tree::of(&[
            (path, text),
            ("README.md", ""),
            ("docs/adr/0001-a.md", ""),
            ("crates/a/src/b.rs", ""),
        ]);
        check(&tree).len()
    }

    #[test]
    fn links_that_lead_somewhere_pass() {
        for text in [
            "[a](../README.md)",
            "[a](adr/0001-a.md#context)",
            "[a](adr/) ![b](./adr/0001-a.md \"title\")",
            "[a](https://example.org/x) [b](#below) [c](mailto:a@example.org)",
            "[label]: ../crates/a/src/b.rs",
            "[`Type`](crate::Type)",
            "`crates/a/src/b.rs`, `crates/`, `docs/adr`, `crates/<name>/`, `crates/*/README.md`",
            "```text\n[a](nowhere.md)\n```",
            "`[a](nowhere.md)`",
        ] {
            assert_eq!(count("docs/page.md", text), 0, "{text}");
        }
    }

    #[test]
    fn links_that_lead_nowhere_are_reported() {
        for text in [
            "[a](README.md)",
            "[a](../docs/adr/0002-b.md)",
            "![b](picture.png)",
            "[label]: gone.md",
            "`crates/gone/src/lib.rs`",
            "```text\n```\n[a](nowhere.md)",
        ] {
            assert_eq!(count("docs/page.md", text), 1, "{text}");
        }
    }

    #[test]
    fn paths_that_leave_the_repository_do_not_exist() {
        assert_eq!(count("docs/page.md", "[a](../../README.md)"), 1);
    }
}
