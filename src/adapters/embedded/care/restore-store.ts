import { promises as fs, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { segmentFile } from '../content-ref.ts'
import { type Database, openDatabase } from '../database.ts'
import { layoutOf, makeFolder, shardFiles } from '../layout.ts'
import { writeMark } from '../mark.ts'
import { syncFolder } from '../segment-roll.ts'
import { kindNumbers, packChange } from '../shard/pack-change.ts'
import { parseStoreFile, type StoreFile, writeStoreFile } from '../store-file.ts'
import { fileDigest, readManifest, syncFile } from './backup-manifest.ts'
import { type BackupOptions, CareRefused } from './backup-store.ts'
import { copyStretch, findBroken } from './copy-stretch.ts'

/** What may have been given out after the backup was made, and is not given a second time. P10. */
const uidGap = 2 ** 17
const modseqGap = 2 ** 28
const ordinalGap = 2 ** 20
const validityGap = 100_000
const generationGap = 1_000
const accountGap = 100_000
const mostUid = 0xffff0000

export interface RestoreReport {
  readonly at: string
  readonly segments: number
  readonly bytes: number
  readonly broken: readonly string[]
}

/**
 * Makes a data directory of a backup. UIDVALIDITY stays; UIDNEXT, MODSEQ and all other numbers go on far behind those that
 * clients may have seen, and each mailbox's record says that the UIDs between are gone and that all flags are to be asked
 * again. The file that makes it a store comes last.
 */
export async function restoreStore(
  folder: string,
  directory: string,
  options: BackupOptions = {},
): Promise<RestoreReport> {
  const { onProgress = () => {}, signal } = options
  const manifest = await readManifest(folder)
  if (!manifest) throw new CareRefused(`${folder} holds no whole backup`)
  if (statSync(directory, { throwIfNoEntry: false }) && readdirSync(directory).length > 0)
    throw new CareRefused(`${directory} is not empty: a restore goes into a new data directory`)
  const layout = layoutOf(directory)
  await makeFolder(layout.segments)
  let store: StoreFile | undefined
  for (const { path, mode, size, sha256 } of manifest.files) {
    const from = join(folder, manifest.moment, path)
    if (statSync(from, { throwIfNoEntry: false })?.size !== size || fileDigest(from) !== sha256)
      throw new CareRefused(`${from} is not as it was when the backup was made`)
    if (path === 'store') {
      store = parseStoreFile(await fs.readFile(from, 'latin1'))
      continue
    }
    await makeFolder(dirname(join(directory, path)))
    await fs.copyFile(from, join(directory, path))
    await fs.chmod(join(directory, path), mode)
    syncFile(join(directory, path))
    await syncFolder(dirname(join(directory, path)))
  }
  if (!store) throw new CareRefused(`${folder} does not say which store it is of`)
  const total = manifest.segments.reduce((sum, { length }) => sum + length, 0)
  const broken: string[] = []
  let done = 0
  for (const { number, name, length } of manifest.segments) {
    const target = segmentFile(layout.segments, number)
    await copyStretch(join(folder, 'segments', name), target, 0, length, bytes => {
      signal?.throwIfAborted()
      done += bytes
      onProgress({ what: 'letters', done, total })
    })
    broken.push(...(await findBroken(target, 0, length)))
  }
  await syncFolder(layout.segments)
  const restored: StoreFile = { ...store, generation: store.generation + generationGap, state: 'complete' }
  const mark = { storeId: restored.id, generation: restored.generation }
  for (const file of [layout.queue, layout.node, ...shardFiles(layout, restored.shards)]) {
    const database = openDatabase(file)
    try {
      if (file === layout.node)
        database.prepare("UPDATE sqlite_sequence SET seq = seq + ? WHERE name = 'user'").run(accountGap)
      else if (file !== layout.queue) leaveGap(database, Date.now())
      writeMark(database, mark)
    } finally {
      database.close()
    }
  }
  await syncFolder(layout.shards)
  await writeStoreFile(directory, restored)
  return { at: manifest.at, segments: manifest.segments.length, bytes: total, broken }
}

interface BoxRow {
  readonly id: number
  readonly account: number
  readonly uidNext: number
}

/** In one transaction: numbers leap, and each mailbox's record says so in two rows. */
function leaveGap(database: Database, now: number): void {
  const boxes = database
    .prepare<[], BoxRow>('SELECT id, account, uid_next AS uidNext FROM mailbox WHERE removed IS NULL')
    .all()
  const modseqOf = database.prepare<[number], number>('SELECT modseq FROM account WHERE id = ?').pluck()
  const members = database
    .prepare<[number, number], number>(
      `SELECT id & 4294967295 FROM membership
       WHERE id BETWEEN (? << 32) AND (? << 32) | 4294967295 AND ended IS NULL ORDER BY id`,
    )
    .pluck()
  const keywords = database
    .prepare<[number], string>('SELECT name FROM keyword WHERE mailbox = ? ORDER BY place')
    .pluck()
  const addChange = database.prepare(
    'INSERT INTO change (account, modseq, mailbox, kind, at, packed) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const saveBox = database.prepare(
    'UPDATE mailbox SET uid_next = ?, highest_modseq = ?, pending = pending + ? WHERE id = ?',
  )
  database.transaction(() => {
    database
      .prepare(
        `UPDATE account SET modseq = modseq + ?, next_ordinal = min(next_ordinal + ?, 4294901760),
           last_uid_validity = min(last_uid_validity + ?, 4294901760)`,
      )
      .run(modseqGap, ordinalGap, validityGap)
    database.prepare("UPDATE sqlite_sequence SET seq = seq + ? WHERE name = 'mailbox'").run(uidGap)
    for (const { id, account, uidNext } of boxes) {
      const after = modseqOf.get(account)
      if (after === undefined) continue
      const known = keywords.all(id)
      const uids = Uint32Array.from(members.all(id, id))
      const next = Math.max(uidNext, Math.min(uidNext + uidGap, mostUid))
      const gap = new Uint32Array(next - uidNext)
      for (let place = 0; place < gap.length; place++) gap[place] = uidNext + place
      const flags = { kind: 'flags', uids, change: { op: 'add', bits: { low: 0, high: 0 } }, keywords: known } as const
      addChange.run(account, after + 1, id, kindNumbers.flags, now, packChange(flags, known.length))
      addChange.run(account, after + 2, id, kindNumbers.expunged, now, packChange({ kind: 'expunged', uids: gap }, 0))
      saveBox.run(next, after + 2, 2 + (uids.length >>> 4), id)
    }
    database.prepare('UPDATE account SET modseq = modseq + 2').run()
  })()
}
