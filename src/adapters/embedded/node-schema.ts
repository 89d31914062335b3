import type { Database } from './database.ts'
import { migrate } from './migrate.ts'

/** `AUTOINCREMENT`: an account that is removed takes its number along. A primary address has one owner, an alternative one many. */
export const nodeMigrations: readonly string[] = [
  `CREATE TABLE mail_domain (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
   CREATE TABLE user (
     account INTEGER PRIMARY KEY AUTOINCREMENT,
     username TEXT NOT NULL UNIQUE,
     display_name TEXT,
     disabled INTEGER NOT NULL,
     credential_version INTEGER NOT NULL,
     password_hash TEXT NOT NULL
   ) STRICT;
   CREATE TABLE address (
     address TEXT PRIMARY KEY,
     account INTEGER NOT NULL REFERENCES user (account) ON DELETE CASCADE,
     place INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX address_of_account ON address (account);`,
  `CREATE TABLE owned_address (
     address TEXT NOT NULL,
     account INTEGER NOT NULL REFERENCES user (account) ON DELETE CASCADE,
     place INTEGER NOT NULL,
     PRIMARY KEY (address, account)
   ) STRICT, WITHOUT ROWID;
   INSERT INTO owned_address SELECT address, account, place FROM address;
   DROP TABLE address;
   ALTER TABLE owned_address RENAME TO address;
   CREATE INDEX address_of_account ON address (account);
   CREATE UNIQUE INDEX primary_address ON address (address) WHERE place = 0;`,
  `ALTER TABLE user ADD COLUMN quota_megabytes INTEGER;
   ALTER TABLE user ADD COLUMN quota_messages INTEGER;`,
  'CREATE TABLE removed_user (account INTEGER PRIMARY KEY, at INTEGER NOT NULL, credential TEXT NOT NULL) STRICT;',
]

export const migrateNode = (database: Database): void => migrate(database, nodeMigrations)
