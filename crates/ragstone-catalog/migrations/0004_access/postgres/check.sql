-- One row for each part that is missing.
SELECT name FROM (VALUES ('documents_guarded')) AS expected (name) WHERE to_regclass(name) IS NULL
UNION ALL
SELECT table_name || '.' || column_name
FROM (VALUES ('documents', 'allowed'), ('documents', 'denied'), ('metadata_keys', 'is_open'))
    AS expected (table_name, column_name)
WHERE NOT EXISTS (
    SELECT 1 FROM pg_attribute
    WHERE attrelid = to_regclass(table_name) AND attname = column_name AND NOT attisdropped
)
