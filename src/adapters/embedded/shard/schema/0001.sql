-- Which shard of how many: an account is looked for in the shard `account mod of`.
CREATE TABLE shard (one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER NOT NULL, of INTEGER NOT NULL) STRICT;

CREATE TABLE account (
  id INTEGER PRIMARY KEY,
  modseq INTEGER NOT NULL,
  next_ordinal INTEGER NOT NULL,
  last_uid_validity INTEGER NOT NULL
) STRICT;

-- Accounts are given once: what is here is never made again. `swept`: none of its rows is left.
CREATE TABLE removed_account (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, swept INTEGER NOT NULL) STRICT;

-- A removed mailbox keeps its row until it is purged, so that it can be brought back.
-- `pending`: the weight of the changes behind its checkpoint.
CREATE TABLE mailbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account INTEGER NOT NULL,
  name TEXT NOT NULL,
  special_use TEXT,
  uid_validity INTEGER NOT NULL,
  uid_next INTEGER NOT NULL,
  exists_count INTEGER NOT NULL,
  unseen INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  highest_modseq INTEGER NOT NULL,
  pending INTEGER NOT NULL,
  removed INTEGER
) STRICT;
CREATE UNIQUE INDEX mailbox_by_name ON mailbox (account, name) WHERE removed IS NULL;
CREATE INDEX mailbox_removed ON mailbox (account) WHERE removed IS NOT NULL;

-- The greatest UIDVALIDITY that a name has had and lost.
CREATE TABLE past_name (
  account INTEGER NOT NULL,
  name TEXT NOT NULL,
  uid_validity INTEGER NOT NULL,
  PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE keyword (
  mailbox INTEGER NOT NULL,
  place INTEGER NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (mailbox, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE subscription (
  account INTEGER NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;

-- id = account << 32 | ordinal
CREATE TABLE message (
  id INTEGER PRIMARY KEY,
  content TEXT NOT NULL,
  size INTEGER NOT NULL,
  dotted INTEGER NOT NULL,
  received INTEGER NOT NULL
) STRICT;

-- ENVELOPE, BODYSTRUCTURE, BODY and header lines, ready to be sent; apart, so that a walk over `message` is one over slim rows.
CREATE TABLE message_wire (id INTEGER PRIMARY KEY, packed BLOB NOT NULL) STRICT;

-- id = mailbox << 32 | uid. `ended`: the modseq of its expunge. Flags never stand here.
CREATE TABLE membership (id INTEGER PRIMARY KEY, ordinal INTEGER NOT NULL, ended INTEGER) STRICT;

-- The truth. One row an account modseq and mailbox, whatever the number of messages. Mailbox 0: a name without one.
CREATE TABLE change (
  account INTEGER NOT NULL,
  modseq INTEGER NOT NULL,
  mailbox INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  at INTEGER NOT NULL,
  packed BLOB NOT NULL,
  PRIMARY KEY (account, modseq, mailbox)
) STRICT, WITHOUT ROWID;

-- The packed checkpoint of a mailbox's changes; derived.
CREATE TABLE view (mailbox INTEGER PRIMARY KEY, up_to INTEGER NOT NULL, columns BLOB NOT NULL) STRICT;

-- Keys begin with what rises, the number of the queue entry: new ones lie together, whoever's they are.
CREATE TABLE delivery_key (
  key TEXT NOT NULL,
  account INTEGER NOT NULL,
  mailbox INTEGER NOT NULL,
  uid INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (key, account)
) STRICT, WITHOUT ROWID;
