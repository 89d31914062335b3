import { closeSync, openSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { Result } from '#base/result'
import type { AdminFailure, OperationArguments } from '#mail/admin'

/** One operation, as one line of JSON. */
export interface AdminRequest {
  readonly operation: string
  readonly arguments: OperationArguments
}

export type AdminResponse = Result<unknown, AdminFailure>

export const mostRequestBytes = 1024 * 1024

export function parseRequest(line: string): AdminRequest | undefined {
  try {
    const value = JSON.parse(line)
    const given = value?.arguments ?? {}
    if (typeof value?.operation !== 'string' || typeof given !== 'object' || Array.isArray(given)) return undefined
    return { operation: value.operation, arguments: given }
  } catch {
    return undefined
  }
}

/** Linux takes 107 bytes of name for a socket. */
const mostNameBytes = 107

/**
 * A name for the socket that the system takes: a long one is reached through an open handle of its directory.
 * Call `done` when the socket is bound or connected.
 */
export function reachableName(path: string): { readonly name: string; readonly done: () => void } {
  if (Buffer.byteLength(path) <= mostNameBytes) return { name: path, done: () => {} }
  const directory = openSync(dirname(path), 'r')
  return { name: `/proc/self/fd/${directory}/${basename(path)}`, done: () => closeSync(directory) }
}
