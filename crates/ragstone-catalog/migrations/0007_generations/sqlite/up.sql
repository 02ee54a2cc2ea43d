-- Which models have vectors of a collection. The active one answers; where there is a second one, its slot is the other
-- one. `build` names a set of vectors, `model` is the hash of a model's fingerprint, and a server opens the model by
-- name and precision. A collection without a row answers by the model that the configuration names.
CREATE TABLE collection_generations (
    collection BLOB NOT NULL PRIMARY KEY REFERENCES collections (id),
    active_slot INTEGER NOT NULL,
    active_build BLOB NOT NULL,
    active_model BLOB NOT NULL,
    active_dimensions INTEGER NOT NULL,
    active_name TEXT NOT NULL,
    active_precision TEXT NOT NULL,
    active_is_chosen INTEGER NOT NULL,
    standby_role TEXT,
    standby_since INTEGER,
    standby_build BLOB,
    standby_model BLOB,
    standby_dimensions INTEGER,
    standby_name TEXT,
    standby_precision TEXT,
    standby_is_chosen INTEGER,
    is_untidy INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
