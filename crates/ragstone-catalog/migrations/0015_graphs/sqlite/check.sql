-- One row for each part that is missing.
SELECT name FROM (SELECT 'graphs' AS name UNION ALL SELECT 'graph_parts') AS expected
WHERE NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE sqlite_schema.name = expected.name)
