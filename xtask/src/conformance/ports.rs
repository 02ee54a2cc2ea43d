//! The ports that have a suite, and who implements them.

use anyhow::{Context, Result};
use syn::visit::{self, Visit};
use syn::{Item, ItemImpl, Visibility};

use crate::layers::{Role, role};
use crate::tidy::Tree;

/// A port, or several that one suite covers.
#[derive(Debug)]
pub(super) struct Port {
    pub(super) suite: &'static str,
    pub(super) title: &'static str,
    /// Traits of core.
    traits: &'static [&'static str],
}

/// In the order of the page.
pub(super) const PORTS: &[Port] = &[
    Port {
        suite: "catalog",
        title: "System of record",
        traits: &[
            "CollectionStore",
            "DocumentStore",
            "DuplicateStore",
            "HistoryStore",
            "EmbeddingStore",
            "WordStore",
            "SavedSearchStore",
            "GraphStore",
            "ChangeFeed",
        ],
    },
    Port { suite: "index", title: "Chunk index", traits: &["ChunkIndex"] },
    Port { suite: "cache", title: "Cache", traits: &["Cache"] },
    Port { suite: "counters", title: "Counters", traits: &["Counters"] },
    Port { suite: "leases", title: "Leases", traits: &["Leases"] },
    Port { suite: "jobs", title: "Jobs", traits: &["JobQueue"] },
    Port { suite: "uploads", title: "Uploads", traits: &["UploadStore"] },
    Port { suite: "keys", title: "Keyed requests", traits: &["IdempotencyStore"] },
    Port { suite: "invalidations", title: "Invalidations", traits: &["Invalidations"] },
    Port { suite: "embedder", title: "Embedders", traits: &["Embedder"] },
    Port { suite: "reranker", title: "Rerankers", traits: &["Reranker"] },
];

/// Traits of core's module of ports that need no suite.
const WITHOUT_SUITE: &[&str] = &[
    // The sum of the ports of the catalog.
    "DynCatalog",
    // The sum of jobs and uploads.
    "DynJobStore",
    // Its one implementation is the tiers of `ragstone-layers`, which are tested there.
    "ReadThrough",
    // Each counter is right by the tokenizer that it is named after, and is tested beside it with known counts.
    "TokenCounter",
];

/// Where implementations stand for something while it is measured: they know the texts of one file, and can keep no law.
const STAND_INS: &str = "crates/ragstone-server/src/command/bench/";

/// A package that must run a suite, because it implements the suite's port.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Implementation {
    pub(super) suite: &'static str,
    /// Where the tests are.
    pub(super) package: String,
    /// Whether it is an adapter, which stands on a backend.
    pub(super) is_adapter: bool,
}

impl Port {
    /// Name of the traits for a reader.
    pub(super) fn traits(&self) -> String {
        self.traits.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    }
}

/// Every implementation of a port outside of tests, once for each package and suite.
pub(super) fn implementations(tree: &Tree) -> Result<Vec<Implementation>> {
    let mut found = Vec::new();
    for (path, text) in tree.texts_with("rs") {
        let Some((package, rest)) = path.strip_prefix("crates/").and_then(|path| path.split_once('/')) else {
            continue;
        };
        if !rest.starts_with("src/") || path.starts_with(STAND_INS) {
            continue;
        }
        let file = syn::parse_file(text).with_context(|| format!("{path} does not parse"))?;
        let mut reader = Reader { suites: Vec::new() };
        reader.visit_file(&file);
        // The references live in core, which has no development dependency on the suites.
        let tested_in = if package == "ragstone-core" { "ragstone-conformance" } else { package };
        found.extend(reader.suites.into_iter().map(|suite| Implementation {
            suite,
            package: tested_in.to_owned(),
            is_adapter: role(package) == Some(Role::Adapter),
        }));
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// A line for each port of core that no suite covers.
pub(super) fn without_suite(tree: &Tree) -> Result<Vec<String>> {
    let covered =
        |name: &str| WITHOUT_SUITE.contains(&name) || PORTS.iter().any(|port| port.traits.contains(&name));
    let mut lines = Vec::new();
    for (path, text) in tree.texts_with("rs") {
        if !path.starts_with("crates/ragstone-core/src/port") {
            continue;
        }
        let file = syn::parse_file(text).with_context(|| format!("{path} does not parse"))?;
        for item in file.items {
            if let Item::Trait(port) = item
                && matches!(port.vis, Visibility::Public(_))
                && !covered(&port.ident.to_string())
            {
                lines.push(format!("{path}: no suite covers the port `{}`", port.ident));
            }
        }
    }
    Ok(lines)
}

/// Looks for `impl Port for Store`.
struct Reader {
    suites: Vec<&'static str>,
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        let name = item.trait_.as_ref().and_then(|(path, _)| path.segments.last());
        let name = name.map(|segment| segment.ident.to_string()).unwrap_or_default();
        let port = PORTS.iter().find(|port| port.traits.contains(&name.as_str()));
        self.suites.extend(port.map(|port| port.suite));
        visit::visit_item_impl(self, item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_implements_a_port_must_run_its_suite() {
        let tree = Tree::of(&[
            ("crates/ragstone-redis/src/cache.rs", "impl Cache for A {}\nimpl port::Leases for A {}\n"),
            ("crates/ragstone-redis/tests/it/main.rs", "impl Counters for Fake {}\n"),
            ("crates/ragstone-core/src/memory/cache.rs", "impl Cache for B {}\nimpl Clone for B {}\n"),
            ("crates/ragstone-layers/src/ports.rs", "mod a { impl<A: Around> ChunkIndex for L<A> {} }\n"),
        ]);
        let found = implementations(&tree).unwrap();
        let found: Vec<_> =
            found.iter().map(|one| (one.suite, one.package.as_str(), one.is_adapter)).collect();
        assert_eq!(
            found,
            [
                ("cache", "ragstone-conformance", false),
                ("cache", "ragstone-redis", true),
                ("index", "ragstone-layers", false),
                ("leases", "ragstone-redis", true),
            ]
        );
    }

    #[test]
    fn a_port_without_a_suite_is_named() {
        let port = "pub trait Cache {}\npub trait Queue {}\ntrait Inner {}\n";
        let lines = without_suite(&Tree::of(&[("crates/ragstone-core/src/port/queue.rs", port)])).unwrap();
        assert_eq!(lines, ["crates/ragstone-core/src/port/queue.rs: no suite covers the port `Queue`"]);
    }
}
