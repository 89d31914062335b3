// A program that is made to be killed: it commits letters and says which were acknowledged, each on a line,
// written to the pipe before anything else happens. Arguments: folder, letters, how many at once, reserve, whether it waits at the end.
import { writeSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { openEmbedded } from '#adapters/embedded'
import { latin1 } from '#base/bytes'
import { type Instant, instant } from '#base/clock'
import { silentLog } from '#base/log'
import { letterText } from './embedded-letters.ts'

enableCompileCache()
const [directory = '', letters = '20', atOnce = '4', reserve = '1000000', wait = ''] = process.argv.slice(2)
const say = (line: string): void => void writeSync(1, `${line}\n`)
const now = (): Instant => instant(Date.now())

const opened = await openEmbedded({
  directory,
  create: true,
  shards: 1,
  reserve: Number(reserve),
  log: silentLog,
  onFatal(error) {
    say(`fatal ${String(error)}`)
    process.exit(70)
  },
})
if (!opened.ok) {
  say(`refused ${JSON.stringify(opened.failure)}`)
  process.exit(3)
}
const { queue, contents, close } = opened.value
say('open')

let next = 0
const post = async (): Promise<void> => {
  while (next < Number(letters)) {
    const number = next++
    const draft = contents.begin({ headBytes: 100 })
    await draft.write(latin1(letterText(number)))
    say(`try ${number}`)
    const committed = await queue.commit({
      received: now(),
      envelope: { sender: '', recipients: [`r${number}@x.example`], smtpUtf8: false, eightBit: false },
      draft,
      prefix: () => ({ bytes: new Uint8Array(0), local: 0 }),
      decision: {
        at: now(),
        door: 'mx',
        peer: { address: '192.0.2.1', helo: 'x' },
        sender: '',
        recipients: [`r${number}@x.example`],
        size: 1,
        decided: [],
        outcome: '250',
      },
    })
    say(committed.ok ? `ack ${number} ${committed.value.id}` : `${committed.failure} ${number}`)
    // Every third one is delivered at once: it must not come back when that was acknowledged.
    if (!committed.ok || number % 3 !== 0) continue
    say(`deliver ${number}`)
    const noted = await queue.update(committed.value.id, [{ state: 'delivered', at: now() }])
    if (noted.ok) say(`gone ${number}`)
  }
}
await Promise.all(Array.from({ length: Number(atOnce) }, post))
if (wait) {
  say('waits')
  await new Promise(() => {})
}
await close()
say('closed')
