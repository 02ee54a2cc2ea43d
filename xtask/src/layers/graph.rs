//! The resolved dependencies as a plain graph, so that tests can draw their own.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, Metadata, PackageId};

/// What a dependency is used for. Build dependencies count as normal: the crate cannot be built without them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Normal,
    Dev,
}

/// One package; the graph holds each version once.
#[derive(Debug, Clone)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) is_member: bool,
    dependencies: Vec<(usize, Kind)>,
}

/// Packages and the dependencies between them.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    packages: Vec<Package>,
}

impl Graph {
    /// Reads what cargo resolved.
    pub(crate) fn from_metadata(metadata: &Metadata) -> Result<Self> {
        let mut graph = Self::default();
        let mut places: BTreeMap<&PackageId, usize> = BTreeMap::new();
        for package in &metadata.packages {
            let is_member = metadata.workspace_members.contains(&package.id);
            places.insert(
                &package.id,
                graph.add(package.name.as_ref(), &package.version.to_string(), is_member),
            );
        }
        let resolve = metadata.resolve.as_ref().context("cargo resolved no dependencies")?;
        for node in &resolve.nodes {
            let from = *places.get(&node.id).context("cargo names a package that it does not list")?;
            for dependency in &node.deps {
                let to =
                    *places.get(&dependency.pkg).context("cargo names a package that it does not list")?;
                let dev_only =
                    dependency.dep_kinds.iter().all(|kind| kind.kind == DependencyKind::Development);
                graph.link(from, to, if dev_only { Kind::Dev } else { Kind::Normal });
            }
        }
        Ok(graph)
    }

    pub(crate) fn add(&mut self, name: &str, version: &str, is_member: bool) -> usize {
        let package = Package {
            name: name.to_owned(),
            version: version.to_owned(),
            is_member,
            dependencies: Vec::new(),
        };
        self.packages.push(package);
        self.packages.len() - 1
    }

    pub(crate) fn link(&mut self, from: usize, to: usize, kind: Kind) {
        self.packages[from].dependencies.push((to, kind));
    }

    pub(crate) fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| package.is_member)
    }

    /// What a package names directly, with the reason.
    pub(crate) fn direct<'a>(&'a self, package: &'a Package) -> impl Iterator<Item = (&'a Package, Kind)> {
        package.dependencies.iter().map(|(to, kind)| (&self.packages[*to], *kind))
    }

    /// A package of the workspace by its name.
    pub(crate) fn member(&self, name: &str) -> Option<&Package> {
        self.members().find(|package| package.name == name)
    }

    /// Any package by its name; of several versions the first.
    pub(crate) fn package(&self, name: &str) -> Option<&Package> {
        self.packages.iter().find(|package| package.name == name)
    }

    /// Names of everything that using a package pulls in: dev-dependencies stay out.
    pub(crate) fn closure<'a>(&'a self, package: &'a Package) -> BTreeSet<&'a str> {
        let mut names = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open: Vec<usize> = normal(package).collect();
        while let Some(next) = open.pop() {
            if seen.insert(next) {
                names.insert(self.packages[next].name.as_str());
                open.extend(normal(&self.packages[next]));
            }
        }
        names
    }

    /// Every version of a package in the graph, dev-dependencies included.
    pub(crate) fn versions(&self, name: &str) -> BTreeSet<&str> {
        self.packages
            .iter()
            .filter(|package| package.name == name)
            .map(|package| package.version.as_str())
            .collect()
    }

    /// The longest chain of members that ends above the given one, itself included. Cargo refuses cycles.
    pub(crate) fn longest_chain<'a>(&'a self, package: &'a Package) -> Vec<&'a str> {
        let below = self.direct(package).filter(|(to, kind)| to.is_member && *kind == Kind::Normal);
        let longest = below.map(|(to, _)| self.longest_chain(to)).max_by_key(Vec::len).unwrap_or_default();
        std::iter::once(package.name.as_str()).chain(longest).collect()
    }
}

fn normal(package: &Package) -> impl Iterator<Item = usize> {
    package.dependencies.iter().filter(|(_, kind)| *kind == Kind::Normal).map(|(to, _)| *to)
}
