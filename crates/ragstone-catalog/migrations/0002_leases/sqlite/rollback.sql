-- For a version that knows schema 1 only. Tokens start over when this schema comes back, so stop every process that
-- holds a lease first.
DROP TABLE leases;
DELETE FROM _sqlx_migrations WHERE version = 2;
