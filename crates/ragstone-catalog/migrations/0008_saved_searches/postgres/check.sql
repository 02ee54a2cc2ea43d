-- One row for each part that is missing.
SELECT 'saved_searches' WHERE to_regclass('saved_searches') IS NULL
