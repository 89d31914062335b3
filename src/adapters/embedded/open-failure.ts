import { errorCode } from './database.ts'
import { isNoRoom } from './disk-error.ts'
import { NewerVersion } from './migrate.ts'

/** Why a data directory was not opened. Nothing in it was changed but for `full` and `unreadable`, midway. */
export type OpenFailure =
  | { readonly kind: 'locked'; readonly pid: number | undefined }
  | { readonly kind: 'newer-version'; readonly found: number; readonly known: number }
  | { readonly kind: 'missing' }
  | { readonly kind: 'not-a-data-directory'; readonly what: string }
  | { readonly kind: 'unreadable'; readonly path: string; readonly errno: string }
  | { readonly kind: 'full' }
  /** Parts of a store are here, others are not or are broken: somebody has to look. */
  | { readonly kind: 'damaged'; readonly what: string }

/** Thrown inside the room, a value at its door. */
export class OpenRefused extends Error {
  readonly failure: OpenFailure
  constructor(failure: OpenFailure) {
    super(failure.kind)
    this.name = 'OpenRefused'
    this.failure = failure
  }
}

export const refuse = (failure: OpenFailure): never => {
  throw new OpenRefused(failure)
}

export const damaged = (what: string): never => refuse({ kind: 'damaged', what })

/** What an error means to whoever wanted to open; undefined for a bug. */
export function openFailureOf(error: unknown, directory: string): OpenFailure | undefined {
  if (error instanceof OpenRefused) return error.failure
  if (error instanceof NewerVersion) return { kind: 'newer-version', found: error.found, known: error.known }
  const code = errorCode(error)
  const { message = '', name, path = directory } = error as { message?: string; name?: string; path?: string }
  if (isNoRoom(error)) return { kind: 'full' }
  if (
    code === 'damaged' ||
    code === 'another-store' ||
    name === 'DamagedIndex' ||
    /^SQLITE_(CORRUPT|NOTADB)/.test(code)
  )
    return { kind: 'damaged', what: message }
  if (
    /^(E[A-Z0-9]+|SQLITE_(CANTOPEN|READONLY|IOERR|PERM|AUTH|BUSY|PROTOCOL).*)$/.test(code) &&
    !code.startsWith('ERR_')
  )
    return { kind: 'unreadable', path, errno: code }
  return undefined
}
