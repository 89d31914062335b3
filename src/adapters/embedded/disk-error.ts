import { constants } from 'node:os'
import { errorCode } from './database.ts'

/** Node has no name for this one: its code is `Unknown system error -122`. */
const overQuota = -constants.errno.EDQUOT

const nameOf = (error: unknown): string =>
  (error as { errno?: unknown } | undefined)?.errno === overQuota ? 'EDQUOT' : errorCode(error)

/** The last: the shared memory beside a database could not grow, and SQLite keeps the reason for itself. */
const noRoom = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE'])
const refusals = new Set([...noRoom, 'EROFS', 'EMFILE', 'ENFILE'])

/** There is no room: nothing is broken, and somebody may make some. */
export const isNoRoom = (error: unknown): boolean => noRoom.has(nameOf(error))

/** The disk took nothing and broke nothing: who asked is refused, the next may fare better. */
export const isRefusal = (error: unknown): boolean => refusals.has(nameOf(error))
