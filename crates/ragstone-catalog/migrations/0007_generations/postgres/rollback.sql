-- For a version that knows schema 6 only. Which models collections were given is lost, and migrations under way end:
-- every collection answers by the model that the configuration names, whose vectors are computed where they are
-- missing. An older version builds the index of a collection in its second slot again.
DROP TABLE collection_generations;
DELETE FROM ragstone_schema WHERE version = 7;
