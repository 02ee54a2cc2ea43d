//! Decision records are numbered without gaps, so that a number names one decision for ever.

use super::finding::{Finding, Rule};
use super::tree::{Tree, file_name};

const FOLDER: &str = "docs/adr/";

/// Reports a gap, a number used twice, and names that are not `NNNN-title.md`.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut expected = None;
    for path in tree.paths().filter(|path| is_record(path)) {
        let Some(number) = number(file_name(path)) else {
            findings.push(Finding::new(Rule::DecisionNumber, path, 1, "name the record `NNNN-title.md`"));
            continue;
        };
        // A template may hold number 0; decisions start at 1.
        let next = expected.unwrap_or(u32::from(number != 0));
        if number != next {
            let message = format!("the next record after {:04} is {next:04}", next.saturating_sub(1));
            findings.push(Finding::new(Rule::DecisionNumber, path, 1, message));
        }
        expected = Some(number + 1);
    }
    findings
}

fn is_record(path: &str) -> bool {
    let name = path.strip_prefix(FOLDER).and_then(|name| name.strip_suffix(".md"));
    name.is_some_and(|name| !matches!(name, "README" | "template"))
}

fn number(name: &str) -> Option<u32> {
    let (number, title) = name.trim_end_matches(".md").split_once('-')?;
    let digits = number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit());
    (digits && !title.is_empty()).then(|| number.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(names: &[&str]) -> usize {
        let paths: Vec<String> = names.iter().map(|name| format!("docs/adr/{name}")).collect();
        let files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "")).collect();
        check(&Tree::of(&files)).len()
    }

    #[test]
    fn contiguous_numbers_pass() {
        assert_eq!(count(&["README.md", "0001-a.md", "0002-b.md", "0003-c.md"]), 0);
        assert_eq!(count(&["0000-template.md", "0001-a.md"]), 0);
        assert_eq!(count(&[]), 0);
    }

    #[test]
    fn gaps_twins_and_late_starts_are_reported() {
        assert_eq!(count(&["0001-a.md", "0003-c.md", "0004-d.md"]), 1);
        assert_eq!(count(&["0001-a.md", "0001-b.md"]), 1);
        assert_eq!(count(&["0002-a.md"]), 1);
    }

    #[test]
    fn other_names_are_reported() {
        assert_eq!(count(&["0001-a.md", "1-b.md", "notes.md"]), 2);
    }
}
