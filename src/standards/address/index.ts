/**
 * Addresses of SMTP: RFC 5321 §4.1.2 and RFC 6531.
 * In: text of a mailbox or a path, and the sizes allowed. Out: local part and domain as values, and back again.
 * Never: a control character, a guess at what a broken address may have meant, or a look-up.
 * The address lists of a message's header are another grammar; they live in `#standards/message`.
 */
export type { Address, AddressFailure, AddressRules, Path } from './address.ts'
export { asciiDomain } from './ascii-domain.ts'
export { isAddressLiteral, isDomain, isIpv4, isIpv6, lowerDomain } from './domain.ts'
export { encodeAddress, needsUtf8 } from './encode-address.ts'
export { foldAddress } from './fold-address.ts'
export { networkOf } from './network.ts'
export { parseAddress, parsePath } from './parse-address.ts'
