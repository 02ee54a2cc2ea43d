-- One row for each part that is missing.
SELECT 'documents.signature'
WHERE NOT EXISTS (
    SELECT 1 FROM pg_attribute
    WHERE attrelid = to_regclass('documents') AND attname = 'signature' AND NOT attisdropped
)
