import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('./schema/', import.meta.url)

/** One file of SQL a version of a shard's index, by name. */
export const shardMigrations: readonly string[] = readdirSync(folder)
  .sort()
  .map(name => readFileSync(new URL(name, folder), 'utf8'))
