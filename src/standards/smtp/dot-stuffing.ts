import { CR, find, LF, latin1 } from '#base/bytes'

const DOT = 46
const lineDot = latin1('\r\n.')
const dot = latin1('.')
const end = latin1('.\r\n')

/**
 * A content in wire form as DATA sends it, with its end: RFC 5321 §4.5.2. Views of the content and single dots;
 * nothing is copied. A content that is not whole lines gets its last CRLF, so that the end is one.
 */
export function stuffDots(content: Uint8Array): Uint8Array[] {
  const out: Uint8Array[] = []
  if (content[0] === DOT) out.push(dot)
  let begin = 0
  for (let at = find(content, lineDot); at >= 0; at = find(content, lineDot, begin)) {
    out.push(content.subarray(begin, at + 2), dot)
    begin = at + 2
  }
  out.push(content.subarray(begin))
  const whole = content.length === 0 || (content.at(-1) === LF && content.at(-2) === CR)
  if (!whole) out.push(lineDot.subarray(0, 2))
  out.push(end)
  return out
}
