//! Manifests inherit from the workspace, and every crate introduces itself in a README that is its crate doc.

use toml::{Table, Value};

use super::finding::{Finding, Rule};
use super::tree::Tree;

const INHERITED: &[&str] = &["version", "edition", "rust-version", "license"];
const DEPENDENCY_TABLES: &[&str] = &["dependencies", "dev-dependencies", "build-dependencies"];
const README_AS_DOC: &str = "#![doc = include_str!(\"../README.md\")]";

/// Reports members that do not inherit, name a version or a path themselves, or lack a README.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.texts_with("toml").filter(|(path, _)| is_member(path)) {
        match text.parse::<Table>() {
            Ok(manifest) => findings.extend(
                problems(&manifest).into_iter().map(|message| Finding::new(Rule::Manifest, path, 1, message)),
            ),
            Err(error) => {
                findings.push(Finding::new(Rule::Manifest, path, 1, format!("does not parse: {error}")));
            }
        }
        findings.extend(readme(tree, path));
    }
    findings
}

/// Manifests below the root, except the examples: those are separate workspaces that use a crate from outside.
fn is_member(path: &str) -> bool {
    path.ends_with("/Cargo.toml") && !path.starts_with("examples/")
}

fn problems(manifest: &Table) -> Vec<String> {
    let mut problems = Vec::new();
    let package = manifest.get("package").and_then(Value::as_table);
    for field in INHERITED {
        let inherits = package.and_then(|package| package.get(*field)).is_some_and(from_workspace);
        if !inherits {
            problems.push(format!("write `{field}.workspace = true`"));
        }
    }
    if !manifest.get("lints").is_some_and(from_workspace) {
        problems.push("write `[lints] workspace = true`".to_owned());
    }
    problems.extend(dependencies(manifest));
    let targets = manifest.get("target").and_then(Value::as_table);
    problems.extend(
        targets.into_iter().flat_map(Table::values).filter_map(Value::as_table).flat_map(dependencies),
    );
    problems
}

fn dependencies(table: &Table) -> Vec<String> {
    let tables = DEPENDENCY_TABLES.iter().filter_map(|name| table.get(*name)?.as_table());
    let foreign = tables.flatten().filter(|(_, value)| !from_workspace(value));
    foreign
        .map(|(name, _)| format!("`{name}` must come from the workspace: `{{ workspace = true }}`"))
        .collect()
}

fn from_workspace(value: &Value) -> bool {
    value.get("workspace").and_then(Value::as_bool) == Some(true)
}

/// A crate below `crates/` has a README, and a library includes it as its documentation.
fn readme(tree: &Tree, manifest: &str) -> Vec<Finding> {
    let folder = manifest.trim_end_matches("Cargo.toml");
    if !folder.starts_with("crates/") {
        return Vec::new();
    }
    let mut findings = Vec::new();
    if tree.text(&format!("{folder}README.md")).is_none() {
        findings.push(Finding::new(Rule::CrateReadme, manifest, 1, "the crate has no README.md"));
    }
    let library = format!("{folder}src/lib.rs");
    if tree.text(&library).is_some_and(|text| !text.contains(README_AS_DOC)) {
        let message = format!("make the README the crate doc: `{README_AS_DOC}`");
        findings.push(Finding::new(Rule::CrateReadme, &library, 1, message));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[package]\nname = \"a\"\nversion.workspace = true\nedition.workspace = true\n\
        rust-version.workspace = true\nlicense.workspace = true\n[lints]\nworkspace = true\n\
        [dependencies]\nserde = { workspace = true, features = [\"rc\"] }\n";

    fn messages(manifest: &str) -> Vec<String> {
        let tree = Tree::of(&[
            ("crates/a/Cargo.toml", manifest),
            ("crates/a/README.md", "# a"),
            ("crates/a/src/lib.rs", README_AS_DOC),
        ]);
        check(&tree).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn manifest_that_inherits_passes() {
        assert_eq!(messages(GOOD), Vec::<String>::new());
    }

    #[test]
    fn own_version_of_a_dependency_is_reported() {
        for line in [
            "[dev-dependencies]\nfoo = \"1\"",
            "[target.'cfg(unix)'.dependencies]\nfoo = { path = \"../f\" }",
        ] {
            let messages = messages(&format!("{GOOD}{line}\n"));
            assert_eq!(messages.len(), 1, "{line}");
            assert!(messages[0].contains("foo"), "{messages:?}");
        }
    }

    #[test]
    fn missing_lints_and_own_edition_are_reported() {
        let manifest = GOOD
            .replace("[lints]\nworkspace = true\n", "")
            .replace("edition.workspace = true", "edition = \"2024\"");
        assert_eq!(messages(&manifest).len(), 2);
    }

    #[test]
    fn crate_without_readme_is_reported() {
        let tree = Tree::of(&[("crates/a/Cargo.toml", GOOD), ("crates/a/src/lib.rs", "//! A crate.\n")]);
        let rules: Vec<Rule> = check(&tree).into_iter().map(|finding| finding.rule).collect();
        assert_eq!(rules, [Rule::CrateReadme, Rule::CrateReadme]);
    }

    #[test]
    fn examples_keep_their_own_dependencies() {
        let tree = Tree::of(&[("examples/embed-core/Cargo.toml", "[dependencies]\nfoo = \"1\"\n")]);
        assert_eq!(check(&tree), []);
    }
}
