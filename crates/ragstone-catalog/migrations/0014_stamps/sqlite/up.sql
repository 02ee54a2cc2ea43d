-- What the source of a document showed before it was read, such as size and times of a file; empty where it showed nothing.
ALTER TABLE documents ADD COLUMN stamp TEXT NOT NULL DEFAULT '';
