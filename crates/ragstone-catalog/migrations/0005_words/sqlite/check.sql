-- One row for each part that is missing.
SELECT 'words' WHERE NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'words')
