//! Shows that each rule holds here and can fail.

use super::graph::{Graph, Kind};
use super::table::{CRATES, Role};
use super::{load, rules};
use crate::workspace::Workspace;

/// A graph of `from -> to` lines (`from => to` for dev-dependencies); names of the table are members.
fn graph(lines: &[&str]) -> Graph {
    let mut graph = Graph::default();
    let mut names: Vec<String> = Vec::new();
    let mut place = |graph: &mut Graph, name: &str| {
        names.iter().position(|known| known == name).unwrap_or_else(|| {
            names.push(name.to_owned());
            let (package, version) = name.split_once('@').unwrap_or((name, "1.0.0"));
            graph.add(package, version, package.starts_with("ragstone") || package == "xtask")
        })
    };
    for line in lines {
        let (kind, arrow) = if line.contains("=>") { (Kind::Dev, " => ") } else { (Kind::Normal, " -> ") };
        match line.split_once(arrow) {
            Some((from, to)) => {
                let (from, to) = (place(&mut graph, from), place(&mut graph, to));
                graph.link(from, to, kind);
            }
            None => {
                place(&mut graph, line);
            }
        }
    }
    graph
}

/// Checks that a graph breaks exactly one rule, and that the sentence names what is wrong.
fn breaks(lines: &[&str], words: &[&str]) {
    let problems = rules::check(&graph(lines));
    assert_eq!(problems.len(), 1, "{lines:?}: {problems:?}");
    for word in words {
        assert!(problems[0].contains(word), "{word}: {}", problems[0]);
    }
}

fn holds(lines: &[&str]) {
    assert_eq!(rules::check(&graph(lines)), Vec::<String>::new(), "{lines:?}");
}

#[test]
fn this_workspace_keeps_its_layers() {
    let workspace = Workspace::locate().unwrap();
    assert_eq!(rules::check(&load(&workspace).unwrap()), Vec::<String>::new());
}

#[test]
fn the_table_points_down() {
    for (name, role) in CRATES {
        for used in role.may_use() {
            assert!(used.tier() < role.tier(), "{name}: {role:?} may use {used:?}");
        }
    }
}

#[test]
fn resilience_meets_ports_only_in_layers_and_at_the_roots() {
    let both =
        |role: &Role| role.may_use().contains(&Role::Core) && role.may_use().contains(&Role::Resilience);
    let roles: Vec<Role> = CRATES.iter().map(|(_, role)| *role).filter(both).collect();
    assert_eq!(roles, [Role::Layers, Role::Facade, Role::Server]);
}

#[test]
fn allowed_directions_hold() {
    holds(&[
        "ragstone-server -> ragstone-rest",
        "ragstone-rest -> ragstone-engine",
        "ragstone-engine -> ragstone-text",
        "ragstone-text -> ragstone-core",
        "ragstone-server -> ragstone-catalog",
        "ragstone-catalog -> ragstone-core",
        "ragstone-catalog => ragstone-conformance",
        "ragstone-conformance -> ragstone-core",
        "ragstone-layers -> ragstone-core",
        "ragstone-layers -> ragstone-resilience",
        "ragstone-core => tokio",
    ]);
}

#[test]
fn a_crate_outside_the_table_is_refused() {
    breaks(&["ragstone-surprise"], &["ragstone-surprise", "table"]);
}

#[test]
fn adapters_do_not_see_each_other() {
    breaks(&["ragstone-index-edge -> ragstone-catalog"], &["ragstone-index-edge", "ragstone-catalog"]);
}

#[test]
fn adapters_do_not_see_resilience() {
    breaks(&["ragstone-catalog -> ragstone-resilience"], &["ragstone-resilience"]);
}

#[test]
fn transports_do_not_see_a_store() {
    for store in ["ragstone-catalog", "ragstone-index-edge", "ragstone-redis"] {
        breaks(&[&format!("ragstone-rest -> {store}")], &["ragstone-rest", store]);
    }
}

#[test]
fn the_engine_speaks_only_to_ports() {
    breaks(&["ragstone-engine -> ragstone-index-edge"], &["ragstone-engine"]);
}

#[test]
fn core_stands_alone() {
    breaks(&["ragstone-core -> ragstone-observability"], &["ragstone-core"]);
}

#[test]
fn tests_do_not_use_the_server() {
    breaks(&["ragstone-engine => ragstone-server"], &["tests of ragstone-engine"]);
}

#[test]
fn nothing_pulls_in_the_server() {
    let problems = rules::check(&graph(&["ragstone -> ragstone-server"]));
    assert!(
        problems.iter().any(|problem| problem == "ragstone must not pull in ragstone-server"),
        "{problems:?}"
    );
}

#[test]
fn the_tool_builds_without_our_crates() {
    breaks(&["xtask -> ragstone-core"], &["xtask"]);
}

#[test]
fn a_long_chain_is_refused() {
    let five = [
        "ragstone-server -> ragstone-rest",
        "ragstone-rest -> ragstone-engine",
        "ragstone-engine -> ragstone-text",
        "ragstone-text -> ragstone-core",
    ];
    holds(&five);
    let problems = rules::check(&graph(&[&five[..], &["ragstone-core -> ragstone-resilience"]].concat()));
    assert!(problems.iter().any(|problem| problem.starts_with("6 crates on each other")), "{problems:?}");
}

#[test]
fn core_pulls_in_no_runtime() {
    breaks(&["ragstone-core -> futures", "futures -> tokio"], &["ragstone-core", "tokio"]);
}

#[test]
fn text_pulls_in_no_database() {
    breaks(&["ragstone-text -> cache", "cache -> libsqlite3-sys"], &["ragstone-text", "libsqlite3-sys"]);
}

#[test]
fn two_versions_are_refused() {
    breaks(
        &["ragstone-rest -> axum@0.8.1", "ragstone-mcp -> rmcp", "rmcp -> axum@0.7.9"],
        &["axum", "0.7.9 and 0.8.1"],
    );
}

#[test]
fn banned_packages_are_refused() {
    breaks(&["ragstone-auth -> jsonwebtoken", "jsonwebtoken -> rsa"], &["rsa", "banned"]);
    breaks(&["ragstone-models => reqwest", "reqwest -> native-tls"], &["native-tls"]);
}
