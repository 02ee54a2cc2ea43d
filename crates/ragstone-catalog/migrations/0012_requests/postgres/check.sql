-- One row for each part that is missing.
SELECT name FROM (VALUES ('keyed_requests'), ('keyed_requests_request'), ('uploads'), ('upload_blocks')) AS expected (name) WHERE to_regclass(name) IS NULL
