-- A catalog of schema 2, as version 0.1.0 wrote it. Never changes: newer versions must read it for ever.
PRAGMA application_id = 1380406100;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
);
INSERT INTO _sqlx_migrations VALUES(1,'catalog','2026-11-21 03:36:08',1,X'ef1a6b44ae681d659f091a856f676949864d556f498198217a937af3cbf8034d5bab688b62ca312974aec7196a591829',2510715);
INSERT INTO _sqlx_migrations VALUES(2,'leases','2026-11-28 17:00:00',1,X'd5369648cfb831bfcf850b297f5c5d12a37fd475eedfe24b8a602dcaa6e0bf2d867eb50f8295263e29c5ea60029c56c4',812000);
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
INSERT INTO chunks VALUES(X'26126e55dec485efa70eca6d194e659a',0,X'41c93afa89f18bfb8c5debed5cc36949',0,8,1,1,'["Top","Line \"1\""]',2);
INSERT INTO chunks VALUES(X'26126e55dec485efa70eca6d194e659a',1,X'272d4f36fde88bd5ba60617e7209fc90',8,13,2,2,'["Top","Line \"2\""]',2);
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
INSERT INTO collections VALUES(X'00000000000000000000000000000001','acme','notes','about notes','english',1.2000000476837158203,0.75,1577836800000,1,NULL,6,1,2,13,4);
INSERT INTO collections VALUES(X'00000000000000000000000000000002','acme','gone','about gone','english',1.2000000476837158203,0.75,1577836800000,2,7,7,0,0,0,0);
CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO counters VALUES('sequence',7);
CREATE TABLE document_texts (
    document BLOB NOT NULL REFERENCES documents (id),
    block INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (document, block)
) STRICT;
INSERT INTO document_texts VALUES(X'26126e55dec485efa70eca6d194e659a',0,X'736563c3b66e640a6c696e650a');
CREATE TABLE document_versions (
    document BLOB NOT NULL REFERENCES documents (id),
    version INTEGER NOT NULL,
    content_digest BLOB NOT NULL,
    text_len INTEGER NOT NULL,
    stored_at INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (document, version)
) STRICT, WITHOUT ROWID;
INSERT INTO document_versions VALUES(X'26126e55dec485efa70eca6d194e659a',1,X'dbada8e50433646218ab917906cb7d5402e83c34fcd9c2ef6fd9069d04fbb494',6,1577836801000,3);
INSERT INTO document_versions VALUES(X'26126e55dec485efa70eca6d194e659a',2,X'c0e2f0f19c3753b4e16510963bf454d73bc6d735a6d57134a565a9d1ead1d7a7',13,1577836802000,5);
INSERT INTO document_versions VALUES(X'ff0f8ff6ae0a887e9d8c13c697caeb58',1,X'dde515981c59be6c6c8529954343410f2d1acb183ae86aabe81a74f058a5a499',7,1577836801000,4);
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
INSERT INTO documents VALUES(X'26126e55dec485efa70eca6d194e659a',X'00000000000000000000000000000001',0,5,2,'text:a','Title of text:a','text',X'c0e2f0f19c3753b4e16510963bf454d73bc6d735a6d57134a565a9d1ead1d7a7','lines v1',1,13,2,4,'["a","b"]','{"year":2026}',1577836801000,1577836802000);
INSERT INTO documents VALUES(X'ff0f8ff6ae0a887e9d8c13c697caeb58',X'00000000000000000000000000000001',1,6,1,'','','text',X'dde515981c59be6c6c8529954343410f2d1acb183ae86aabe81a74f058a5a499','',1,0,0,0,'[]','{}',1577836801000,1577836802000);
CREATE TABLE metadata_keys (
    collection BLOB NOT NULL REFERENCES collections (id),
    key TEXT NOT NULL,
    PRIMARY KEY (collection, key)
) STRICT, WITHOUT ROWID;
INSERT INTO metadata_keys VALUES(X'00000000000000000000000000000001','year');
CREATE TABLE projection_marks (
    projection TEXT NOT NULL,
    collection BLOB NOT NULL REFERENCES collections (id),
    generation BLOB NOT NULL,
    watermark INTEGER NOT NULL,
    average_length REAL NOT NULL,
    PRIMARY KEY (projection, collection)
) STRICT, WITHOUT ROWID;
INSERT INTO projection_marks VALUES('chunk-index',X'00000000000000000000000000000001',X'00000000000000000000000000000009',5,2.0);
CREATE TABLE leases (
    name TEXT NOT NULL PRIMARY KEY,
    holder BLOB NOT NULL,
    token INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO leases VALUES('projection/chunk-index',X'000102030405060708090a0b0c0d0e0f',3,0);
CREATE UNIQUE INDEX collections_live_name ON collections (tenant, name) WHERE deleted_sequence IS NULL;
CREATE INDEX documents_feed ON documents (collection, sequence, deleted, id);
CREATE UNIQUE INDEX documents_live_source ON documents (collection, source) WHERE deleted = 0;
CREATE UNIQUE INDEX chunks_id ON chunks (id);
CREATE INDEX projection_marks_collection ON projection_marks (collection);
COMMIT;
