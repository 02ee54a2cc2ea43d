-- Words that documents of a collection have had, so that misspelt ones can be told from others; computed from the
-- documents, and never forgotten before their collection. Whether a document that everybody may read has ever had the
-- word.
CREATE TABLE words (
    collection BLOB NOT NULL REFERENCES collections (id),
    word TEXT NOT NULL,
    is_open INTEGER NOT NULL,
    PRIMARY KEY (collection, word)
) STRICT, WITHOUT ROWID;
