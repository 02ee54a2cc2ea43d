-- Named graphs: what a listing tells, and a log of parts that the engine alone reads. A part is a change or, where
-- `is_snapshot` is 1, one of those that stand for everything up to its version.
CREATE TABLE graphs (
    id BLOB NOT NULL PRIMARY KEY,
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    is_directed INTEGER NOT NULL,
    is_multigraph INTEGER NOT NULL,
    version INTEGER NOT NULL,
    nodes INTEGER NOT NULL,
    edges INTEGER NOT NULL,
    log_len INTEGER NOT NULL,
    mark TEXT,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (tenant, name)
) STRICT;

-- With row ids, because parts are long.
CREATE TABLE graph_parts (
    graph BLOB NOT NULL REFERENCES graphs (id),
    version INTEGER NOT NULL,
    block INTEGER NOT NULL,
    is_snapshot INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (graph, version, block)
) STRICT;
