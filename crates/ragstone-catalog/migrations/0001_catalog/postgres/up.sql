-- Texts are ordered by their bytes, as SQLite orders them: hence COLLATE "C", whatever the database's own order is.

-- The greatest acknowledged sequence lives here; its row is the lock of all writers. See the crate's module
-- `transaction`.
CREATE TABLE counters (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);

INSERT INTO counters (name, value) VALUES ('sequence', 0);

CREATE TABLE collections (
    id UUID NOT NULL PRIMARY KEY,
    tenant TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    analyzer TEXT COLLATE "C" NOT NULL,
    k1 DOUBLE PRECISION NOT NULL,
    b DOUBLE PRECISION NOT NULL,
    created_at BIGINT NOT NULL,
    created_sequence BIGINT NOT NULL,
    deleted_sequence BIGINT,
    head BIGINT NOT NULL,
    documents BIGINT NOT NULL DEFAULT 0,
    chunks BIGINT NOT NULL DEFAULT 0,
    text_bytes BIGINT NOT NULL DEFAULT 0,
    terms BIGINT NOT NULL DEFAULT 0
);

CREATE UNIQUE INDEX collections_live_name ON collections (tenant, name) WHERE deleted_sequence IS NULL;

-- One row for each document that ever was: the current version, or a tombstone that keeps the version counter.
-- Ordered by (collection, sequence) it is the change feed.
CREATE TABLE documents (
    id UUID NOT NULL PRIMARY KEY,
    collection UUID NOT NULL REFERENCES collections (id),
    deleted SMALLINT NOT NULL,
    sequence BIGINT NOT NULL,
    version BIGINT NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    format TEXT COLLATE "C" NOT NULL,
    content_digest BYTEA NOT NULL,
    recipe TEXT COLLATE "C" NOT NULL,
    is_verbatim SMALLINT NOT NULL,
    text_len BIGINT NOT NULL,
    chunk_count BIGINT NOT NULL,
    terms BIGINT NOT NULL,
    tags TEXT COLLATE "C" NOT NULL,
    metadata TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE INDEX documents_feed ON documents (collection, sequence, deleted, id);

-- A B-tree takes 2,704 bytes at most and a source may have 4,096, so only its first 600 characters are indexed.
-- That a live source is there once follows from the id, which is derived from collection and source.
CREATE INDEX documents_live_source ON documents (collection, left(source, 600)) WHERE deleted = 0;

-- Every version that was ever stored, without text, so that a citation of an older one is recognised.
CREATE TABLE document_versions (
    document UUID NOT NULL REFERENCES documents (id),
    version BIGINT NOT NULL,
    content_digest BYTEA NOT NULL,
    text_len BIGINT NOT NULL,
    stored_at BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    PRIMARY KEY (document, version)
);

-- Extracted text of current versions, in blocks of 32,768 bytes of UTF-8 (the last one shorter).
CREATE TABLE document_texts (
    document UUID NOT NULL REFERENCES documents (id),
    block BIGINT NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (document, block)
);

CREATE TABLE chunks (
    document UUID NOT NULL REFERENCES documents (id),
    ordinal BIGINT NOT NULL,
    id UUID NOT NULL,
    start_byte BIGINT NOT NULL,
    end_byte BIGINT NOT NULL,
    first_line BIGINT NOT NULL,
    last_line BIGINT NOT NULL,
    headings TEXT COLLATE "C" NOT NULL,
    terms BIGINT NOT NULL,
    PRIMARY KEY (document, ordinal)
);

CREATE UNIQUE INDEX chunks_id ON chunks (id);

CREATE TABLE metadata_keys (
    collection UUID NOT NULL REFERENCES collections (id),
    key TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (collection, key)
);

CREATE TABLE projection_marks (
    projection TEXT COLLATE "C" NOT NULL,
    collection UUID NOT NULL REFERENCES collections (id),
    generation UUID NOT NULL,
    watermark BIGINT NOT NULL,
    average_length DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (projection, collection)
);

CREATE INDEX projection_marks_collection ON projection_marks (collection);
