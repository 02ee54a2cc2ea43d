-- One row for each part that is missing.
SELECT name FROM (SELECT 'graphs' AS name UNION ALL SELECT 'graph_parts') AS expected
WHERE to_regclass(expected.name) IS NULL
