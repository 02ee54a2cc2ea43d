//! Walks over real folders.

use std::fs;
use std::os::unix::fs::symlink;

use super::*;

/// Items of a walk below `root`, as `path` or `path: reason`.
fn walked(root: &Path, options: &WalkOptions) -> Vec<String> {
    let below = |path: &Path| path.strip_prefix(root).unwrap_or(path).display().to_string();
    walk(root, options)
        .map(|item| match item {
            Ok(entry) => below(&entry.path),
            Err(error) => {
                let reason = match error.reason {
                    WalkReason::Unreadable(_) => "unreadable",
                    WalkReason::Loop => "loop",
                    WalkReason::OutsideRoot => "outside",
                    WalkReason::TooLarge { .. } => "too large",
                    WalkReason::NotAFile => "not a file",
                    WalkReason::IgnoreFile(_) => "ignore file",
                };
                format!("{}: {reason}", below(&error.path))
            }
        })
        .collect()
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

#[test]
fn files_come_in_order_without_hidden_and_excluded_ones() {
    let folder = folder(&[
        ("b.md", ""),
        ("a/z.md", ""),
        ("a/b.txt", ""),
        (".hidden", ""),
        (".git/config", ""),
        (".gitignore", "*.log\n/target\n"),
        (".ragstoneignore", "secret/\n!keep.log\n"),
        ("x.log", ""),
        ("keep.log", ""),
        ("target/x", ""),
        ("secret/x.md", ""),
        ("a/.gitignore", "b.txt"),
    ]);
    assert_eq!(walked(folder.path(), &WalkOptions::default()), ["a/z.md", "b.md", "keep.log"]);
}

#[test]
fn links_are_followed_inside_and_reported_outside() {
    let outside = folder(&[("x.md", "")]);
    let folder = folder(&[("a/f.md", "")]);
    symlink(folder.path(), folder.path().join("a/loop")).unwrap();
    symlink(outside.path(), folder.path().join("out")).unwrap();
    symlink(outside.path().join("x.md"), folder.path().join("out.md")).unwrap();
    symlink(folder.path().join("a/f.md"), folder.path().join("same.md")).unwrap();
    symlink(folder.path().join("gone"), folder.path().join("dangling")).unwrap();
    let mut found = walked(folder.path(), &WalkOptions::default());
    found.sort();
    assert_eq!(
        found,
        ["a/f.md", "a/loop: loop", "dangling: unreadable", "out.md: outside", "out: outside", "same.md"]
    );
    let skip = WalkOptions { symlinks: Symlinks::Skip, ..WalkOptions::default() };
    assert_eq!(walked(folder.path(), &skip), ["a/f.md"]);
}

#[test]
fn large_files_and_bad_ignore_files_are_reported_and_the_walk_goes_on() {
    let folder = folder(&[("a/.gitignore", "[z-a\n"), ("a/big.md", "0123456789"), ("a/small.md", "0")]);
    let options = WalkOptions { max_file_bytes: 9, ..WalkOptions::default() };
    let mut found = walked(folder.path(), &options);
    found.sort();
    assert_eq!(found, ["a/big.md: too large", "a/small.md", "a: ignore file"]);
}

#[test]
fn root_may_be_a_file_or_missing() {
    let folder = folder(&[("a.md", "x")]);
    let file = folder.path().join("a.md");
    let entries: Vec<_> = walk(&file, &WalkOptions::default()).collect::<Result<_, _>>().unwrap();
    assert_eq!(entries.iter().map(|entry| (&entry.path, entry.len)).collect::<Vec<_>>(), [(&file, 1)]);
    assert_eq!(walked(&folder.path().join("none"), &WalkOptions::default()).len(), 1);
}

fn places(root: &Path, names: &[&str]) -> BTreeSet<PathBuf> {
    names.iter().map(|name| root.join(name)).collect()
}

#[test]
fn places_are_visited_by_the_rules_of_the_whole_walk() {
    let folder = folder(&[
        (".ragstoneignore", "secret/\n"),
        ("a/.gitignore", "*.log\n"),
        ("a/b/x.log", ""),
        ("a/b/x.md", ""),
        ("a/bc.md", ""),
        ("a/c.md", ""),
        ("secret/x.md", ""),
        ("z.md", ""),
    ]);
    let root = folder.path();
    let visited = |names: &[&str]| {
        let found = walk_places(root, &places(root, names), &WalkOptions::default());
        let below = |path: &Path| path.strip_prefix(root).unwrap().display().to_string();
        found.map(|item| below(&item.unwrap().path)).collect::<Vec<_>>()
    };
    assert_eq!(visited(&["a/b"]), ["a/b/x.md"]);
    assert_eq!(visited(&["a/b/x.log", "a/c.md", "gone.md"]), ["a/c.md"]);
    assert_eq!(visited(&["secret/x.md"]), [""; 0]);
    assert_eq!(visited(&["a", "z.md"]), ["a/b/x.md", "a/bc.md", "a/c.md", "z.md"]);
    assert_eq!(visited(&["z.md/below-a-file.md"]), [""; 0]);
    assert_eq!(visited(&[""]).len(), 4);
}

#[test]
fn folders_are_those_that_a_walk_lists() {
    let folder = folder(&[
        (".gitignore", "/target\n"),
        (".git/objects/x", ""),
        ("a/b/x.md", ""),
        ("c/x.md", ""),
        ("target/debug/x", ""),
    ]);
    let root = folder.path();
    let listed = |names: &[&str]| folders(root, &places(root, names)).collect::<Vec<_>>();
    assert_eq!(listed(&[""]), ["", "a", "a/b", "c"].map(|name| root.join(name)));
    assert_eq!(listed(&["a", "target"]), ["a", "a/b"].map(|name| root.join(name)));
    assert_eq!(listed(&["c/x.md"]), Vec::<PathBuf>::new());
}
