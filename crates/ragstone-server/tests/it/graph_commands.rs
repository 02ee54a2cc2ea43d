//! The words of `graphs`, without a server and with one, and what is left after a kill.

use std::path::Path;

use serde_json::json;

use crate::cli::run;
use crate::server::Server;

const TOWNS: &str = "source,target,km\nwells,bath,30\nbath,bristol,21.5\n";

/// Makes graphs in all the ways there are.
fn check_making(data: &Path, folder: &Path) {
    let generator = r#"{"generator": "cycle", "nodes": 12}"#;
    let made = run(data, ["graphs", "create", "ring", "--generate", generator]);
    assert!(made.text().contains("created ring: 12 nodes, 12 edges"), "{made:?}");
    let file = folder.join("towns.csv");
    std::fs::write(&file, TOWNS).expect("written");
    let file = file.to_str().expect("UTF-8");
    let imported = run(data, ["graphs", "import", file, "--description", "roads", "--json"]).json();
    assert_eq!((&imported["name"], &imported["edges"]), (&json!("towns"), &json!(2)));
    assert_eq!(run(data, ["graphs", "import", file]).code, 5, "the name is taken");
    let bad = folder.join("bad.graphml");
    std::fs::write(&bad, "<graphml>\n<graph>").expect("written");
    let refused = run(data, ["graphs", "import", bad.to_str().expect("UTF-8")]);
    assert!(refused.code == 2 && refused.stderr.contains("line 2"), "{refused:?}");
    let listed = run(data, ["graphs", "list"]);
    assert!(listed.text().contains("12 edges") && listed.text().contains("roads"), "{listed:?}");
}

fn check_answers(data: &Path) {
    let way = r#"{"source": "wells", "target": "bristol", "weight": "km"}"#;
    let way = run(data, ["graphs", "analyze", "towns", "shortest-path", "--parameters", way]);
    assert!(way.text().contains(r#"["wells","bath","bristol"]  node_count 3  length 51.5"#), "{way:?}");
    let written = run(data, ["graphs", "analyze", "towns", "degree", "--write-to", "roads", "--json"]).json();
    assert_eq!((&written["written_version"], &written["updated"]), (&json!(2), &json!(3)));
    let shown = run(data, ["graphs", "show", "towns"]);
    assert!(shown.text().contains("nodes.roads  3 integer (100.0 %)"), "{shown:?}");
    let unknown = run(data, ["graphs", "analyze", "towns", "pagerang"]);
    assert!(unknown.code == 2 && unknown.stderr.contains("pagerank"), "{unknown:?}");
    let known = run(data, ["graphs", "algorithms"]);
    assert!(known.text().contains("leiden") && known.text().contains("barabasi-albert"));
}

fn check_files(data: &Path, folder: &Path) {
    let exported = run(data, ["graphs", "export", "towns", "--format", "gml"]);
    assert!(exported.text().contains("label \"wells\"") && exported.text().contains("21.5"), "{exported:?}");
    for (name, begin) in [("ring.svg", &b"<"[..]), ("ring.png", &b"\x89PNG"[..])] {
        let path = folder.join(name);
        let drawn = run(data, ["graphs", "draw", "ring", "--output", path.to_str().expect("UTF-8")]);
        assert_eq!(drawn.code, 0, "{drawn:?}");
        assert!(std::fs::read(&path).expect("drawn").starts_with(begin), "{name}");
    }
    assert_eq!(run(data, ["graphs", "draw", "ring", "--output", "ring.gif"]).code, 2);
}

fn check_ending(data: &Path) {
    assert!(run(data, ["graphs", "rename", "ring", "circle"]).text().contains("renamed ring to circle"));
    assert_eq!(run(data, ["graphs", "delete", "circle"]).code, 5, "not confirmed");
    for name in ["circle", "towns"] {
        assert!(run(data, ["graphs", "delete", name, "--yes"]).text().contains("deleted"));
    }
    assert_eq!(run(data, ["graphs", "show", "towns"]).code, 3);
    assert_eq!(run(data, ["graphs", "list", "--json"]).json(), json!([]));
}

#[test]
fn every_word_about_graphs_works_without_a_server() {
    let (data, folder) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    check_making(data.path(), folder.path());
    check_answers(data.path());
    check_files(data.path(), folder.path());
    check_ending(data.path());
}

#[test]
fn every_word_about_graphs_works_through_a_server() {
    let (data, folder) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    let server = Server::serve(data.path());
    check_making(data.path(), folder.path());
    check_answers(data.path());
    check_files(data.path(), folder.path());
    check_ending(data.path());
    server.stop();
}

/// What was told to be imported is there as a whole after a kill.
#[test]
fn an_imported_graph_outlives_a_kill() {
    let (data, folder) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    let server = Server::serve(data.path());
    let file = folder.path().join("wheel.csv");
    let rows: Vec<String> = (0..20_000).map(|row| format!("{row},{}", (row + 1) % 20_000)).collect();
    std::fs::write(&file, format!("source,target\n{}\n", rows.join("\n"))).expect("written");
    let imported = run(data.path(), ["graphs", "import", file.to_str().expect("UTF-8")]);
    assert_eq!(imported.code, 0, "{imported:?}");
    server.signal("-KILL");
    assert_eq!(server.code(), None, "a signal ended it");
    let found = run(data.path(), ["graphs", "analyze", "wheel", "weak-components", "--json"]).json();
    assert_eq!((&found["version"], &found["report"]["rows"][0]["size"]), (&json!(1), &json!(20_000)));
}
