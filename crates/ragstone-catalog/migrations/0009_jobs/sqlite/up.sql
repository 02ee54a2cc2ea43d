-- Background work: what waits, runs and has ended. Times are milliseconds by the clock of the database.
CREATE TABLE jobs (
    id BLOB NOT NULL PRIMARY KEY,
    tenant TEXT NOT NULL,
    kind TEXT NOT NULL,
    lane TEXT NOT NULL,
    priority INTEGER NOT NULL,
    key TEXT,
    payload TEXT NOT NULL,
    state TEXT NOT NULL,
    is_cancel_requested INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    max_attempts INTEGER NOT NULL,
    every INTEGER,
    progress_done INTEGER NOT NULL,
    progress_total INTEGER,
    result TEXT,
    failure_kind TEXT,
    failure_reason TEXT,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    run_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    -- Counts the claims; a smaller token than this one is of a claim that was lost.
    token INTEGER NOT NULL,
    -- Who has it, until when; set while it runs.
    holder BLOB,
    expires_at INTEGER
) STRICT, WITHOUT ROWID;

-- One unfinished job does the work of a key.
CREATE UNIQUE INDEX jobs_key ON jobs (tenant, kind, key) WHERE key IS NOT NULL AND state IN ('queued', 'running');
CREATE INDEX jobs_waiting ON jobs (lane, priority DESC, run_at, id) WHERE state = 'queued';
CREATE INDEX jobs_running ON jobs (expires_at) WHERE state = 'running';
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX jobs_tenant ON jobs (tenant, id);

-- Data that a job works on and that exists nowhere else until it is done, in blocks of 256 KiB.
CREATE TABLE job_attachments (
    job BLOB NOT NULL,
    block INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (job, block)
) STRICT;

-- Its row is locked by whoever claims, or queues by a key, so that limits and keys hold across processes.
INSERT INTO counters (name, value) VALUES ('job_claims', 0);
