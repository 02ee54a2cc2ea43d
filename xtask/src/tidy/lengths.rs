//! Limits on the length of files. Tests and benchmarks, which are read one case at a time, may be longer.

use super::finding::{Finding, Rule};
use super::tree::{Tree, is_test};

const SOFT_LIMIT: usize = 400;
const HARD_LIMIT: usize = 600;
const TEST_LIMIT: usize = 1000;

/// Reports Rust files over the hard limit.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.texts_with("rs") {
        let limit = if is_test(path) { TEST_LIMIT } else { HARD_LIMIT };
        let length = text.lines().count();
        if length > limit {
            let message = format!("{length} lines, the limit is {limit}: split the file by idea");
            findings.push(Finding::new(Rule::FileLength, path, limit, message).with_measure(length));
        }
    }
    findings
}

/// Names the files that are over the soft limit; they are worth a look, not an error.
pub(crate) fn advice(tree: &Tree) -> Vec<String> {
    let files = tree.texts_with("rs").filter(|(path, _)| !is_test(path));
    let lengths = files.map(|(path, text)| (path, text.lines().count()));
    let long = lengths.filter(|(_, length)| (SOFT_LIMIT + 1..=HARD_LIMIT).contains(length));
    long.map(|(path, length)| format!("{path} has {length} lines, over the soft limit of {SOFT_LIMIT}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(path: &str, lines: usize) -> Tree {
        Tree::of(&[(path, &"x\n".repeat(lines))])
    }

    #[test]
    fn hard_limit_is_inclusive() {
        assert_eq!(check(&tree("src/a.rs", 600)), []);
        assert_eq!(check(&tree("src/a.rs", 601))[0].measure, 601);
    }

    #[test]
    fn tests_have_their_own_limit() {
        assert_eq!(check(&tree("src/a/tests.rs", 1000)), []);
        assert_eq!(check(&tree("tests/it/a.rs", 1001)).len(), 1);
    }

    #[test]
    fn soft_limit_gives_advice_only() {
        assert_eq!(advice(&tree("src/a.rs", 400)).len(), 0);
        assert_eq!(advice(&tree("src/a.rs", 401)).len(), 1);
        assert_eq!(advice(&tree("src/a/tests.rs", 401)).len(), 0);
    }
}
