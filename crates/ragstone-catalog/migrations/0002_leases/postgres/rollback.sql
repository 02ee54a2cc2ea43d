-- For a version that knows schema 1 only. Tokens start over when this schema comes back, so stop every process that
-- holds a lease first.
DROP TABLE leases;
DELETE FROM ragstone_schema WHERE version = 2;
