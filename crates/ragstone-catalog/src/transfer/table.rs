//! The tables that are carried over.

use crate::sql::{Statement, Value};

/// What a column holds, whatever the database calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Integer,
    Real,
    Text,
    Bytes,
    Uuid,
}

/// A table with its columns, of which the first `key` are its primary key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) columns: &'static [(&'static str, Kind)],
    /// First version of the stream that has the table.
    since: u32,
    /// How many of its columns streams before a version have, in order; the others have what the schema says.
    grown: &'static [Growth],
    key: usize,
    /// Rows that are held in memory together; those of texts have up to 32 KiB.
    pub(super) page: u32,
    on_conflict: &'static str,
}

/// Columns that came later, behind the others.
#[derive(Clone, Copy, Debug)]
struct Growth {
    /// First version of the stream that has more columns.
    since: u32,
    /// Number of columns before.
    before: usize,
}

impl Table {
    const fn new(name: &'static str, key: usize, columns: &'static [(&'static str, Kind)]) -> Self {
        Self { name, columns, since: 1, grown: &[], key, page: 256, on_conflict: "" }
    }

    /// The table as streams of a version have it; `None` where they do not.
    pub(super) fn at(self, version: u32) -> Option<Self> {
        let columns = match self.grown.iter().find(|grown| version < grown.since) {
            Some(grown) => self.columns.get(..grown.before)?,
            None => self.columns,
        };
        (self.since <= version).then_some(Self { columns, ..self })
    }

    /// Rows in order of the key, from the first or behind the last one read.
    pub(super) fn select(&self, after: Option<&[Value<'static>]>, limit: u32) -> Statement<'static> {
        let keys: Vec<&str> = self.columns.iter().take(self.key).map(|(name, _)| *name).collect();
        let keys = keys.join(", ");
        let places: Vec<String> = (1..=self.key).map(|number| format!("${number}")).collect();
        let places = places.join(", ");
        let behind = after.map_or_else(String::new, |_| format!(" WHERE ({keys}) > ({places})"));
        let last = after.map_or(1, |_| self.key + 1);
        let (columns, table) = (self.column_list(), self.name);
        let sql = format!("SELECT {columns} FROM {table}{behind} ORDER BY {keys} LIMIT ${last}");
        let key = after.unwrap_or_default().iter().take(self.key).cloned();
        Statement::generated(sql).bind_all(key).bind(limit)
    }

    /// Stores rows.
    pub(super) fn insert(&self, rows: &[Vec<Value<'static>>]) -> Statement<'static> {
        let before = format!("INSERT INTO {} ({}) VALUES ", self.name, self.column_list());
        Statement::generated_rows(&before, rows.len(), self.columns.len(), self.on_conflict)
            .bind_all(rows.iter().flatten().cloned())
    }

    fn column_list(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
        names.join(", ")
    }
}

use Kind::{Bytes, Integer, Real, Text, Uuid};

/// All of them, each behind those that its rows refer to.
pub(super) const TABLES: &[Table] = &[
    Table {
        on_conflict: " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        ..Table::new("counters", 1, &[("name", Text), ("value", Integer)])
    },
    Table::new(
        "collections",
        1,
        &[
            ("id", Uuid),
            ("tenant", Text),
            ("name", Text),
            ("description", Text),
            ("analyzer", Text),
            ("k1", Real),
            ("b", Real),
            ("created_at", Integer),
            ("created_sequence", Integer),
            ("deleted_sequence", Integer),
            ("head", Integer),
            ("documents", Integer),
            ("chunks", Integer),
            ("text_bytes", Integer),
            ("terms", Integer),
        ],
    ),
    Table {
        grown: &[
            Growth { since: 3, before: 18 },
            Growth { since: 4, before: 20 },
            Growth { since: 7, before: 21 },
        ],
        ..Table::new(
            "documents",
            1,
            &[
                ("id", Uuid),
                ("collection", Uuid),
                ("deleted", Integer),
                ("sequence", Integer),
                ("version", Integer),
                ("source", Text),
                ("title", Text),
                ("format", Text),
                ("content_digest", Bytes),
                ("recipe", Text),
                ("is_verbatim", Integer),
                ("text_len", Integer),
                ("chunk_count", Integer),
                ("terms", Integer),
                ("tags", Text),
                ("metadata", Text),
                ("created_at", Integer),
                ("updated_at", Integer),
                ("allowed", Text),
                ("denied", Text),
                ("language", Text),
                ("signature", Bytes),
            ],
        )
    },
    Table::new(
        "document_versions",
        2,
        &[
            ("document", Uuid),
            ("version", Integer),
            ("content_digest", Bytes),
            ("text_len", Integer),
            ("stored_at", Integer),
            ("sequence", Integer),
        ],
    ),
    Table::new("document_texts", 2, &[("document", Uuid), ("block", Integer), ("bytes", Bytes)]),
    Table {
        grown: &[Growth { since: 7, before: 9 }],
        ..Table::new(
            "chunks",
            2,
            &[
                ("document", Uuid),
                ("ordinal", Integer),
                ("id", Uuid),
                ("start_byte", Integer),
                ("end_byte", Integer),
                ("first_line", Integer),
                ("last_line", Integer),
                ("headings", Text),
                ("terms", Integer),
                ("first_page", Integer),
                ("last_page", Integer),
            ],
        )
    },
    Table {
        since: 7,
        ..Table::new(
            "kept_versions",
            2,
            &[
                ("id", Uuid),
                ("version", Integer),
                ("collection", Uuid),
                ("source", Text),
                ("title", Text),
                ("format", Text),
                ("content_digest", Bytes),
                ("recipe", Text),
                ("is_verbatim", Integer),
                ("text_len", Integer),
                ("chunk_count", Integer),
                ("terms", Integer),
                ("tags", Text),
                ("metadata", Text),
                ("allowed", Text),
                ("denied", Text),
                ("language", Text),
                ("created_at", Integer),
                ("updated_at", Integer),
                ("sequence", Integer),
                ("ended_at", Integer),
                ("of_deleted", Integer),
            ],
        )
    },
    Table {
        since: 7,
        ..Table::new(
            "kept_texts",
            3,
            &[("document", Uuid), ("version", Integer), ("block", Integer), ("bytes", Bytes)],
        )
    },
    Table {
        since: 7,
        ..Table::new(
            "kept_chunks",
            3,
            &[
                ("document", Uuid),
                ("version", Integer),
                ("ordinal", Integer),
                ("start_byte", Integer),
                ("end_byte", Integer),
                ("first_line", Integer),
                ("last_line", Integer),
                ("headings", Text),
                ("terms", Integer),
                ("first_page", Integer),
                ("last_page", Integer),
            ],
        )
    },
    Table {
        grown: &[Growth { since: 3, before: 2 }],
        ..Table::new("metadata_keys", 2, &[("collection", Uuid), ("key", Text), ("is_open", Integer)])
    },
    Table {
        since: 2,
        ..Table::new(
            "embeddings",
            3,
            &[
                ("document", Uuid),
                ("model", Bytes),
                ("text_digest", Bytes),
                ("collection", Uuid),
                ("vector", Bytes),
            ],
        )
    },
    Table {
        since: 4,
        ..Table::new(
            "collection_generations",
            1,
            &[
                ("collection", Uuid),
                ("active_slot", Integer),
                ("active_build", Uuid),
                ("active_model", Bytes),
                ("active_dimensions", Integer),
                ("active_name", Text),
                ("active_precision", Text),
                ("active_is_chosen", Integer),
                ("standby_role", Text),
                ("standby_since", Integer),
                ("standby_build", Uuid),
                ("standby_model", Bytes),
                ("standby_dimensions", Integer),
                ("standby_name", Text),
                ("standby_precision", Text),
                ("standby_is_chosen", Integer),
                ("is_untidy", Integer),
            ],
        )
    },
    Table {
        since: 5,
        ..Table::new(
            "saved_searches",
            2,
            &[
                ("tenant", Text),
                ("name", Text),
                ("description", Text),
                ("query", Text),
                ("form", Text),
                ("saved_by", Text),
                ("created_at", Integer),
                ("updated_at", Integer),
            ],
        )
    },
    Table {
        since: 6,
        ..Table::new(
            "jobs",
            1,
            &[
                ("id", Uuid),
                ("tenant", Text),
                ("kind", Text),
                ("lane", Text),
                ("priority", Integer),
                ("key", Text),
                ("payload", Text),
                ("state", Text),
                ("is_cancel_requested", Integer),
                ("attempts", Integer),
                ("max_attempts", Integer),
                ("every", Integer),
                ("progress_done", Integer),
                ("progress_total", Integer),
                ("result", Text),
                ("failure_kind", Text),
                ("failure_reason", Text),
                ("created_by", Text),
                ("created_at", Integer),
                ("run_at", Integer),
                ("started_at", Integer),
                ("finished_at", Integer),
                ("token", Integer),
                ("holder", Uuid),
                ("expires_at", Integer),
            ],
        )
    },
    Table {
        since: 6,
        ..Table::new("job_attachments", 2, &[("job", Uuid), ("block", Integer), ("bytes", Bytes)])
    },
    Table {
        since: 7,
        ..Table::new(
            "keyed_requests",
            4,
            &[
                ("tenant", Text),
                ("principal", Text),
                ("operation", Text),
                ("key", Text),
                ("request", Uuid),
                ("fingerprint", Bytes),
                ("token", Integer),
                ("holder", Uuid),
                ("held_until", Integer),
                ("effect", Text),
                ("answered", Integer),
                ("head", Text),
                ("body", Bytes),
                ("answer_len", Integer),
                ("expires_at", Integer),
            ],
        )
    },
    Table {
        since: 8,
        ..Table::new(
            "graphs",
            1,
            &[
                ("id", Uuid),
                ("tenant", Text),
                ("name", Text),
                ("description", Text),
                ("is_directed", Integer),
                ("is_multigraph", Integer),
                ("version", Integer),
                ("nodes", Integer),
                ("edges", Integer),
                ("log_len", Integer),
                ("mark", Text),
                ("created_by", Text),
                ("created_at", Integer),
                ("updated_at", Integer),
            ],
        )
    },
    Table {
        since: 8,
        // Each may have 8 MiB.
        page: 4,
        ..Table::new(
            "graph_parts",
            3,
            &[
                ("graph", Uuid),
                ("version", Integer),
                ("block", Integer),
                ("is_snapshot", Integer),
                ("bytes", Bytes),
            ],
        )
    },
];

/// Position of `documents` in [`TABLES`], and of its column `deleted`.
pub(super) const DOCUMENTS: (&str, usize) = ("documents", 2);

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str) -> &'static Table {
        TABLES.iter().find(|table| table.name == name).expect("listed")
    }

    #[test]
    fn pages_follow_the_key() {
        let table = table("metadata_keys");
        let (sql, values) = table.select(None, 10).into_parts();
        assert_eq!(
            sql,
            "SELECT collection, key, is_open FROM metadata_keys ORDER BY collection, key LIMIT $1"
        );
        assert_eq!(values, [Value::Integer(10)]);
        let last = [Value::Uuid(uuid::Uuid::nil()), Value::from("a")];
        let (sql, values) = table.select(Some(&last), 10).into_parts();
        assert_eq!(
            sql,
            "SELECT collection, key, is_open FROM metadata_keys WHERE (collection, key) > ($1, $2) \
             ORDER BY collection, key LIMIT $3"
        );
        assert_eq!(values.len(), 3);
    }

    #[test]
    fn rows_are_stored_together() {
        let rows = vec![vec![Value::from("a"), Value::Integer(1)], vec![Value::from("b"), Value::Integer(2)]];
        let (sql, values) = table("counters").insert(&rows).into_parts();
        assert!(
            sql.starts_with("INSERT INTO counters (name, value) VALUES ($1,$2),($3,$4) ON CONFLICT"),
            "{sql}"
        );
        assert_eq!(values.len(), 4);
    }

    #[test]
    fn earlier_streams_have_fewer_columns_and_tables() {
        let columns = |version| table("documents").at(version).map(|table| table.columns.len());
        assert_eq!([1, 2, 3, 4, 7].map(columns), [Some(18), Some(18), Some(20), Some(21), Some(22)]);
        assert!(table("embeddings").at(1).is_none());
        assert!(table("embeddings").at(2).is_some());
        assert!(table("collection_generations").at(3).is_none());
        assert!(table("saved_searches").at(4).is_none());
        assert!(table("jobs").at(5).is_none());
        assert!(table("kept_versions").at(6).is_none());
        assert!(table("keyed_requests").at(6).is_none());
        assert!(table("graph_parts").at(7).is_none());
    }

    #[test]
    fn the_deleted_column_is_where_it_is_said_to_be() {
        let (name, column) = DOCUMENTS;
        assert_eq!(table(name).columns[column].0, "deleted");
    }
}
