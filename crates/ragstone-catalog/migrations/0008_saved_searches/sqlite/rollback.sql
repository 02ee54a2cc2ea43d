-- For a version that knows schema 7 only. Saved searches are lost: export the catalog before, or write them down with
-- `ragstone searches show`.
DROP TABLE saved_searches;
DELETE FROM _sqlx_migrations WHERE version = 8;
