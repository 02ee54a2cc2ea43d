-- There is no earlier schema: this removes the catalog with everything in it. Back it up first.
DROP TABLE projection_marks, metadata_keys, chunks, document_texts, document_versions, documents, collections, counters;
DELETE FROM ragstone_schema WHERE version = 1;
