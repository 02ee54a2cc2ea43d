-- One row for each part that is missing.
SELECT column1 FROM (VALUES ('keyed_requests'), ('keyed_requests_request'), ('uploads'), ('upload_blocks')) WHERE column1 NOT IN (SELECT name FROM sqlite_schema)
