-- Who may do which work, until when by the clock of the database. A row stays when its lease ends, because it keeps
-- the last token; times are milliseconds since 1970.
CREATE TABLE leases (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    holder UUID NOT NULL,
    token BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
