//! The tiers of `docs/ARCHITECTURE.md` as data: each crate has a role, each role names the roles it may use.

/// What a crate is for. The order is that of the tiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Core,
    Resilience,
    Observability,
    /// Algorithms and policies over domain values; no storage, no transport.
    Library,
    /// The wire contract: operation table, DTOs, codes.
    Api,
    /// A port over one vendor.
    Adapter,
    /// The decorators: the only place where resilience meets ports.
    Layers,
    Conformance,
    /// Fault proxy and stand-ins; for tests only.
    TestKit,
    Engine,
    Transport,
    Facade,
    Server,
    /// Repository tasks; builds without any crate of the workspace.
    Tool,
}

/// Every crate of the workspace. A crate that is not here fails the check: adding one is a decision.
pub(crate) const CRATES: &[(&str, Role)] = &[
    ("ragstone-core", Role::Core),
    ("ragstone-resilience", Role::Resilience),
    ("ragstone-observability", Role::Observability),
    ("ragstone-text", Role::Library),
    ("ragstone-models", Role::Library),
    ("ragstone-graph", Role::Library),
    ("ragstone-sources", Role::Library),
    ("ragstone-auth", Role::Library),
    ("ragstone-api", Role::Api),
    ("ragstone-catalog", Role::Adapter),
    ("ragstone-index-edge", Role::Adapter),
    ("ragstone-index-qdrant", Role::Adapter),
    ("ragstone-graph-neo4j", Role::Adapter),
    ("ragstone-redis", Role::Adapter),
    ("ragstone-crawl", Role::Adapter),
    ("ragstone-testkit", Role::TestKit),
    ("ragstone-layers", Role::Layers),
    ("ragstone-conformance", Role::Conformance),
    ("ragstone-engine", Role::Engine),
    ("ragstone-mcp", Role::Transport),
    ("ragstone-grpc", Role::Transport),
    ("ragstone-rest", Role::Transport),
    ("ragstone-console", Role::Transport),
    ("ragstone", Role::Facade),
    ("ragstone-server", Role::Server),
    ("xtask", Role::Tool),
];

/// The role of a crate of the workspace.
pub(crate) fn role(name: &str) -> Option<Role> {
    CRATES.iter().find(|(known, _)| *known == name).map(|(_, role)| *role)
}

impl Role {
    /// The tier a role stands on; it only uses lower ones.
    pub(crate) fn tier(self) -> u8 {
        match self {
            Self::Core | Self::Resilience | Self::Observability => 0,
            Self::Library | Self::Adapter | Self::Layers | Self::Conformance | Self::TestKit => 1,
            Self::Api | Self::Engine => 2,
            Self::Transport => 3,
            Self::Facade | Self::Server | Self::Tool => 4,
        }
    }

    /// The roles that a crate of this role may depend on outside its tests.
    pub(crate) fn may_use(self) -> &'static [Self] {
        match self {
            Self::Core | Self::Resilience | Self::Observability | Self::TestKit | Self::Tool => &[],
            Self::Library | Self::Adapter | Self::Conformance => &[Self::Core, Self::Observability],
            Self::Api => &[Self::Core, Self::Observability, Self::Library],
            Self::Layers => &[Self::Core, Self::Observability, Self::Resilience],
            Self::Engine => &[Self::Core, Self::Observability, Self::Library],
            Self::Transport => &[Self::Core, Self::Observability, Self::Library, Self::Api, Self::Engine],
            Self::Facade | Self::Server => &[
                Self::Core,
                Self::Resilience,
                Self::Observability,
                Self::Library,
                Self::Api,
                Self::Adapter,
                Self::Layers,
                Self::Engine,
                Self::Transport,
            ],
        }
    }
}

/// Members, counted from the top one to the bottom one, that may stand on each other.
pub(crate) const LONGEST_CHAIN: usize = 5;

/// Packages that using a crate must never pull in.
pub(crate) const ABSENT_BELOW: &[(&str, &[&str])] =
    &[("ragstone-core", &["tokio"]), ("ragstone-text", &["sqlx", "libsqlite3-sys", "tokio"])];

/// Packages of which two versions cannot work together in one process, or must not.
pub(crate) const SINGLE_VERSION: &[&str] = &["axum", "hyper", "rustls", "reqwest", "libsqlite3-sys", "tonic"];

/// Packages that must not be in the graph at all, with the reason.
pub(crate) const BANNED: &[(&str, &str)] = &[
    ("openssl", "one TLS stack: rustls"),
    ("openssl-sys", "one TLS stack: rustls"),
    ("native-tls", "one TLS stack: rustls"),
    ("rusqlite", "one SQLite: the one sqlx links"),
    ("rsa", "RUSTSEC-2023-0071: private keys leak through timing"),
];
