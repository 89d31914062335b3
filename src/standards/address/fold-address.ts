import { asciiLower } from '#base/bytes'
import { asciiDomain } from './ascii-domain.ts'

/** One spelling for all spellings of an address: letters in lower case, the domain in A-labels. A bare name stays one. */
export function foldAddress(text: string): string {
  const lower = asciiLower(text)
  const at = lower.lastIndexOf('@')
  if (at < 0) return lower
  for (let i = at + 1; i < lower.length; i++) {
    if (lower.charCodeAt(i) < 128) continue
    const domain = asciiDomain(lower.slice(at + 1))
    return domain === undefined ? lower : lower.slice(0, at + 1) + domain
  }
  return lower
}
