-- For a version that knows schema 12 or an earlier one only. Signatures are lost, and come back with the next version of
-- each document.
ALTER TABLE documents DROP COLUMN signature;
DELETE FROM _sqlx_migrations WHERE version = 13;
