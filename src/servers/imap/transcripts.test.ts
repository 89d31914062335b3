import { test } from 'node:test'
import { playImapTranscript, readImapTranscripts } from '../../../test/kit/imap-transcript.ts'
import type { Cut } from '../../../test/kit/transcript-text.ts'

const whole: Cut = bytes => [bytes]
const byByte: Cut = bytes => bytes.split('')
/** Pieces of all sizes, the same in each run. */
const inPieces: Cut = bytes => {
  const pieces: string[] = []
  for (let at = 0, size = 1; at < bytes.length; at += size, size = 1 + ((size * 7) % 13))
    pieces.push(bytes.slice(at, at + size))
  return pieces
}

/** Row names of the attack list stand in front, as in `im-11-pipelined-numbers`. */
const title = (name: string): string => name.replaceAll('-', ' ').replace(/^im (\d+)/, 'IM-$1')

for (const transcript of readImapTranscripts()) {
  const name = title(transcript.name)
  test(`${name}: as written`, () => playImapTranscript(transcript, whole))
  test(`${name}: in pieces`, () => playImapTranscript(transcript, inPieces))
  test(`${name}: byte by byte`, () => playImapTranscript(transcript, byByte))
}
