-- Versions of documents that were followed by another one or by a deletion, as long as they are kept: a row of
-- `documents` with the time at which it ended. `of_deleted` is 1 for the one that the deletion of its document ended.
CREATE TABLE kept_versions (
    id UUID NOT NULL REFERENCES documents (id),
    version BIGINT NOT NULL,
    collection UUID NOT NULL,
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
    allowed TEXT COLLATE "C" NOT NULL,
    denied TEXT COLLATE "C" NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    of_deleted SMALLINT NOT NULL,
    PRIMARY KEY (id, version)
);

CREATE INDEX kept_versions_ended ON kept_versions (ended_at);
CREATE INDEX kept_versions_deleted ON kept_versions (collection, ended_at, id) WHERE of_deleted = 1;

CREATE TABLE kept_texts (
    document UUID NOT NULL,
    version BIGINT NOT NULL,
    block BIGINT NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (document, version, block),
    FOREIGN KEY (document, version) REFERENCES kept_versions (id, version) ON DELETE CASCADE
);

CREATE TABLE kept_chunks (
    document UUID NOT NULL,
    version BIGINT NOT NULL,
    ordinal BIGINT NOT NULL,
    start_byte BIGINT NOT NULL,
    end_byte BIGINT NOT NULL,
    first_line BIGINT NOT NULL,
    last_line BIGINT NOT NULL,
    headings TEXT COLLATE "C" NOT NULL,
    terms BIGINT NOT NULL,
    first_page BIGINT NOT NULL,
    last_page BIGINT NOT NULL,
    PRIMARY KEY (document, version, ordinal),
    FOREIGN KEY (document, version) REFERENCES kept_versions (id, version) ON DELETE CASCADE
);
