-- Requests that came with an idempotency key. Times are milliseconds by the clock of the database.
CREATE TABLE keyed_requests (
    tenant TEXT NOT NULL,
    principal TEXT NOT NULL,
    operation TEXT NOT NULL,
    key TEXT NOT NULL,
    request BLOB NOT NULL,
    -- Hash of what is asked for.
    fingerprint BLOB NOT NULL,
    -- Counts how often the request was taken up; a smaller token than this one is of a claim that was lost.
    token INTEGER NOT NULL,
    -- Who does it, until when; set while it is done.
    holder BLOB,
    held_until INTEGER,
    -- What its write did, as JSON; written by that write, in its transaction, and dropped for the answer.
    effect TEXT,
    -- 0: not answered. 1: answered. 2: answered, and the answer was too long to be kept.
    answered INTEGER NOT NULL,
    head TEXT,
    body BLOB,
    answer_len INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, principal, operation, key)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX keyed_requests_request ON keyed_requests (request);
CREATE INDEX keyed_requests_expired ON keyed_requests (expires_at);
-- Holds what the room of a tenant is counted from.
CREATE INDEX keyed_requests_room ON keyed_requests (tenant, expires_at, answer_len);

-- Documents that arrive in parts, until they are whole and become jobs.
CREATE TABLE uploads (
    id BLOB NOT NULL PRIMARY KEY,
    tenant TEXT NOT NULL,
    created_by TEXT NOT NULL,
    payload TEXT NOT NULL,
    -- Bytes that will come, where that is known, and that have come.
    length INTEGER,
    received INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    -- The job that it became.
    job BLOB
) STRICT, WITHOUT ROWID;

CREATE INDEX uploads_expired ON uploads (expires_at);
CREATE INDEX uploads_tenant ON uploads (tenant);

-- What has come, in blocks of at most 256 KiB, each named by its offset; moved to the attachment of the job at the end.
CREATE TABLE upload_blocks (
    upload BLOB NOT NULL,
    block INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (upload, block)
) STRICT;
