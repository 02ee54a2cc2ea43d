-- Who may read a document. A list is the entries that it allows and those that it denies, such as `user:ann`, each
-- behind a line break, with one more at the end; nothing where it has none. No entry holds a line break.
ALTER TABLE documents ADD COLUMN allowed TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE documents ADD COLUMN denied TEXT COLLATE "C" NOT NULL DEFAULT '';

-- Documents that not everybody may read, which statistics leave out.
CREATE INDEX documents_guarded ON documents (collection) WHERE deleted = 0 AND (allowed <> '' OR denied <> '');

-- Whether a document that everybody may read has ever had the key.
ALTER TABLE metadata_keys ADD COLUMN is_open SMALLINT NOT NULL DEFAULT 1;
