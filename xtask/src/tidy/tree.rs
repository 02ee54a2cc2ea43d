//! The files a check looks at, read once. Tests build a tree from literals instead of a disk.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result};

use crate::workspace::Workspace;

/// Paths relative to the root with `/`, and the text of those that are text.
#[derive(Debug)]
pub(crate) struct Tree {
    files: BTreeMap<String, Option<String>>,
}

impl Tree {
    pub(crate) fn load(workspace: &Workspace) -> Result<Self> {
        let mut files = BTreeMap::new();
        for path in workspace.files()? {
            let bytes =
                fs::read(workspace.join(&path)).with_context(|| format!("cannot read {}", path.display()))?;
            let name = path.to_string_lossy().replace('\\', "/");
            files.insert(name, String::from_utf8(bytes).ok());
        }
        Ok(Self { files })
    }

    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), Some((*text).to_owned())));
        Self { files: files.collect() }
    }

    pub(crate) fn len(&self) -> usize {
        self.files.len()
    }

    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path)?.as_deref()
    }

    /// Whether a file or a folder of this name belongs to the repository.
    pub(crate) fn exists(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        if path.is_empty() || self.files.contains_key(path) {
            return true;
        }
        let folder = format!("{path}/");
        self.files.range(folder.clone()..).next().is_some_and(|(file, _)| file.starts_with(&folder))
    }

    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Every text file that we wrote; fixtures of tests are somebody else's text.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        let texts = self.files.iter().filter_map(|(path, text)| Some((path.as_str(), text.as_deref()?)));
        texts.filter(|(path, _)| !is_fixture(path))
    }

    /// Text files whose name ends with `.extension`.
    pub(crate) fn texts_with(&self, extension: &str) -> impl Iterator<Item = (&str, &str)> {
        self.texts()
            .filter(move |(path, _)| path.rsplit_once('.').is_some_and(|(_, found)| found == extension))
    }
}

/// Whether a path holds inputs of tests rather than code.
fn is_fixture(path: &str) -> bool {
    path.split('/').any(|part| part == "fixtures" || part == "testdata")
}

/// Whether a path holds tests or benchmarks, to which wider limits apply.
pub(crate) fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.split('/').any(|part| part == "tests" || part == "benches")
}

/// The name of a file, without its folders.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_exist_through_their_files() {
        let tree = Tree::of(&[("docs/adr/0001-a.md", ""), ("docs.rs", "")]);
        for path in ["docs", "docs/", "docs/adr", "docs/adr/0001-a.md", ""] {
            assert!(tree.exists(path), "{path}");
        }
        for path in ["doc", "docs/ad", "docs/adr/0001"] {
            assert!(!tree.exists(path), "{path}");
        }
    }

    #[test]
    fn fixtures_are_not_our_text() {
        let tree =
            Tree::of(&[("a/fixtures/b.rs", ""), ("a/testdata/b.rs", ""), ("a/b.rs", ""), ("a/b.md", "")]);
        assert_eq!(tree.texts_with("rs").map(|(path, _)| path).collect::<Vec<_>>(), ["a/b.rs"]);
    }

    #[test]
    fn tests_are_known_by_their_place() {
        for path in ["crates/a/src/b/tests.rs", "crates/a/tests/it/main.rs", "crates/a/benches/x.rs"] {
            assert!(is_test(path), "{path}");
        }
        assert!(!is_test("xtask/src/test.rs"));
    }
}
