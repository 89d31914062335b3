import { asciiLower } from '#base/bytes'
import type { Address } from './address.ts'

/** One spelling for all spellings of an address: local parts are compared without regard to case here. */
export const addressKey = (address: Address): string => `${lowerLocal(address.local)}@${address.domain}`

export const sameAddress = (a: Address, b: Address): boolean =>
  a.domain === b.domain && lowerLocal(a.local) === lowerLocal(b.local)

function lowerLocal(local: string): string {
  const lower = asciiLower(local)
  for (let i = 0; i < lower.length; i++) if (lower.charCodeAt(i) > 127) return lower.toLowerCase().normalize('NFC')
  return lower
}
