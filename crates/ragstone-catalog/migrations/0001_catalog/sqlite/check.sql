-- One row for each part that is missing.
SELECT column1
FROM (VALUES
    ('counters'), ('collections'), ('documents'), ('document_versions'), ('document_texts'), ('chunks'),
    ('metadata_keys'), ('projection_marks'), ('collections_live_name'), ('documents_feed'),
    ('documents_live_source'), ('chunks_id'), ('projection_marks_collection')
)
WHERE column1 NOT IN (SELECT name FROM sqlite_schema)
