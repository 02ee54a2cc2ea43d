-- One row for each part that is missing.
SELECT 'collection_generations'
WHERE NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'collection_generations')
