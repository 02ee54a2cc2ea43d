-- One row for each part that is missing.
SELECT 'collection_generations' WHERE to_regclass('collection_generations') IS NULL
