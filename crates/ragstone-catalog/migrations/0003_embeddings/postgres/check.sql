-- One row for each part that is missing.
SELECT name FROM (VALUES ('embeddings'), ('embeddings_text')) AS expected (name) WHERE to_regclass(name) IS NULL
UNION ALL
SELECT 'projection_marks.model'
WHERE NOT EXISTS (
    SELECT 1 FROM pg_attribute
    WHERE attrelid = to_regclass('projection_marks') AND attname = 'model' AND NOT attisdropped
)
