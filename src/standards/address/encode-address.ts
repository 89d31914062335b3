import type { Address } from './address.ts'
import { isAtext } from './characters.ts'

/** A mailbox as SMTP writes it, quoted only where it must be. Fit between `<` and `>`. RFC 5321 §4.1.2. */
export function encodeAddress(address: Address): string {
  const { local } = address
  let dotString = true
  let before = 46
  for (let i = 0; i < local.length && dotString; i++) {
    const code = local.charCodeAt(i)
    dotString = code === 46 ? before !== 46 : code > 127 || isAtext(code)
    before = code
  }
  if (dotString && before !== 46) return `${local}@${address.domain}`
  return `"${local.replace(/["\\]/g, '\\$&')}"@${address.domain}`
}

/** Does it need SMTPUTF8 on its way? RFC 6531 §3.2. */
export const needsUtf8 = (address: Address): boolean => /[^ -~]/.test(address.local) || /[^ -~]/.test(address.domain)
