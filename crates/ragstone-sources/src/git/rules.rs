//! Ignore files of a commit, with the precedence that a walk over a folder gives them.

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// The rules on the way from the root of a tree to one of its folders.
#[derive(Default)]
pub(super) struct Rules {
    /// For each folder, the outermost first, the files of each name, the one that prevails first.
    folders: Vec<Vec<Option<Gitignore>>>,
}

impl Rules {
    /// Enters a folder with its ignore files, in the order in which their names prevail.
    ///
    /// The answer says what is wrong with patterns that cannot be understood; the other patterns hold.
    pub(super) fn enter(&mut self, folder: &str, files: &[Option<Vec<u8>>]) -> Vec<String> {
        let mut faults = Vec::new();
        let mut compiled = Vec::with_capacity(files.len());
        for file in files {
            compiled.push(file.as_ref().map(|file| compile(folder, file, &mut faults)));
        }
        self.folders.push(compiled);
        faults
    }

    /// Leaves the folder that was entered last.
    pub(super) fn leave(&mut self) {
        self.folders.pop();
    }

    /// Whether a path is left out, given that the folders above it are not.
    pub(super) fn exclude(&self, path: &str, is_folder: bool) -> bool {
        let names = self.folders.first().map_or(0, Vec::len);
        for name in 0..names {
            // The nearest folder prevails within one name.
            for folder in self.folders.iter().rev() {
                let Some(Some(rules)) = folder.get(name) else { continue };
                match rules.matched(path, is_folder) {
                    Match::Ignore(_) => return true,
                    Match::Whitelist(_) => return false,
                    Match::None => {}
                }
            }
        }
        // Hidden names are left out unless a rule takes them in.
        path.rsplit('/').next().is_some_and(|name| name.starts_with('.'))
    }
}

fn compile(folder: &str, file: &[u8], faults: &mut Vec<String>) -> Gitignore {
    let mut builder = GitignoreBuilder::new(folder);
    for line in String::from_utf8_lossy(file).trim_start_matches('\u{feff}').lines() {
        if let Err(error) = builder.add_line(None, line) {
            faults.push(error.to_string());
        }
    }
    builder.build().unwrap_or_else(|error| {
        faults.push(error.to_string());
        Gitignore::empty()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Vec<u8> {
        text.as_bytes().to_vec()
    }

    #[test]
    fn the_nearest_folder_and_the_first_name_prevail() {
        let mut rules = Rules::default();
        assert!(rules.enter("", &[Some(file("*.log\n/top.md\nbuild/\n")), Some(file("*.tmp\n"))]).is_empty());
        assert!(rules.enter("a", &[Some(file("!keep.log\n")), Some(file("!x.log\n"))]).is_empty());
        for (path, is_folder, expected) in [
            ("a/x.log", false, true),
            ("a/keep.log", false, false),
            ("a/x.tmp", false, true),
            ("a/top.md", false, false),
            ("a/build", true, true),
            ("a/build", false, false),
            ("a/.hidden", false, true),
            ("a/x.md", false, false),
        ] {
            assert_eq!(rules.exclude(path, is_folder), expected, "{path}");
        }
        rules.leave();
        assert!(rules.exclude("top.md", false));
        assert!(rules.exclude("keep.log", false));
    }

    #[test]
    fn hidden_names_can_be_taken_in_and_bad_patterns_are_told() {
        let mut rules = Rules::default();
        let faults = rules.enter("", &[Some(file("!.github/\n[z-a\n*.log\n"))]);
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(!rules.exclude(".github", true));
        assert!(rules.exclude(".hidden", true));
        assert!(rules.exclude("x.log", false));
    }
}
