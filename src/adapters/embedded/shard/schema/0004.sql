-- RFC 4314. `who`: anyone, group:<name>, user:<account>. `rights`: a bit a letter. A removed mailbox has no rows here.
CREATE TABLE access (
  mailbox INTEGER NOT NULL,
  who TEXT NOT NULL,
  negative INTEGER NOT NULL,
  rights INTEGER NOT NULL,
  PRIMARY KEY (mailbox, who, negative)
) STRICT, WITHOUT ROWID;
CREATE INDEX access_by_who ON access (who);

-- Accounts that are nobody's: trees of shared folders, by the name that everybody sees them under.
CREATE TABLE shared_account (account INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
