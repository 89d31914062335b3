import { seededRandom } from './random.ts'

/** The header by which a rig knows its letters again. */
const marker = 'X-Rig-Letter'

/** Letter number n, always the same bytes: header, then lines of which some begin with dots. */
export function makeLetter(number: number, fewestLines = 3): Buffer {
  const random = seededRandom(number)
  const lines = [
    `From: Rig <rig@load.example>`,
    `To: Somebody <somebody@peers.test>`,
    `Subject: letter ${number}`,
    `Message-ID: <${number}@load.example>`,
    'Date: Tue, 24 Nov 2026 08:00:00 +0000',
    `${marker}: ${number}`,
    '',
  ]
  // Mostly small, now and then a hundred kilobytes.
  const draw = random()
  const count = fewestLines + Math.floor(draw < 0.9 ? draw * 40 : draw < 0.98 ? draw * 400 : draw * 2000)
  for (let line = 0; line < count; line++) {
    const word = Math.floor(random() * 2 ** 32).toString(36)
    lines.push(`${random() < 0.1 ? '.' : ''}${number} ${line} ${word.repeat(1 + Math.floor(random() * 8))}`)
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n`, 'latin1')
}

/** As it goes behind DATA: dots doubled, the end marked. RFC 5321 §4.5.2. */
export const stuffed = (letter: Buffer): Buffer =>
  Buffer.from(`${letter.toString('latin1').replace(/^\./gm, '..')}.\r\n`, 'latin1')

/** Which letter this is, and what is wrong with it: the server may put header lines before it and nothing else. */
export function recognise(stored: Buffer): { readonly number: number; readonly problem?: string } {
  const text = stored.toString('latin1')
  const numbers = [...text.matchAll(new RegExp(`^${marker}: (\\d+)\\r$`, 'gm'))].map(match => Number(match[1]))
  if (numbers.length !== 1) return { number: -1, problem: `${numbers.length} letters in one message` }
  const number = numbers[0] ?? -1
  const letter = makeLetter(number)
  if (!stored.subarray(stored.length - letter.length).equals(letter))
    return { number, problem: `letter ${number} is changed` }
  const added = text.slice(0, text.length - letter.length)
  const isHeader =
    added.split('\r\n').every(line => line === '' || /^([!-9;-~]+:|[ \t]+\S)/.test(line)) && !added.includes('\r\n\r\n')
  return isHeader ? { number } : { number, problem: `letter ${number} has foreign bytes before it` }
}
