-- One row for each part that is missing.
SELECT name
FROM (VALUES ('kept_versions'), ('kept_versions_ended'), ('kept_versions_deleted'), ('kept_texts'), ('kept_chunks')) AS expected (name)
WHERE to_regclass(name) IS NULL
