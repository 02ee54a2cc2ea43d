-- Who may do which work, until when by the clock of the database. A row stays when its lease ends, because it keeps
-- the last token; times are milliseconds since 1970.
CREATE TABLE leases (
    name TEXT NOT NULL PRIMARY KEY,
    holder BLOB NOT NULL,
    token INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
