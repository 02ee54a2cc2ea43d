-- One row for each part that is missing.
SELECT 'documents.stamp'
WHERE NOT EXISTS (SELECT 1 FROM pragma_table_info('documents') WHERE name = 'stamp')
