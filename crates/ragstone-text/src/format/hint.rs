//! What a file's name and its first bytes say about its format, where an extension does not.

use super::table::lookup;
use super::{CodeLanguage, Format};

/// Names that stand for a format, whatever their extension.
const WELL_KNOWN: &[(&str, Format)] = &[
    (".bash_profile", Format::Code(CodeLanguage::Bash)),
    (".bashrc", Format::Code(CodeLanguage::Bash)),
    (".clang-format", Format::Yaml),
    (".editorconfig", Format::Ini),
    (".gitconfig", Format::Ini),
    (".gitmodules", Format::Ini),
    (".profile", Format::Code(CodeLanguage::Bash)),
    (".zshrc", Format::Code(CodeLanguage::Bash)),
    ("APKBUILD", Format::Code(CodeLanguage::Bash)),
    ("BUILD", Format::Code(CodeLanguage::Python)),
    ("BUILD.bazel", Format::Code(CodeLanguage::Python)),
    ("Brewfile", Format::Code(CodeLanguage::Ruby)),
    ("CMakeLists.txt", Format::PlainText),
    ("Cargo.lock", Format::Toml),
    ("Gemfile", Format::Code(CodeLanguage::Ruby)),
    ("PKGBUILD", Format::Code(CodeLanguage::Bash)),
    ("Pipfile", Format::Toml),
    ("Podfile", Format::Code(CodeLanguage::Ruby)),
    ("Rakefile", Format::Code(CodeLanguage::Ruby)),
    ("SConstruct", Format::Code(CodeLanguage::Python)),
    ("Vagrantfile", Format::Code(CodeLanguage::Ruby)),
    ("WORKSPACE", Format::Code(CodeLanguage::Python)),
    ("poetry.lock", Format::Toml),
    ("uv.lock", Format::Toml),
];

/// Names without a telling extension whose text is lines of code rather than prose.
const LINES: &[&str] = &[
    "CMakeLists.txt",
    "Caddyfile",
    "Containerfile",
    "Dockerfile",
    "GNUmakefile",
    "Jenkinsfile",
    "Justfile",
    "Makefile",
    "Procfile",
    "Tiltfile",
    "justfile",
    "makefile",
    "requirements.txt",
];

/// Extensions of running prose; the text of every other extension is cut at lines rather than sentences.
const PROSE_EXTENSIONS: &[&str] = &["", "rtf", "text", "txt"];

/// Extensions that say no more of a file than that it is text.
const TEXT_EXTENSIONS: &[&str] = &["log", "text", "txt"];

/// Interpreters that begin a script, without the digits of their version.
const INTERPRETERS: &[(&str, CodeLanguage)] = &[
    ("Rscript", CodeLanguage::R),
    ("ash", CodeLanguage::Bash),
    ("bash", CodeLanguage::Bash),
    ("bun", CodeLanguage::TypeScript),
    ("dash", CodeLanguage::Bash),
    ("deno", CodeLanguage::TypeScript),
    ("elixir", CodeLanguage::Elixir),
    ("ksh", CodeLanguage::Bash),
    ("lua", CodeLanguage::Lua),
    ("luajit", CodeLanguage::Lua),
    ("node", CodeLanguage::JavaScript),
    ("nodejs", CodeLanguage::JavaScript),
    ("php", CodeLanguage::Php),
    ("pwsh", CodeLanguage::PowerShell),
    ("pypy", CodeLanguage::Python),
    ("python", CodeLanguage::Python),
    ("ruby", CodeLanguage::Ruby),
    ("sh", CodeLanguage::Bash),
    ("ts-node", CodeLanguage::TypeScript),
    ("zsh", CodeLanguage::Bash),
];

/// Longest first line that is read as the call of an interpreter.
const MAX_SHEBANG_BYTES: usize = 256;

/// Whether sentences are the natural units of a plain text of this name.
pub(crate) fn is_prose(file_name: Option<&str>, text: &str) -> bool {
    !text.starts_with("#!")
        && file_name.is_none_or(|name| {
            let name = last_part(name);
            !LINES.contains(&name) && PROSE_EXTENSIONS.contains(&extension(name).as_str())
        })
}

/// Whether the name says that the file is text, though not which.
pub(crate) fn is_named_text(file_name: &str) -> bool {
    TEXT_EXTENSIONS.contains(&extension(file_name).as_str())
}

