import { fileURLToPath } from 'node:url'
import type { RecordedValue } from './message-corpora.ts'
import { outputOf } from './run-program.ts'

const script = fileURLToPath(new URL('./imaplib-read.py', import.meta.url))

export interface ImapAccount {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
}

/** One character a byte; envelope and bodystructure only where they were asked for. */
export interface ReadMessage {
  readonly uid: number
  readonly content: string
  readonly envelope: RecordedValue
  readonly bodystructure: RecordedValue
}

/** A mailbox as Python's imaplib reads it; a response that it or our strict reading refuses is an error. */
export async function readByImaplib(
  from: ImapAccount & { readonly mailbox: string; readonly tls?: 'tls' | 'starttls'; readonly structures?: boolean },
): Promise<readonly ReadMessage[]> {
  const wishes = [...(from.tls === undefined ? [] : [from.tls]), ...(from.structures === true ? ['structures'] : [])]
  const words = [script, from.host, String(from.port), from.user, from.mailbox, ...wishes]
  return JSON.parse(await outputOf('python3', words, { input: `${from.password}\n` })) as ReadMessage[]
}
