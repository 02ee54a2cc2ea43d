-- There is no earlier schema: this removes the catalog with everything in it. Back it up first.
DROP TABLE projection_marks;
DROP TABLE metadata_keys;
DROP TABLE chunks;
DROP TABLE document_texts;
DROP TABLE document_versions;
DROP TABLE documents;
DROP TABLE collections;
DROP TABLE counters;
DELETE FROM _sqlx_migrations WHERE version = 1;
