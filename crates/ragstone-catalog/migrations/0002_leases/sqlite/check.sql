-- One row for each part that is missing.
SELECT column1 FROM (VALUES ('leases')) WHERE column1 NOT IN (SELECT name FROM sqlite_schema)
