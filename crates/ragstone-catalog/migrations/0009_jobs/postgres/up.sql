-- Background work: what waits, runs and has ended. Times are milliseconds by the clock of the database.
CREATE TABLE jobs (
    id UUID NOT NULL PRIMARY KEY,
    tenant TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    lane TEXT COLLATE "C" NOT NULL,
    priority BIGINT NOT NULL,
    key TEXT COLLATE "C",
    payload TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    is_cancel_requested BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    max_attempts BIGINT NOT NULL,
    every BIGINT,
    progress_done BIGINT NOT NULL,
    progress_total BIGINT,
    result TEXT COLLATE "C",
    failure_kind TEXT COLLATE "C",
    failure_reason TEXT COLLATE "C",
    created_by TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    run_at BIGINT NOT NULL,
    started_at BIGINT,
    finished_at BIGINT,
    -- Counts the claims; a smaller token than this one is of a claim that was lost.
    token BIGINT NOT NULL,
    -- Who has it, until when; set while it runs.
    holder UUID,
    expires_at BIGINT
);

-- One unfinished job does the work of a key.
CREATE UNIQUE INDEX jobs_key ON jobs (tenant, kind, key) WHERE key IS NOT NULL AND state IN ('queued', 'running');
CREATE INDEX jobs_waiting ON jobs (lane, priority DESC, run_at, id) WHERE state = 'queued';
CREATE INDEX jobs_running ON jobs (expires_at) WHERE state = 'running';
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX jobs_tenant ON jobs (tenant, id);

-- Data that a job works on and that exists nowhere else until it is done, in blocks of 256 KiB.
CREATE TABLE job_attachments (
    job UUID NOT NULL,
    block BIGINT NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (job, block)
);

-- Its row is locked by whoever claims, or queues by a key, so that limits and keys hold across processes.
INSERT INTO counters (name, value) VALUES ('job_claims', 0);
