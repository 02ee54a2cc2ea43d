//! Symbols of programming languages: a small file of each, with the paths under which its passages stand.

use std::fmt::Write;

use ragstone_text::{ChunkOptions, chunk};

use crate::extract;

/// Passages as `[symbol path] first line … last line`.
fn rendered(file_name: &str, text: &str) -> String {
    let extracted = extract(file_name, text.as_bytes()).unwrap();
    assert!(extracted.is_verbatim);
    let options = ChunkOptions::try_new(64, 400).unwrap();
    let mut out = String::new();
    for chunk in chunk(&extracted, &options) {
        let passage = chunk.span.slice(text).unwrap();
        let first = passage.lines().next().unwrap_or_default().trim();
        let last = passage.lines().last().unwrap_or_default().trim();
        writeln!(out, "{} [{}] {first} … {last}", chunk.lines, chunk.headings.join(" > ")).unwrap();
    }
    out
}

#[track_caller]
fn check(file_name: &str, text: &str, expected: &str) {
    let found = rendered(file_name, text);
    assert!(found.trim_end() == expected.trim(), "{file_name}\n{found}");
}

#[test]
fn symbols_of_ruby() {
    check(
        "ruby.rb",
        include_str!("../fixtures/code/ruby.rb"),
        "
@@ruby@@
",
    );
}

#[test]
fn symbols_of_php() {
    check(
        "php.php",
        include_str!("../fixtures/code/php.php"),
        "
@@php@@
",
    );
}

#[test]
fn symbols_of_bash() {
    check(
        "bash.sh",
        include_str!("../fixtures/code/bash.sh"),
        "
@@bash@@
",
    );
}

#[test]
fn symbols_of_lua() {
    check(
        "lua.lua",
        include_str!("../fixtures/code/lua.lua"),
        "
@@lua@@
",
    );
}

#[test]
fn symbols_of_elixir() {
    check(
        "elixir.ex",
        include_str!("../fixtures/code/elixir.ex"),
        "
@@elixir@@
",
    );
}

#[test]
fn symbols_of_r() {
    check(
        "r.R",
        include_str!("../fixtures/code/r.R"),
        "
@@r@@
",
    );
}

#[test]
fn symbols_of_zig() {
    check(
        "zig.zig",
        include_str!("../fixtures/code/zig.zig"),
        "
@@zig@@
",
    );
}

#[test]
fn symbols_of_dart() {
    check(
        "dart.dart",
        include_str!("../fixtures/code/dart.dart"),
        "
@@dart@@
",
    );
}

#[test]
fn symbols_of_powershell() {
    check(
        "powershell.ps1",
        include_str!("../fixtures/code/powershell.ps1"),
        "
@@powershell@@
",
    );
}

#[test]
fn symbols_of_hcl() {
    check(
        "hcl.tf",
        include_str!("../fixtures/code/hcl.tf"),
        "
@@hcl@@
",
    );
}

#[test]
fn symbols_of_protobuf() {
    check(
        "protobuf.proto",
        include_str!("../fixtures/code/protobuf.proto"),
        "
@@protobuf@@
",
    );
}
