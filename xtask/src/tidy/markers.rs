//! Words that must not stay in a file: paths of one machine, and open tasks that no issue knows.

use super::finding::{Finding, Rule};
use super::tree::Tree;

/// Folders at the root of a developer's machine; spelled in pieces so that this file keeps its own rule.
const MACHINE_FOLDERS: &[&str] = &[concat!("/ro", "ot/"), concat!("/wo", "rk/")];
const TASK_WORDS: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME")];

/// Reports absolute paths of a machine, and task words without the number of an issue.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.texts() {
        for (number, line) in (1..).zip(text.lines()) {
            if has_machine_path(line) {
                let message = "a path of one machine: use a relative path or a placeholder";
                findings.push(Finding::new(Rule::MachinePath, path, number, message));
            }
            if is_code(path) && has_open_task(line) {
                let message = format!("write `{}(#123)` with the issue that will close it", TASK_WORDS[0]);
                findings.push(Finding::new(Rule::OpenTask, path, number, message));
            }
        }
    }
    findings
}

/// Prose may talk about task words; everything else is code.
fn is_code(path: &str) -> bool {
    !["md", "lock", "txt"].iter().any(|extension| path.ends_with(&format!(".{extension}")))
}

/// Whether a line names such a folder at the start of a path, not inside a longer one or an address.
fn has_machine_path(line: &str) -> bool {
    let continues = |before: char| before.is_alphanumeric() || "._-/~}>*".contains(before);
    let mut places = MACHINE_FOLDERS.iter().flat_map(|folder| line.match_indices(folder)).map(|(at, _)| at);
    places.any(|at| !line[..at].ends_with(continues))
}

fn has_open_task(line: &str) -> bool {
    TASK_WORDS.iter().any(|word| {
        line.match_indices(word).any(|(at, _)| {
            let rest = &line[at + word.len()..];
            let whole = !line[..at].ends_with(is_word) && !rest.starts_with(is_word);
            whole && !has_issue(rest)
        })
    })
}

fn has_issue(rest: &str) -> bool {
    let number = rest.strip_prefix("(#").and_then(|rest| rest.split_once(')')).map(|(number, _)| number);
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(path: &str, line: &str) -> Vec<Rule> {
        check(&Tree::of(&[(path, line)])).into_iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn machine_paths_are_reported_in_every_file() {
        for folder in MACHINE_FOLDERS {
            assert_eq!(rules("README.md", &format!("see {folder}notes")), [Rule::MachinePath]);
            assert_eq!(rules("a.rs", &format!("\"{folder}notes\"")), [Rule::MachinePath]);
        }
    }

    #[test]
    fn the_same_words_inside_longer_paths_pass() {
        let line = format!("https://example.org{0}x, docs{0}x, ~{0}x", MACHINE_FOLDERS[1]);
        assert_eq!(rules("README.md", &line), []);
    }

    #[test]
    fn open_tasks_need_an_issue() {
        for word in TASK_WORDS {
            for tail in ["", ": later", "(me)", "(#)", "(#x1)"] {
                assert_eq!(rules("a.rs", &format!("// {word}{tail}")), [Rule::OpenTask], "{tail}");
            }
            assert_eq!(rules("a.rs", &format!("// {word}(#12): later")), []);
            assert_eq!(rules("a.rs", &format!("// {word}S my{word}")), []);
            assert_eq!(rules("a.md", &format!("no {word} without an issue")), []);
        }
    }
}
