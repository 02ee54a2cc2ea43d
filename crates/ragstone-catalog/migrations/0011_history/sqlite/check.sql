-- One row for each part that is missing.
SELECT column1
FROM (VALUES ('kept_versions'), ('kept_versions_ended'), ('kept_versions_deleted'), ('kept_texts'), ('kept_chunks'))
WHERE column1 NOT IN (SELECT name FROM sqlite_schema)
