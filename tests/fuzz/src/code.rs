//! Source code, by language: the first line is the name of a file.
//!
//! The grammars are written in C and are not instrumented; what is guided is what finds symbols in their trees.

use ragstone_text::{CodeLanguage, Format, Input};

use crate::{laws, named};

/// An extension of each language.
const FILE_NAMES: [&str; 20] = [
    "a.rs", "a.py", "a.ts", "a.tsx", "a.js", "a.go", "a.java", "a.c", "a.cpp", "a.rb", "a.php", "a.sh",
    "a.lua", "a.ex", "a.r", "a.zig", "a.dart", "a.ps1", "a.tf", "a.proto",
];

/// Reads code in the language of its name, or of its last byte where the name is of none.
pub fn run(bytes: &[u8]) {
    const { assert!(FILE_NAMES.len() == CodeLanguage::ALL.len()) };
    let (name, code) = named::split(bytes);
    let name = name.filter(|name| matches!(Format::from_hints(Some(name), None), Some(Format::Code(_))));
    let by_last = || FILE_NAMES[usize::from(code.last().copied().unwrap_or_default()) % FILE_NAMES.len()];
    let file_name = name.unwrap_or_else(by_last);
    laws::read(&Input { bytes: code, file_name: Some(file_name), media_type: None });
}
