//! The steps of the schema, each with a part for every database. `migrations/README.md` says what the files are.

use std::borrow::Cow;

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migration, MigrationType};

use crate::sql::Engine;

/// One step, in one database's part.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) version: i64,
    pub(super) description: &'static str,
    pub(super) up: &'static str,
    pub(super) check: &'static str,
    /// SHA-384 of `up`.
    pub(super) checksum: Cow<'static, [u8]>,
}

/// Takes the part of a step that belongs to a database.
macro_rules! step {
    ($engine:expr, $version:literal, $description:literal, $folder:literal) => {{
        let (up, check) = match $engine {
            Engine::Sqlite => (
                include_str!(concat!("../../migrations/", $folder, "/sqlite/up.sql")),
                include_str!(concat!("../../migrations/", $folder, "/sqlite/check.sql")),
            ),
            Engine::Postgres => (
                include_str!(concat!("../../migrations/", $folder, "/postgres/up.sql")),
                include_str!(concat!("../../migrations/", $folder, "/postgres/check.sql")),
            ),
        };
        Step::new($version, $description, up, check)
    }};
}

/// All steps, the first one first.
pub(super) fn steps(engine: Engine) -> Vec<Step> {
    vec![
        step!(engine, 1, "catalog", "0001_catalog"),
        step!(engine, 2, "leases", "0002_leases"),
        step!(engine, 3, "embeddings", "0003_embeddings"),
        step!(engine, 4, "access", "0004_access"),
        step!(engine, 5, "words", "0005_words"),
        step!(engine, 6, "language", "0006_language"),
        step!(engine, 7, "generations", "0007_generations"),
        step!(engine, 8, "saved searches", "0008_saved_searches"),
        step!(engine, 9, "jobs", "0009_jobs"),
        step!(engine, 10, "pages", "0010_pages"),
        step!(engine, 11, "history", "0011_history"),
        step!(engine, 12, "requests", "0012_requests"),
        step!(engine, 13, "duplicates", "0013_duplicates"),
        step!(engine, 14, "stamps", "0014_stamps"),
        step!(engine, 15, "graphs", "0015_graphs"),
    ]
}

impl Step {
    fn new(version: i64, description: &'static str, up: &'static str, check: &'static str) -> Self {
        let kind = MigrationType::Simple;
        let migration = Migration::new(version, description.into(), kind, up.into_sql_str(), false);
        Self { version, description, up, check, checksum: migration.checksum }
    }
}
