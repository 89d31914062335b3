/** atext of RFC 5322 §3.2.3 below 128. */
const atext = new Uint8Array(128)
for (const c of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~")
  atext[c.charCodeAt(0)] = 1

export const isAtext = (code: number): boolean => atext[code] === 1

/** UTF8-non-ascii of RFC 6531 §3.3, without controls, line ends, lone surrogates and the mark of broken text. */
export const isFit = (code: number): boolean =>
  code > 0x9f && code !== 0x2028 && code !== 0x2029 && code !== 0xfffd && code !== 0xfeff
