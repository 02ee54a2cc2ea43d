-- One row for each part that is missing.
SELECT name FROM (VALUES ('leases')) AS expected (name) WHERE to_regclass(name) IS NULL
