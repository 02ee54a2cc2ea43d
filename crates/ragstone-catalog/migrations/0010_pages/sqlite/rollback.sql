-- For a version that knows schema 9 only. Pages are lost; the next ingest of each document finds them again.
ALTER TABLE chunks DROP COLUMN first_page;
ALTER TABLE chunks DROP COLUMN last_page;
DELETE FROM _sqlx_migrations WHERE version = 10;