/// Guesses the format of text without useful hints by how it begins; plain text where that says nothing.
pub(crate) fn sniff(text: &str) -> Format {
    let text = text.trim_start_matches('\u{feff}');
    if let Some(language) = interpreter(text) {
        return Format::Code(language);
    }
    let head: String = text.trim_start().chars().take(1024).collect::<String>().to_ascii_lowercase();
    let is_html = head.starts_with("<!doctype html") || head.starts_with("<html");
    if is_html || (head.starts_with("<?xml") && head.contains("<html")) {
        Format::Html
    } else if head.starts_with("<?xml") {
        Format::Xml
    } else if head.starts_with("webvtt") {
        Format::Subtitles
    } else {
        Format::PlainText
    }
}

/// Format of a whole file name.
pub(super) fn well_known(name: &str) -> Option<Format> {
    lookup(WELL_KNOWN, name)
}

/// The file name at the end of a path.
pub(super) fn last_part(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or_default()
}

/// The extension in lower case; empty where the name has none or only begins with a dot.
pub(super) fn extension(file_name: &str) -> String {
    match last_part(file_name).rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => extension.to_ascii_lowercase(),
        _ => String::new(),
    }
}

/// Language of the interpreter that a first line such as `#!/usr/bin/env -S python3 -u` calls.
fn interpreter(text: &str) -> Option<CodeLanguage> {
    let line = text.strip_prefix("#!")?.lines().next()?;
    let line = line.get(..line.floor_char_boundary(MAX_SHEBANG_BYTES))?;
    let mut words = line.split_whitespace();
    let program = last_part(words.next()?);
    let program = if program == "env" {
        last_part(words.find(|word| !word.starts_with('-') && !word.contains('='))?)
    } else {
        program
    };
    let name = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    let at = INTERPRETERS.binary_search_by(|(known, _)| known.cmp(&name)).ok()?;
    INTERPRETERS.get(at).map(|(_, language)| *language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_for_binary_search() {
        assert!(WELL_KNOWN.is_sorted_by(|a, b| a.0 < b.0));
        assert!(INTERPRETERS.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn markup_without_hints_is_recognised() {
        assert_eq!(sniff("\n<!DOCTYPE html><p>x"), Format::Html);
        assert_eq!(sniff("<?xml version=\"1.0\"?>\n<html xmlns=\"x\">"), Format::Html);
        assert_eq!(sniff("<?xml version=\"1.0\"?><rss/>"), Format::Xml);
        assert_eq!(sniff("WEBVTT\n\n00:00.000 --> 00:01.000\nhi"), Format::Subtitles);
        assert_eq!(sniff("a < b"), Format::PlainText);
    }

    #[test]
    fn interpreter_of_a_script_tells_its_language() {
        for (line, expected) in [
            ("#!/usr/bin/env python3", Some(CodeLanguage::Python)),
            ("#!/usr/bin/python3.12 -u", Some(CodeLanguage::Python)),
            ("#! /bin/sh -e", Some(CodeLanguage::Bash)),
            ("#!/usr/bin/env -S deno run", Some(CodeLanguage::TypeScript)),
            ("#!/usr/bin/env FOO=1 ruby", Some(CodeLanguage::Ruby)),
            ("#!/usr/bin/perl", None),
            ("#!", None),
            ("# !/bin/sh", None),
        ] {
            let expected = expected.map_or(Format::PlainText, Format::Code);
            assert_eq!(sniff(&format!("{line}\nx = 1\n")), expected, "{line}");
        }
    }

    #[test]
    fn well_known_names_outrank_extensions() {
        for (name, expected) in [
            ("src/Gemfile", Some(Format::Code(CodeLanguage::Ruby))),
            ("C:\\x\\Cargo.lock", Some(Format::Toml)),
            ("CMakeLists.txt", Some(Format::PlainText)),
            (".bashrc", Some(Format::Code(CodeLanguage::Bash))),
            ("Makefile", None),
        ] {
            assert_eq!(Format::from_hints(Some(name), None), expected, "{name}");
        }
    }

    #[test]
    fn build_files_and_scripts_are_no_prose() {
        assert!(!is_prose(Some("a/Makefile"), "all: build\n"));
        assert!(!is_prose(Some("CMakeLists.txt"), "project(x)\n"));
        assert!(!is_prose(Some("tool"), "#!/usr/bin/perl\n"));
        assert!(!is_prose(Some("a.log"), "x"));
        assert!(is_prose(Some("README"), "x"));
        assert!(is_prose(None, "x"));
    }
}
