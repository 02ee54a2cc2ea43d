-- One row for each part that is missing.
SELECT 'chunks.' || part.name
FROM (SELECT 'first_page' AS name UNION ALL SELECT 'last_page') AS part
WHERE NOT EXISTS (SELECT 1 FROM pragma_table_info('chunks') AS found WHERE found.name = part.name)
