//! Every Rust file opens with a line that says what lives there.

use super::finding::{Finding, Rule};
use super::tree::{Tree, file_name};

const README_AS_DOC: &str = "#![doc = include_str!(";

/// Reports files without a `//!` header; `lib.rs` may include its README instead.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.texts_with("rs")
        .filter(|(path, text)| !has_header(path, text))
        .map(|(path, _)| Finding::new(Rule::Header, path, 1, "start the file with `//! <what lives here>`"))
        .collect()
}

/// Looks past a shebang, blank lines and inner attributes, which may span lines.
fn has_header(path: &str, text: &str) -> bool {
    let mut depth = 0;
    for (number, line) in text.lines().map(str::trim).enumerate() {
        let shebang = number == 0 && line.starts_with("#!/");
        if shebang || line.is_empty() {
            continue;
        }
        if depth == 0 {
            if let Some(header) = line.strip_prefix("//!") {
                return !header.trim().is_empty();
            }
            if file_name(path) == "lib.rs" && line.starts_with(README_AS_DOC) {
                return true;
            }
            if !line.starts_with("#![") {
                return false;
            }
        }
        depth += brackets(line);
    }
    false
}

fn brackets(line: &str) -> i32 {
    line.chars().fold(0, |depth, character| match character {
        '[' | '(' => depth + 1,
        ']' | ')' => depth - 1,
        _ => depth,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_reported(path: &str, text: &str) -> bool {
        !check(&Tree::of(&[(path, text)])).is_empty()
    }

    #[test]
    fn header_line_is_enough() {
        assert!(!is_reported("src/a.rs", "//! Spans of bytes.\n\npub struct A;\n"));
    }

    #[test]
    fn header_may_follow_attributes_and_a_shebang() {
        assert!(!is_reported(
            "src/main.rs",
            "#![expect(\n    dead_code,\n    reason = \"r\"\n)]\n//! A tool.\n"
        ));
        assert!(!is_reported("src/main.rs", "#!/usr/bin/env run\n//! A tool.\n"));
    }

    #[test]
    fn missing_or_empty_header_is_reported() {
        for text in [
            "",
            "pub struct A;\n",
            "// a comment\n//! late\n",
            "//!\npub struct A;\n",
            "/// Outer.\nmod a;\n",
        ] {
            assert!(is_reported("src/a.rs", text), "{text:?}");
        }
    }

    #[test]
    fn only_lib_may_include_its_readme() {
        let text = "#![doc = include_str!(\"../README.md\")]\n";
        assert!(!is_reported("src/lib.rs", text));
        assert!(is_reported("src/a.rs", text));
    }
}
