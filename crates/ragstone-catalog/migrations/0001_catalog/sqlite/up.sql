-- 'RGST': tells a catalog from any other SQLite file.
PRAGMA application_id = 1380406100;

-- The greatest acknowledged sequence lives here; see the crate's module `transaction`.
CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO counters (name, value) VALUES ('sequence', 0);

CREATE TABLE collections (
    id BLOB NOT NULL PRIMARY KEY,
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    analyzer TEXT NOT NULL,
    k1 REAL NOT NULL,
    b REAL NOT NULL,
    created_at INTEGER NOT NULL,
    created_sequence INTEGER NOT NULL,
    deleted_sequence INTEGER,
    head INTEGER NOT NULL,
    documents INTEGER NOT NULL DEFAULT 0,
    chunks INTEGER NOT NULL DEFAULT 0,
    text_bytes INTEGER NOT NULL DEFAULT 0,
    terms INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE UNIQUE INDEX collections_live_name ON collections (tenant, name) WHERE deleted_sequence IS NULL;

-- One row for each document that ever was: the current version, or a tombstone that keeps the version counter.
-- Ordered by (collection, sequence) it is the change feed.
CREATE TABLE documents (
    id BLOB NOT NULL PRIMARY KEY,
    collection BLOB NOT NULL REFERENCES collections (id),
    deleted INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    version INTEGER NOT NULL,
    source TEXT NOT NULL,
    title TEXT NOT NULL,
    format TEXT NOT NULL,
    content_digest BLOB NOT NULL,
    recipe TEXT NOT NULL,
    is_verbatim INTEGER NOT NULL,
    text_len INTEGER NOT NULL,
    chunk_count INTEGER NOT NULL,
    terms INTEGER NOT NULL,
    tags TEXT NOT NULL,
    metadata TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX documents_feed ON documents (collection, sequence, deleted, id);
CREATE UNIQUE INDEX documents_live_source ON documents (collection, source) WHERE deleted = 0;

-- Every version that was ever stored, without text, so that a citation of an older one is recognised.
CREATE TABLE document_versions (
    document BLOB NOT NULL REFERENCES documents (id),
    version INTEGER NOT NULL,
    content_digest BLOB NOT NULL,
    text_len INTEGER NOT NULL,
    stored_at INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (document, version)
) STRICT, WITHOUT ROWID;

-- Extracted text of current versions, in blocks of 32,768 bytes of UTF-8 (the last one shorter).
CREATE TABLE document_texts (
    document BLOB NOT NULL REFERENCES documents (id),
    block INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (document, block)
) STRICT;

CREATE TABLE chunks (
    document BLOB NOT NULL REFERENCES documents (id),
    ordinal INTEGER NOT NULL,
    id BLOB NOT NULL,
    start_byte INTEGER NOT NULL,
    end_byte INTEGER NOT NULL,
    first_line INTEGER NOT NULL,
    last_line INTEGER NOT NULL,
    headings TEXT NOT NULL,
    terms INTEGER NOT NULL,
    PRIMARY KEY (document, ordinal)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX chunks_id ON chunks (id);

CREATE TABLE metadata_keys (
    collection BLOB NOT NULL REFERENCES collections (id),
    key TEXT NOT NULL,
    PRIMARY KEY (collection, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE projection_marks (
    projection TEXT NOT NULL,
    collection BLOB NOT NULL REFERENCES collections (id),
    generation BLOB NOT NULL,
    watermark INTEGER NOT NULL,
    average_length REAL NOT NULL,
    PRIMARY KEY (projection, collection)
) STRICT, WITHOUT ROWID;

CREATE INDEX projection_marks_collection ON projection_marks (collection);
