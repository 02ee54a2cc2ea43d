-- The pages or slides on which a chunk stands, counted from 1; 0 where it has none, as what was stored before.
ALTER TABLE chunks ADD COLUMN first_page BIGINT NOT NULL DEFAULT 0;
ALTER TABLE chunks ADD COLUMN last_page BIGINT NOT NULL DEFAULT 0;
