-- One row for each part that is missing.
SELECT 'words' WHERE to_regclass('words') IS NULL
