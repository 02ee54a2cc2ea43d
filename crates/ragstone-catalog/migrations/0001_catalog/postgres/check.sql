-- One row for each part that is missing.
SELECT name
FROM (VALUES
    ('counters'), ('collections'), ('documents'), ('document_versions'), ('document_texts'), ('chunks'),
    ('metadata_keys'), ('projection_marks'), ('collections_live_name'), ('documents_feed'),
    ('documents_live_source'), ('chunks_id'), ('projection_marks_collection')
) AS expected (name)
WHERE to_regclass(name) IS NULL
