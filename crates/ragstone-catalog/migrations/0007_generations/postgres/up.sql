-- Which models have vectors of a collection. The active one answers; where there is a second one, its slot is the other
-- one. `build` names a set of vectors, `model` is the hash of a model's fingerprint, and a server opens the model by
-- name and precision. A collection without a row answers by the model that the configuration names.
-- Numbers that may be missing are as wide as the parameters that they come from: a statement that was prepared with
-- nothing in their place is used again with a number.
CREATE TABLE collection_generations (
    collection UUID NOT NULL PRIMARY KEY REFERENCES collections (id),
    active_slot SMALLINT NOT NULL,
    active_build UUID NOT NULL,
    active_model BYTEA NOT NULL,
    active_dimensions INTEGER NOT NULL,
    active_name TEXT COLLATE "C" NOT NULL,
    active_precision TEXT COLLATE "C" NOT NULL,
    active_is_chosen SMALLINT NOT NULL,
    standby_role TEXT COLLATE "C",
    standby_since BIGINT,
    standby_build UUID,
    standby_model BYTEA,
    standby_dimensions BIGINT,
    standby_name TEXT COLLATE "C",
    standby_precision TEXT COLLATE "C",
    standby_is_chosen BIGINT,
    is_untidy SMALLINT NOT NULL
);
