-- For a version that knows no stamps. It reads every file once more.
ALTER TABLE documents DROP COLUMN stamp;
DELETE FROM _sqlx_migrations WHERE version = 14;
