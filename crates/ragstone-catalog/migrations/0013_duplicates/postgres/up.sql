-- What stays of the text of a current version to tell how much of it another one says: 128 numbers of 32 bits; nothing where
-- nobody computed it.
ALTER TABLE documents ADD COLUMN signature BYTEA;

-- Signatures do not compress.
ALTER TABLE documents ALTER COLUMN signature SET STORAGE EXTERNAL;
