-- One row for each part that is missing.
SELECT column1 FROM (VALUES ('jobs'), ('job_attachments'), ('jobs_key')) WHERE column1 NOT IN (SELECT name FROM sqlite_schema)
UNION ALL SELECT 'job_claims' WHERE NOT EXISTS (SELECT 1 FROM counters WHERE name = 'job_claims')
