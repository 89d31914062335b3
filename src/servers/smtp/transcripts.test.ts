import { test } from 'node:test'
import { playTranscript, readTranscripts, type Transcript } from '../../../test/kit/smtp-transcript.ts'
import type { Cut } from '../../../test/kit/transcript-text.ts'

const whole: Cut = bytes => [bytes]
const cutAt =
  (at: number): Cut =>
  bytes =>
    [bytes.slice(0, at), bytes.slice(at)].filter(Boolean)
const byByte: Cut = bytes => bytes.split('')

/** Row names of the attack list stand in front, as in `sm-12-refused-at-end-of-data`. */
const title = (name: string): string =>
  name.replace(/\b(sm|tl)-\d+(?=-)/g, row => row.toUpperCase()).replaceAll('-', ' ')

/** How many bytes the client says in one go at most. */
const longest = (transcript: Transcript): number =>
  Math.max(...transcript.steps.map(step => (step.do === 'say' ? step.bytes.length : 0)))

for (const transcript of [...readTranscripts('smtp'), ...readTranscripts('lmtp')]) {
  const name = title(transcript.name).replace(/^(SM|TL) (\d+)/, '$1-$2')
  test(`${name}: as written`, t => playTranscript(t, transcript, whole))
  test(`${name}: with slow ports`, t => playTranscript(t, transcript, whole, { slow: true }))
  test(`${name}: byte by byte`, t => playTranscript(t, transcript, byByte))
  test(`${name}: cut in two everywhere`, async t => {
    const places = Array.from({ length: Math.min(longest(transcript), 80) - 1 }, (_, i) => i + 1)
    while (places.length > 0) {
      const some = places.splice(0, 16)
      await Promise.all(some.map(at => playTranscript(t, transcript, cutAt(at))))
    }
  })
}
