import assert from 'node:assert/strict'
import type { ImapAnswer, ImapDialogue } from './imap-dialogue.ts'

/** What a client knows of a message: nothing at first, and flags as a sorted text. */
export interface KnownMessage {
  uid?: number
  flags?: string
}

/** Commands by message number: while they run no number may change. RFC 9051 §7.5.1. */
const byNumber = /^(FETCH|STORE|SEARCH) /

/**
 * A client that believes what it is told and nothing else: its view of the mailbox is what the untagged responses of
 * its own session say. Each response is checked against the view before it is believed.
 */
export class ImapFollower {
  readonly messages: KnownMessage[] = []
  readonly #client: ImapDialogue

  constructor(client: ImapDialogue) {
    this.#client = client
  }

  async select(mailbox: string): Promise<void> {
    await this.command(`SELECT ${mailbox}`)
    await this.learn()
  }

  async command(line: string): Promise<ImapAnswer> {
    const answer = await this.#client.command(line)
    this.#believe(line, answer)
    return answer
  }

  async append(flags: string, content: Uint8Array): Promise<ImapAnswer> {
    const answer = await this.#client.withLiterals(`APPEND INBOX (${flags}) `, content)
    this.#believe('APPEND', answer)
    return answer
  }

  /** Asks for what it has been told nothing of. */
  async learn(): Promise<void> {
    const first = this.messages.findIndex(({ uid, flags }) => uid === undefined || flags === undefined)
    if (first >= 0) await this.command(`FETCH ${first + 1}:* (UID FLAGS)`)
  }

  /** IDLE while something else is done. */
  async idle(meanwhile: () => Promise<unknown>): Promise<void> {
    const running = this.#client.command('IDLE')
    await meanwhile()
    this.#client.send('DONE\r\n')
    this.#believe('IDLE', await running)
  }

  get view(): readonly string[] {
    return this.messages.map(({ uid, flags }) => `${uid} ${flags}`)
  }

  #believe(line: string, { untagged }: ImapAnswer): void {
    for (const response of untagged) {
      const [, number = '', kind = '', rest = ''] = /^\* (\d+) (EXISTS|EXPUNGE|FETCH) ?(.*)$/s.exec(response) ?? []
      if (kind === 'EXISTS') this.#exists(Number(number), response)
      else if (kind === 'EXPUNGE') {
        assert.doesNotMatch(line, byNumber, 'an EXPUNGE while numbers are in use')
        this.#expunge(Number(number), response)
      } else if (kind === 'FETCH') this.#fetch(Number(number), rest)
      else if (response.startsWith('* SEARCH ') && line.startsWith('SEARCH'))
        for (const found of response.slice(9).split(' ')) assert.ok(this.messages[Number(found) - 1], response)
    }
  }

  #exists(count: number, response: string): void {
    assert.ok(count >= this.messages.length, `${response} after ${this.messages.length}`)
    while (this.messages.length < count) this.messages.push({})
  }

  #expunge(number: number, response: string): void {
    assert.ok(number >= 1 && number <= this.messages.length, `${response} of ${this.messages.length}`)
    this.messages.splice(number - 1, 1)
  }

  #fetch(number: number, items: string): void {
    const message = this.messages[number - 1]
    assert.ok(message, `* ${number} FETCH ${items} of ${this.messages.length}`)
    const uid = /\bUID (\d+)/.exec(items)?.[1]
    const flags = /\bFLAGS \(([^)]*)\)/.exec(items)?.[1]
    if (uid !== undefined) {
      assert.equal(message.uid ?? Number(uid), Number(uid), `number ${number} is another message now`)
      message.uid = Number(uid)
    }
    if (flags !== undefined) message.flags = comparable(flags)
  }
}

/** \Recent belongs to one session and is left out. */
const comparable = (flags: string): string =>
  flags
    .split(' ')
    .filter(flag => flag !== '' && flag !== '\\Recent')
    .sort()
    .join(' ')
