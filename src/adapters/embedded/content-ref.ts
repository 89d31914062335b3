import { join } from 'node:path'
import type { ContentRef } from '#mail/store'

/** Where a record begins: written `<segment>.<offset>`, both decimal. */
export interface Place {
  readonly segment: number
  readonly offset: number
}

export const encodeRef = (segment: number, offset: number): ContentRef => `${segment}.${offset}` as ContentRef

/** Throws on what this engine never wrote. */
export function parseRef(ref: string): Place {
  const dot = ref.indexOf('.')
  const segment = Number(ref.slice(0, dot))
  const offset = Number(ref.slice(dot + 1))
  if (dot < 1 || !Number.isSafeInteger(segment) || segment < 1 || !Number.isSafeInteger(offset) || offset < 0)
    throw new Error(`'${ref}' names no content of this store`)
  return { segment, offset }
}

const suffix = '.seg'

export const segmentFile = (folder: string, segment: number): string =>
  join(folder, `${String(segment).padStart(10, '0')}${suffix}`)

/** The number in a segment's file name, or undefined when it is another file. */
export function segmentNumber(name: string): number | undefined {
  if (!name.endsWith(suffix)) return undefined
  const digits = name.slice(0, -suffix.length)
  return /^\d{10,15}$/.test(digits) ? Number(digits) : undefined
}
