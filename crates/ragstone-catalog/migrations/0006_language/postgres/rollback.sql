-- For a version that knows schema 5 only. Languages are lost; the next ingest of each document finds them again.
ALTER TABLE documents DROP COLUMN language;
DELETE FROM ragstone_schema WHERE version = 6;
