-- One row for each part that is missing.
SELECT name FROM (VALUES ('jobs'), ('job_attachments'), ('jobs_key')) AS expected (name) WHERE to_regclass(name) IS NULL
UNION ALL SELECT 'job_claims' WHERE NOT EXISTS (SELECT 1 FROM counters WHERE name = 'job_claims')
