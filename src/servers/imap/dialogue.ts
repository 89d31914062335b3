import { equalIgnoringCase, latin1Text } from '#base/bytes'
import type { User } from '#mail/directory'
import { StoreClosed } from '#mail/store'
import type { Connection, Dialogue } from '#servers/listener'
import {
  type CommandFailure,
  encodeResponse,
  type FrameEvent,
  type ImapCommand,
  mayTellExpunges,
  parseAppendHead,
  parseCommand,
  type StatusResponse,
  tellsNews,
} from '#standards/imap'
import { type Answer, type Answers, answerTo, bad, bye, completed, note, refused } from './answers.ts'
import { begin, objection } from './begin.ts'
import { ClientInput, goOn } from './client-input.ts'
import { handleAppend } from './commands/append.ts'
import type { Door, Guest } from './door.ts'
import { Idling } from './idling.ts'
import { LiveSession, type SessionHost } from './live-session.ts'
import { offered } from './offered.ts'
import type { LoggedIn } from './session.ts'
import { TornAnswer } from './torn-answer.ts'
import { Turns } from './turns.ts'
import { tellNews } from './updates.ts'
import { imapWords } from './words.ts'

const removed = 'The selected mailbox was deleted'
const senseless = 'No sense can be made of what follows'
const mostBadsBeforeLogin = 10
/** One behind the other: no client that knows IMAP says so much that is none. */
const mostBadsOnEnd = 100
/** After so many commands on end the others get their turn. */
const commandsOnEnd = 64

/**
 * One IMAP connection: RFC 3501. A command runs at a time, whatever is pipelined; while none runs nothing is kept
 * but this object, its session, its frame, and what is selected.
 */
export class ImapDialogue implements Dialogue, Guest, SessionHost {
  readonly #door: Door
  readonly #connection: Connection
  readonly #input: ClientInput
  readonly #session: LiveSession
  #running = false
  /** Nothing more is taken from the client. */
  #over = false
  #gone = false
  #heardAll = false
  /** More was said than the client reads: it is heard again when it has caught up. */
  #behind = false
  #bads = 0
  #idling: Idling | undefined
  /** Of a BYE that waits until the command that runs has answered. */
  #lastWords: string | undefined

  constructor(door: Door, connection: Connection) {
    this.#door = door
    this.#connection = connection
    this.#input = new ClientInput(connection)
    this.#session = new LiveSession(door.needs, connection, this.#input, this)
    this.#say(note('Hauspost is ready', { code: 'CAPABILITY', capabilities: offered(this.#session) }))
  }

  get user(): User | undefined {
    return this.#session.user
  }

