-- One row for each part that is missing.
SELECT 'documents.language'
WHERE NOT EXISTS (
    SELECT 1 FROM pg_attribute
    WHERE attrelid = to_regclass('documents') AND attname = 'language' AND NOT attisdropped
)
