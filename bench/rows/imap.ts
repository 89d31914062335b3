import type { ImapClient } from '../../test/kit/imap-client.ts'
import { corpusMessage, plainMessage } from '../corpus.ts'
import { inParallel, type Row, timed } from '../row.ts'
import { login, type Target, userCount } from '../target.ts'

const corpusSize = 10_000
const box = 'bench10k'
let serial = Date.now() % 1e9

/** A session in the corpus mailbox, filled on first use. */
async function openCorpus(target: Target): Promise<ImapClient> {
  const client = await login(target, 1)
  await client.command(`CREATE ${box}`).catch(() => {})
  await fillCorpus(client)
  return client
}

async function fillCorpus(client: ImapClient): Promise<number> {
  const before = await client.select(box)
  for (let at = before; at < corpusSize; at += 20)
    await client.appendMany(
      box,
      Array.from({ length: Math.min(20, corpusSize - at) }, (_, i) => corpusMessage(at + i)),
    )
  if ((await client.select(box)) !== corpusSize) throw new Error('the corpus was not appended as a whole')
  return corpusSize - before
}

type Step = (client: ImapClient) => Promise<unknown>
type Around = {
  readonly units?: number
  readonly shows?: 'rate' | 'time'
  readonly before?: Step
  readonly after?: Step
}

/** A row of the corpus mailbox: opened and selected before, put back after, only `act` measured. */
function corpusRow(name: string, act: Step, around: Around = {}): Row {
  return {
    name: `imap ${name}`,
    shows: around.shows ?? 'time',
    measure: async target => {
      const client = await openCorpus(target)
      try {
        await around.before?.(client)
        const sample = await timed(target, around.units ?? corpusSize, () => act(client))
        await around.after?.(client)
        return sample
      } finally {
        await client.logout()
      }
    },
  }
}

const say =
  (text: string): Step =>
  client =>
    client.command(text)
const remake =
  (...names: string[]): Step =>
  async client => {
    for (const name of names) {
      await client.command(`DELETE ${name}`).catch(() => {})
      await client.command(`CREATE ${name}`)
    }
  }
const oneByOne =
  (text: (number: number) => string): Step =>
  async client => {
    for (let number = 1; number <= 1000; number++) await client.command(text(number))
  }
/** Copies the corpus into a mailbox of its own and goes there. */
const copyAside: Step = async client => {
  await remake('tmpfrom', 'tmpto')(client)
  await client.command('COPY 1:* tmpfrom')
  await client.select('tmpfrom')
}
const forget: Step = async client => {
  await client.select('INBOX')
  for (const name of ['tmpfrom', 'tmpto']) await client.command(`DELETE ${name}`).catch(() => {})
}

const logins = (width: number, count: number): Row => ({
  name: `imap login, ${width} at a time`,
  shows: 'rate',
  measure: target =>
    timed(target, count, () =>
      inParallel(width, count, async index => (await login(target, 1 + (index % userCount))).logout()),
    ),
})

const appends = (width: number, count: number, size: number): Row => ({
  name: `imap append ${size / 1024} KB, ${width} at a time`,
  shows: 'rate',
  measure: async target => {
    const clients: ImapClient[] = []
    for (let lane = 0; lane < width; lane++) {
      const client = await login(target, 2 + lane)
      await remake('tmpappend')(client)
      clients.push(client)
    }
    const letters = Array.from({ length: count }, () => plainMessage(serial++, size))
    try {
      return await timed(target, count, () =>
        inParallel(width, count, (index, lane) => clients[lane]!.append('tmpappend', letters[index]!)),
      )
    } finally {
      for (const client of clients) {
        await client.command('DELETE tmpappend').catch(() => {})
        await client.logout()
      }
    }
  },
})

const fill: Row = {
  name: 'imap append corpus, 20 pipelined',
  shows: 'rate',
  measure: async target => {
    const client = await login(target, 1)
    await client.command(`DELETE ${box}`).catch(() => {})
    await client.command(`CREATE ${box}`)
    try {
      return await timed(target, corpusSize, () => fillCorpus(client))
    } finally {
      await client.logout()
    }
  },
}

const select: Step = client => client.select(box)
const headers = 'FROM TO SUBJECT DATE MESSAGE-ID REFERENCES CONTENT-TYPE'
const mark = (what: string): Step => say(`STORE 1:* ${what}`)

export const imapRows: readonly Row[] = [
  fill,
  logins(1, 200),
  logins(20, 600),
  // A new session finds the mailbox cold in the server's own memory when its account was closed before.
  corpusRow('select, new session', select, {
    before: client => client.command('UNSELECT').catch(() => client.command('CLOSE')),
  }),
  corpusRow('select, same session', select, { before: client => client.select('INBOX') }),
  corpusRow('status', client => client.messages(box), { before: client => client.select('INBOX') }),
  corpusRow('fetch uid flags', say('FETCH 1:* (UID FLAGS)')),
  corpusRow('fetch envelope bodystructure', say('FETCH 1:* (ENVELOPE BODYSTRUCTURE)')),
  corpusRow('fetch list headers', say(`FETCH 1:* (UID RFC822.SIZE BODY.PEEK[HEADER.FIELDS (${headers})])`)),
  corpusRow('fetch body 1000, one command', say('FETCH 1:1000 BODY.PEEK[]'), { units: 1000 }),
  corpusRow(
    'fetch body 1000, single commands',
    oneByOne(number => `FETCH ${1000 + number} BODY.PEEK[]`),
    { units: 1000 },
  ),
  corpusRow('search unseen', say('SEARCH UNSEEN')),
  corpusRow('search subject', say('SEARCH SUBJECT quarterly')),
  corpusRow('search header', say('SEARCH HEADER Message-ID c.4711@')),
  corpusRow('search body', say('SEARCH BODY zebrafish')),
  corpusRow('search text', say('SEARCH TEXT zebrafish')),
  corpusRow('store all, silent', mark('+FLAGS.SILENT (\\Flagged)'), { after: mark('-FLAGS.SILENT (\\Flagged)') }),
  corpusRow('store all, echo', mark('+FLAGS (\\Answered)'), { after: mark('-FLAGS.SILENT (\\Answered)') }),
  corpusRow(
    'store 1000, single commands',
    oneByOne(number => `STORE ${number} +FLAGS (\\Seen)`),
    {
      units: 1000,
      after: mark('-FLAGS.SILENT (\\Seen)'),
    },
  ),
  corpusRow('copy', say('COPY 1:* tmpto'), { before: remake('tmpto'), after: forget }),
  corpusRow('move', say('MOVE 1:* tmpto'), { before: copyAside, after: forget }),
  corpusRow('expunge', say('EXPUNGE'), {
    before: async client => {
      await copyAside(client)
      await mark('+FLAGS.SILENT (\\Deleted)')(client)
    },
    after: forget,
  }),
  appends(1, 500, 1024),
  appends(1, 100, 102_400),
  appends(20, 2000, 1024),
]
