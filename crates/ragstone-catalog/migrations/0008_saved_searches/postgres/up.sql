-- Searches that are kept under a name: what each looks for, and how, in a form that carries its own version and that
-- the engine alone reads.
CREATE TABLE saved_searches (
    tenant TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    query TEXT COLLATE "C" NOT NULL,
    form TEXT COLLATE "C" NOT NULL,
    saved_by TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, name)
);
