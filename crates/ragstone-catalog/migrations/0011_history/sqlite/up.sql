-- Versions of documents that were followed by another one or by a deletion, as long as they are kept: a row of
-- `documents` with the time at which it ended. `of_deleted` is 1 for the one that the deletion of its document ended.
CREATE TABLE kept_versions (
    id BLOB NOT NULL REFERENCES documents (id),
    version INTEGER NOT NULL,
    collection BLOB NOT NULL,
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
    allowed TEXT NOT NULL,
    denied TEXT NOT NULL,
    language TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    of_deleted INTEGER NOT NULL,
    PRIMARY KEY (id, version)
) STRICT;

CREATE INDEX kept_versions_ended ON kept_versions (ended_at);
CREATE INDEX kept_versions_deleted ON kept_versions (collection, ended_at, id) WHERE of_deleted = 1;

CREATE TABLE kept_texts (
    document BLOB NOT NULL,
    version INTEGER NOT NULL,
    block INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (document, version, block),
    FOREIGN KEY (document, version) REFERENCES kept_versions (id, version) ON DELETE CASCADE
) STRICT;

CREATE TABLE kept_chunks (
    document BLOB NOT NULL,
    version INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    start_byte INTEGER NOT NULL,
    end_byte INTEGER NOT NULL,
    first_line INTEGER NOT NULL,
    last_line INTEGER NOT NULL,
    headings TEXT NOT NULL,
    terms INTEGER NOT NULL,
    first_page INTEGER NOT NULL,
    last_page INTEGER NOT NULL,
    PRIMARY KEY (document, version, ordinal),
    FOREIGN KEY (document, version) REFERENCES kept_versions (id, version) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
