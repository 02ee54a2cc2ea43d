-- Requests that came with an idempotency key. Times are milliseconds by the clock of the database.
CREATE TABLE keyed_requests (
    tenant TEXT COLLATE "C" NOT NULL,
    principal TEXT COLLATE "C" NOT NULL,
    operation TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    request UUID NOT NULL,
    -- Hash of what is asked for.
    fingerprint BYTEA NOT NULL,
    -- Counts how often the request was taken up; a smaller token than this one is of a claim that was lost.
    token BIGINT NOT NULL,
    -- Who does it, until when; set while it is done.
    holder UUID,
    held_until BIGINT,
    -- What its write did, as JSON; written by that write, in its transaction, and dropped for the answer.
    effect TEXT COLLATE "C",
    -- 0: not answered. 1: answered. 2: answered, and the answer was too long to be kept.
    answered BIGINT NOT NULL,
    head TEXT COLLATE "C",
    body BYTEA,
    answer_len BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, principal, operation, key)
);

CREATE UNIQUE INDEX keyed_requests_request ON keyed_requests (request);
CREATE INDEX keyed_requests_expired ON keyed_requests (expires_at);
-- Holds what the room of a tenant is counted from.
CREATE INDEX keyed_requests_room ON keyed_requests (tenant, expires_at, answer_len);

-- Documents that arrive in parts, until they are whole and become jobs.
CREATE TABLE uploads (
    id UUID NOT NULL PRIMARY KEY,
    tenant TEXT COLLATE "C" NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    payload TEXT COLLATE "C" NOT NULL,
    -- Bytes that will come, where that is known, and that have come.
    length BIGINT,
    received BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- The job that it became.
    job UUID
);

CREATE INDEX uploads_expired ON uploads (expires_at);
CREATE INDEX uploads_tenant ON uploads (tenant);

-- What has come, in blocks of at most 256 KiB, each named by its offset; moved to the attachment of the job at the end.
CREATE TABLE upload_blocks (
    upload UUID NOT NULL,
    block BIGINT NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (upload, block)
);
