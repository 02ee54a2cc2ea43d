-- The language of a document, such as `de` or `rust`; nothing where it is not known, as of what was stored before.
ALTER TABLE documents ADD COLUMN language TEXT NOT NULL DEFAULT '';
