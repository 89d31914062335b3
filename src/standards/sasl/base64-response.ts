import { base64Bytes, base64Text, noBytes, utf8 } from '#base/bytes'

const PAD = 61

/** How mail's protocols carry a response: strict base64, RFC 4648 §4; `=` alone is the empty one (RFC 4954 §4). */
export function decodeResponse(text: string): Uint8Array | undefined {
  if (text === '=') return noBytes
  if (text.length % 4 !== 0) return undefined
  let end = text.length
  while (end > text.length - 2 && end > 0 && text.charCodeAt(end - 1) === PAD) end--
  for (let i = 0; i < end; i++) {
    const code = text.charCodeAt(i)
    const letter = (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
    if (!letter && !(code >= 47 && code <= 57) && code !== 43) return undefined
  }
  return base64Bytes(text)
}

export const encodeChallenge = (challenge: string): string => base64Text(utf8(challenge))
