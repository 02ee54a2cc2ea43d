//! Each rule on the graph is one function that returns what breaks it.

use super::graph::{Graph, Kind, Package};
use super::table::{self, ABSENT_BELOW, BANNED, LONGEST_CHAIN, Role, SINGLE_VERSION};

/// The embedded engine, which takes minutes to build.
pub(crate) const ENGINE: &str = "qdrant-edge";
/// The composition root.
pub(crate) const SERVER: &str = "ragstone-server";

/// Everything that is wrong with the graph, one sentence each.
pub(crate) fn check(graph: &Graph) -> Vec<String> {
    let rules =
        [unknown, directions, dev_dependencies, depth, absences, no_server_below, single_versions, bans];
    rules.iter().flat_map(|rule| rule(graph)).collect()
}

/// Every member stands in the table.
fn unknown(graph: &Graph) -> Vec<String> {
    let unknown = graph.members().filter(|member| table::role(&member.name).is_none());
    unknown.map(|member| format!("{} has no place in the table of layers", member.name)).collect()
}

/// A member uses only members of the roles that its own role names.
fn directions(graph: &Graph) -> Vec<String> {
    let edges = graph.members().flat_map(|from| graph.direct(from).map(move |(to, kind)| (from, to, kind)));
    let normal = edges.filter(|(_, to, kind)| to.is_member && *kind == Kind::Normal);
    normal.filter_map(|(from, to, _)| direction(from, to)).collect()
}

fn direction(from: &Package, to: &Package) -> Option<String> {
    let (role, below) = (table::role(&from.name)?, table::role(&to.name)?);
    if role.may_use().contains(&below) {
        return None;
    }
    let (upper, lower) = (role.tier(), below.tier());
    let (from, to) = (&from.name, &to.name);
    Some(format!("{from} ({role:?}, tier {upper}) must not depend on {to} ({below:?}, tier {lower})"))
}

/// Tests may use the conformance suite and other crates, but not the composition root or the tools.
fn dev_dependencies(graph: &Graph) -> Vec<String> {
    let mut problems = Vec::new();
    for member in graph.members() {
        for (to, _) in graph.direct(member).filter(|(to, kind)| to.is_member && *kind == Kind::Dev) {
            if matches!(table::role(&to.name), Some(Role::Server | Role::Tool)) {
                problems.push(format!("the tests of {} must not depend on {}", member.name, to.name));
            }
        }
    }
    problems
}

/// The tower stays low enough that a crate can be taken alone.
fn depth(graph: &Graph) -> Vec<String> {
    let chains = graph.members().map(|member| graph.longest_chain(member));
    let long = chains.filter(|chain| chain.len() > LONGEST_CHAIN);
    long.map(|chain| {
        format!("{} crates on each other, at most {LONGEST_CHAIN}: {}", chain.len(), chain.join(" → "))
    })
    .collect()
}

/// Inverse proofs: what a crate promises not to pull in.
fn absences(graph: &Graph) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, absent) in ABSENT_BELOW {
        let Some(member) = graph.member(name) else {
            continue;
        };
        let closure = graph.closure(member);
        problems.extend(
            absent
                .iter()
                .filter(|other| closure.contains(*other))
                .map(|other| format!("{name} must not pull in {other}")),
        );
    }
    problems
}

/// Rules about a crate that is gone would hold for ever.
pub(crate) fn named_crates(graph: &Graph) -> Vec<String> {
    let promising = ABSENT_BELOW.iter().map(|(name, _)| *name);
    let members = promising.chain([SERVER]).filter(|name| graph.member(name).is_none());
    let mut problems: Vec<String> =
        members.map(|name| format!("{name} is named by a rule, but is not in the workspace")).collect();
    if graph.package(ENGINE).is_none() {
        problems.push(format!("{ENGINE} is named by a rule, but nothing depends on it"));
    }
    problems
}

/// No crate pulls in the composition root, directly or not.
fn no_server_below(graph: &Graph) -> Vec<String> {
    let pulling = graph.members().filter(|member| graph.closure(member).contains(SERVER));
    pulling.map(|member| format!("{} must not pull in {SERVER}", member.name)).collect()
}

fn single_versions(graph: &Graph) -> Vec<String> {
    let versions = SINGLE_VERSION.iter().map(|name| (name, Vec::from_iter(graph.versions(name))));
    let several = versions.filter(|(_, versions)| versions.len() > 1);
    several
        .map(|(name, versions)| format!("{name} must have one version, not {}", versions.join(" and ")))
        .collect()
}

fn bans(graph: &Graph) -> Vec<String> {
    let present = BANNED.iter().filter(|(name, _)| !graph.versions(name).is_empty());
    present.map(|(name, reason)| format!("{name} is banned: {reason}")).collect()
}
