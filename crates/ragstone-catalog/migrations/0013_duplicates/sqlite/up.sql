-- What stays of the text of a current version to tell how much of it another one says: 128 numbers of 32 bits; nothing where
-- nobody computed it. In the row itself, because a table of its own would cost every document a page somewhere.
ALTER TABLE documents ADD COLUMN signature BLOB;