  hear(bytes: Uint8Array): void {
    if (this.#over) return
    this.#session.isAlive()
    const waits = this.#input.feed(bytes)
    if (waits && !this.#running) void this.#answerAll()
  }

  heardAll(): void {
    this.#heardAll = true
    this.#input.end()
    if (!this.#running) this.#connection.end()
  }

  late(): void {
    if (this.#running) this.#connection.destroy()
    else this.hangUp('No command for too long; good bye')
  }

  closed(): void {
    this.#gone = this.#over = true
    this.#session.leave()
    this.#door.sessions.delete(this)
    this.#input.end()
  }

  hangUp(text: string, patienceMilliseconds?: number): void {
    if (this.#over) return
    this.#over = true
    if (patienceMilliseconds) this.#connection.setDeadline(patienceMilliseconds)
    this.#lastWords = text
    // A command that waits for more of the client's words ends here.
    this.#input.end()
    if (!this.#running) this.#connection.guard(() => this.#end())
  }

  #end(): void {
    if (this.#lastWords !== undefined) this.#say(bye(this.#lastWords))
    this.#connection.end()
  }

  async #answerAll(): Promise<void> {
    this.#running = true
    this.#connection.cork()
    try {
      const turns = new Turns()
      for (let count = 1; !this.#over; count++) {
        const event = this.#input.frame.next()
        if (!event) break
        await this.#take(event)
        if (this.#behind) await this.#drained()
        if (count % commandsOnEnd === 0 || turns.isOver()) await this.#unheld(() => turns.next())
      }
      // A command may have met what closed the frame, and answered it.
      if (this.#input.frame.closed) this.hangUp(senseless)
    } catch (error) {
      if (!(error instanceof TornAnswer)) this.#logBug('dialogue', error)
      this.#connection.destroy()
    } finally {
      this.#running = false
      this.#connection.uncork()
      if (this.#over || this.#heardAll) this.#end()
      else this.#input.readOn()
    }
  }

  async #take(event: FrameEvent): Promise<void> {
    switch (event.kind) {
      case 'continue':
        this.#say(goOn)
        return
      case 'line':
        return this.#endIdle(event.bytes)
      case 'bad':
        return event.fatal ? this.isSpoilt(event.failure) : this.#refuse(event.failure)
      case 'append':
        return this.#takeAppend(event.head, event.size)
      case 'command': {
        const parsed = parseCommand(event.bytes)
        if (!parsed.ok) return this.#refuse(parsed.failure)
        const refusal = objection(parsed.value, this.#session)
        if (refusal) return this.#run(parsed.value, refusal)
        if (parsed.value.name === 'STARTTLS') return this.#startTls(parsed.value.tag)
        if (parsed.value.name === 'IDLE') return this.#beginIdle(parsed.value.tag)
        return this.#run(parsed.value, begin(parsed.value, this.#session))
      }
      default:
        throw new Error(`the frame said ${event.kind} between commands`)
    }
  }

  async #takeAppend(head: Uint8Array, size: number): Promise<void> {
    const parsed = parseAppendHead(head, size)
    if (parsed.ok) await this.#run(parsed.value, handleAppend(parsed.value, this.#session as LoggedIn, this.#input))
    else this.#refuse(parsed.failure)
    // Also when a bug ended the command.
    if (this.#input.frame.offers) this.#input.frame.refuseContent()
  }

  #refuse(failure: CommandFailure): void {
    this.#say(answerTo(failure))
    if (failure.status === 'BAD' || !this.user) this.#countBad()
  }

  /** Says what the handler yields, at the reader's pace; news go before the tagged answer. */
  async #run(command: ImapCommand, answers: Answers): Promise<void> {
    const { tag, name } = command
    const turns = new Turns()
    try {
      for await (const answer of answers) {
        if (this.#gone) return
        if (!(answer instanceof Uint8Array) && answer.kind === 'status') await this.#before(command, answer)
        this.#say(answer)
        if (this.#behind) await this.#drained()
        if (turns.isOver()) await this.#unheld(() => turns.next())
      }
    } catch (error) {
      if (error instanceof TornAnswer) throw error
      if (error instanceof StoreClosed) return this.hangUp(imapWords['store-closed'].text)
      this.#logBug(name, error)
      if (!this.#gone) this.#say(refused(tag, 'Something is wrong here; the log of the server tells', 'SERVERBUG'))
    }
  }

  async #drained(): Promise<void> {
    this.#behind = false
    await this.#unheld(() => this.#connection.drained())
    // Whoever reads is not late, however slowly.
    if (!this.#over) this.#session.isAlive()
  }

  /** What has been said leaves before the wait. */
  async #unheld(wait: () => Promise<void>): Promise<void> {
    this.#connection.uncork()
    await wait()
    this.#connection.cork()
  }

  #say(answer: Answer): void {
    const keepsUp = this.#connection.write(answer instanceof Uint8Array ? answer : encodeResponse(answer))
    if (!keepsUp) this.#behind = true
  }

  async #before(command: ImapCommand, { tag, status }: StatusResponse): Promise<void> {
    if (tag !== undefined && tellsNews(command.name)) await this.#tellNews(mayTellExpunges(command))
    if (status === 'BYE') this.#over = true
    if (status === 'BAD') this.#countBad()
    else if (this.user) this.#bads = 0
  }

  #countBad(): void {
    if (++this.#bads >= (this.user ? mostBadsOnEnd : mostBadsBeforeLogin))
      this.hangUp('Too many commands that make no sense')
  }

  async #tellNews(expunges: boolean): Promise<void> {
    const { selected } = this.#session
    if (!selected?.hasNews) return
    const turns = new Turns()
    for (const piece of tellNews(selected, expunges)) {
      this.#say(piece)
      if (this.#behind) await this.#drained()
      if (turns.isOver()) await this.#unheld(() => turns.next())
      if (this.#gone) return
    }
    if (selected.removed) this.hangUp(removed)
  }

  #logBug(command: string, error: unknown): void {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
    this.#door.needs.log('error', 'imap-command-failed', { command, reason, account: this.user?.account })
  }

  /** RFC 3501 §6.2.1. Whatever came in clear behind the command would be taken for protected: the connection ends. */
  #startTls(tag: string): void {
    if (this.#input.frame.clear() > 0) {
      this.#say(bad(tag, 'Nothing may follow STARTTLS before the handshake'))
      this.hangUp('Plaintext behind STARTTLS')
      return
    }
    this.#say(completed(tag, 'Begin TLS now'))
    this.#connection.uncork()
    this.#bads = 0
    this.#connection.startTls()
  }

  secured(): void {
    // What was to be said during the handshake could not be heard.
    if (this.#over) this.#end()
    else this.#connection.setDeadline(this.#door.needs.settings().loginMilliseconds)
  }

  #beginIdle(tag: string): Promise<void> {
    this.#say({ kind: 'continue', text: 'idling' })
    this.#idling = new Idling(tag, this.#connection, () => this.hasNews())
    this.#input.frame.expectLine()
    return this.#tellNews(true)
  }

  async #endIdle(line: Uint8Array): Promise<void> {
    const { tag } = this.#idling as Idling
    this.#idling = undefined
    await this.#tellNews(true)
    const isDone = equalIgnoringCase(latin1Text(line), 'DONE')
    this.#say(isDone ? completed(tag, 'IDLE completed') : bad(tag, 'IDLE ends with DONE'))
  }

  hasNews(): void {
    if (this.#idling?.keepsUp) this.#door.announce(this)
  }

  tellIdle(): boolean {
    const { selected } = this.#session
    if (!this.#idling || this.#over || !selected?.hasNews) return false
    if (this.#idling.tell(selected)) return true
    if (selected.removed) this.hangUp(removed)
    return false
  }

  isSpoilt(failure: CommandFailure): void {
    this.#refuse(failure)
    this.hangUp(senseless)
  }
}
