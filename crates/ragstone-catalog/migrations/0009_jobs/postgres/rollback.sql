-- For a version that knows schema 8 only. Jobs that have not ended are lost, and with them what was uploaded and not yet
-- ingested: let them end before.
DROP TABLE job_attachments;
DROP TABLE jobs;
DELETE FROM counters WHERE name = 'job_claims';
DELETE FROM ragstone_schema WHERE version = 9;
