-- One row for each part that is missing.
SELECT 'chunks.' || part.name
FROM (VALUES ('first_page'), ('last_page')) AS part (name)
WHERE NOT EXISTS (
    SELECT 1 FROM pg_attribute
    WHERE attrelid = to_regclass('chunks') AND attname = part.name AND NOT attisdropped
)
