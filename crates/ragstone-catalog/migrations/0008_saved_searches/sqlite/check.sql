-- One row for each part that is missing.
SELECT 'saved_searches' WHERE NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'saved_searches')
