-- Vectors that models gave the texts of documents, so that no text is embedded twice. `model` and `text_digest` are
-- hashes; a vector is its components as little-endian 32-bit floats. The collection is repeated for its index, by
-- which a text is found that another document has.
CREATE TABLE embeddings (
    document BLOB NOT NULL REFERENCES documents (id),
    model BLOB NOT NULL,
    text_digest BLOB NOT NULL,
    collection BLOB NOT NULL REFERENCES collections (id),
    vector BLOB NOT NULL,
    PRIMARY KEY (document, model, text_digest)
) STRICT, WITHOUT ROWID;

CREATE INDEX embeddings_text ON embeddings (collection, model, text_digest);

-- The model whose vectors a projection holds; nothing where it holds none.
ALTER TABLE projection_marks ADD COLUMN model BLOB;
