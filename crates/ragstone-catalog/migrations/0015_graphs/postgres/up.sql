-- Named graphs: what a listing tells, and a log of parts that the engine alone reads. A part is a change or, where
-- `is_snapshot` is 1, one of those that stand for everything up to its version.
CREATE TABLE graphs (
    id UUID PRIMARY KEY,
    tenant TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    is_directed BIGINT NOT NULL,
    is_multigraph BIGINT NOT NULL,
    version BIGINT NOT NULL,
    nodes BIGINT NOT NULL,
    edges BIGINT NOT NULL,
    log_len BIGINT NOT NULL,
    mark TEXT COLLATE "C",
    created_by TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (tenant, name)
);

CREATE TABLE graph_parts (
    graph UUID NOT NULL REFERENCES graphs (id),
    version BIGINT NOT NULL,
    block BIGINT NOT NULL,
    is_snapshot BIGINT NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (graph, version, block)
);

-- Parts hardly compress.
ALTER TABLE graph_parts ALTER COLUMN bytes SET STORAGE EXTERNAL;
