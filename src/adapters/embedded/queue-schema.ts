import type { Database } from './database.ts'
import { migrate } from './migrate.ts'

/**
 * Recipients are one column: an entry is written once, read after a crash, and gone a moment later.
 * `segment` knows each segment there ever was and how long it has to be; `counter` the ids that were given out.
 */
export const queueMigrations: readonly string[] = [
  `CREATE TABLE entry (
     id INTEGER PRIMARY KEY,
     received INTEGER NOT NULL,
     sender TEXT NOT NULL,
     marks INTEGER NOT NULL,
     segment INTEGER NOT NULL,
     offset INTEGER NOT NULL,
     size INTEGER NOT NULL,
     local_prefix INTEGER NOT NULL,
     recipient_count INTEGER NOT NULL,
     recipients TEXT NOT NULL,
     states TEXT
   ) STRICT;
   CREATE TABLE decision (
     id INTEGER PRIMARY KEY,
     at INTEGER NOT NULL,
     entry INTEGER,
     segment INTEGER NOT NULL,
     offset INTEGER NOT NULL,
     length INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE segment (number INTEGER PRIMARY KEY, length INTEGER) STRICT;
   CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;`,
]

export const migrateQueue = (database: Database): void => migrate(database, queueMigrations)
