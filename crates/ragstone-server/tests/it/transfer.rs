//! A whole instance moved to another data directory.

use serde_json::Value;

use crate::cli::run;
use crate::server::Server;

fn hits(data: &std::path::Path, query: &str) -> Vec<(Value, Value, Value)> {
    let found = run(data, ["search", query, "--json"]).json();
    let hits = found["hits"].as_array().expect("hits");
    hits.iter().map(|hit| (hit["citation"].clone(), hit["text"].clone(), hit["score"].clone())).collect()
}

#[test]
fn an_imported_instance_answers_with_the_same_citations() {
    let (from, to) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    let notes = tempfile::tempdir().expect("folder");
    for (name, text) in
        [("terns.md", "# Terns\n\nTerns fly far.\n"), ("owls.md", "# Owls\n\nOwls fly at night.\n")]
    {
        std::fs::write(notes.path().join(name), text).expect("written");
    }
    run(from.path(), [std::ffi::OsStr::new("ingest"), notes.path().as_os_str()]).text();
    // A second version, so that versions do not all begin anew.
    std::fs::write(notes.path().join("owls.md"), "# Owls\n\nOwls fly when it is dark.\n").expect("written");
    run(from.path(), [std::ffi::OsStr::new("ingest"), notes.path().as_os_str()]).text();
    let before = hits(from.path(), "owls fly");
    assert_eq!(before.len(), 2, "{before:?}");

    let file = notes.path().join("all.jsonl.gz");
    let export = |data: &std::path::Path| run(data, [std::ffi::OsStr::new("export"), file.as_os_str()]);
    let import = |data: &std::path::Path| run(data, [std::ffi::OsStr::new("import"), file.as_os_str()]);
    assert!(export(from.path()).text().contains("2 documents"));
    assert!(import(to.path()).text().contains("2 documents"));
    assert_eq!(hits(to.path(), "owls fly"), before);

    let again = export(from.path());
    assert!(again.code != 0 && again.stderr.contains("exists"), "{again:?}");
    let again = import(to.path());
    assert!(
        again.code != 0 && again.stderr.contains("not empty") && again.stderr.contains("help:"),
        "{again:?}"
    );
    assert_eq!(hits(to.path(), "owls fly"), before);
}

#[test]
fn a_damaged_file_is_refused_and_leaves_nothing() {
    let (from, to) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    let note = from.path().join("note.md");
    std::fs::write(&note, "Terns fly far.\n").expect("written");
    run(from.path(), [std::ffi::OsStr::new("ingest"), note.as_os_str()]).text();
    let file = from.path().join("all.jsonl.gz");
    run(from.path(), [std::ffi::OsStr::new("export"), file.as_os_str()]).text();
    let whole = std::fs::read(&file).expect("read");
    for damaged in [whole[..whole.len() / 2].to_vec(), b"no export at all".to_vec(), Vec::new()] {
        std::fs::write(&file, damaged).expect("written");
        let refused = run(to.path(), [std::ffi::OsStr::new("import"), file.as_os_str()]);
        assert!(refused.code != 0 && refused.stderr.contains("help:"), "{refused:?}");
    }
    std::fs::write(&file, whole).expect("written");
    run(to.path(), [std::ffi::OsStr::new("import"), file.as_os_str()]).text();
    assert_eq!(hits(to.path(), "terns").len(), 1);
}

#[test]
fn a_data_directory_that_is_served_is_not_exported_behind_its_back() {
    let data = tempfile::tempdir().expect("folder");
    let server = Server::serve(data.path());
    let file = data.path().join("all.jsonl.gz");
    let refused = run(data.path(), [std::ffi::OsStr::new("export"), file.as_os_str()]);
    assert!(refused.code != 0 && refused.stderr.contains(&server.pid().to_string()), "{refused:?}");
    assert!(!file.exists());
    server.stop();
}
