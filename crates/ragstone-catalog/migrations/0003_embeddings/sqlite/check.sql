-- One row for each part that is missing.
SELECT column1 FROM (VALUES ('embeddings'), ('embeddings_text'))
WHERE column1 NOT IN (SELECT name FROM sqlite_schema)
UNION ALL
SELECT 'projection_marks.model'
WHERE NOT EXISTS (SELECT 1 FROM pragma_table_info('projection_marks') WHERE name = 'model')
