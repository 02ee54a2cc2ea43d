-- One row for each part that is missing.
SELECT 'documents_guarded' WHERE NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'documents_guarded')
UNION ALL
SELECT 'documents.' || column1 FROM (VALUES ('allowed'), ('denied'))
WHERE column1 NOT IN (SELECT name FROM pragma_table_info('documents'))
UNION ALL
SELECT 'metadata_keys.is_open'
WHERE NOT EXISTS (SELECT 1 FROM pragma_table_info('metadata_keys') WHERE name = 'is_open')
