//! Names of modules: `name.rs` instead of `mod.rs`, and nouns instead of drawers for everything.

use super::finding::{Finding, Rule};
use super::tree::Tree;

const FORBIDDEN: &[&str] = &["utils", "util", "common", "helpers", "helper", "misc", "types"];

/// Reports `mod.rs` files and modules whose name says nothing.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, _) in tree.texts_with("rs") {
        let parts: Vec<&str> = path.split('/').map(|part| part.trim_end_matches(".rs")).collect();
        if parts.last() == Some(&"mod") {
            findings.push(Finding::new(
                Rule::ModuleName,
                path,
                1,
                "name the file after its module, not mod.rs",
            ));
        }
        findings.extend(parts.iter().filter(|part| is_forbidden(part)).map(|part| forbidden(path, 1, part)));
    }
    findings
}

pub(crate) fn is_forbidden(module: &str) -> bool {
    FORBIDDEN.contains(&module)
}

pub(crate) fn forbidden(path: &str, line: usize, module: &str) -> Finding {
    let message = format!("`{module}` names a drawer: name the module after its one idea");
    Finding::new(Rule::ModuleName, path, line, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str) -> usize {
        check(&Tree::of(&[(path, "")])).len()
    }

    #[test]
    fn nouns_are_fine() {
        assert_eq!(count("crates/a/src/span.rs"), 0);
        assert_eq!(count("crates/a/src/commonmark.rs"), 0);
    }

    #[test]
    fn mod_files_and_drawers_are_reported() {
        for path in ["src/a/mod.rs", "src/utils.rs", "src/common/a.rs", "tests/it/helpers.rs", "src/types.rs"]
        {
            assert_eq!(count(path), 1, "{path}");
        }
    }
}
