-- For a version that knows schema 2 only. Vectors are lost, and computed again when this schema comes back; an index
-- that holds vectors is built again by the older version.
DROP TABLE embeddings;
ALTER TABLE projection_marks DROP COLUMN model;
DELETE FROM _sqlx_migrations WHERE version = 3;
