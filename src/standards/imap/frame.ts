import { CR, find, LF, noBytes, uncleared } from '#base/bytes'
import type { CommandFailure } from './command.ts'
import type { FrameEvent, FrameLimits } from './frame-event.ts'
import { type LiteralMark, literalMark, longestTag, opensMessage, tagOf } from './literal.ts'

type Mode = 'line' | 'literal' | 'offered' | 'content' | 'skip' | 'closed'

const more = -1
const broken = -2

/**
 * Cuts the client's bytes into commands. Feed a chunk, then take events until there is none: pipelined commands come
 * out one at a time, and whoever takes no event holds the client back.
 */
export class CommandFrame {
  limits: FrameLimits
  #mode: Mode = 'line'
  #chunk: Uint8Array = noBytes
  /** In the chunk: where the command begins (or goes on, when some of it is held), and the next byte to look at. */
  #from = 0
  #at = 0
  /** Chunks behind it that were fed and not opened; the first `#taken` are done with. */
  #queue: Uint8Array[] = []
  #taken = 0
  /** The beginning of a command that came in earlier chunks. */
  #held: Uint8Array = noBytes
  #heldLength = 0
  #carriageReturn = false
  #lineBytes = 0
  /** Bytes of the literal that are still to come. */
  #left = 0
  #mark: LiteralMark | undefined
  #continue = false
  #wantsLine = false
  /** The tag of the APPEND whose messages are coming. */
  #appending: string | undefined
  #skipping = false

  constructor(limits: FrameLimits) {
    this.limits = limits
  }

  feed(chunk: Uint8Array): void {
    if (this.#mode === 'closed') return
    if (this.#from < this.#chunk.length || this.#taken < this.#queue.length) this.#queue.push(chunk)
    else this.#open(chunk)
  }

  #open(chunk: Uint8Array): void {
    this.#chunk = chunk
    this.#from = this.#at = 0
  }

  /** After a fatal failure nothing comes out any more: the connection has to end. */
  get closed(): boolean {
    return this.#mode === 'closed'
  }

  /** A message of APPEND waits to be accepted or refused. */
  get offers(): boolean {
    return this.#mode === 'offered'
  }

  /** The next line is no command: a SASL response, or DONE. */
  expectLine(): void {
    this.#wantsLine = true
  }

  /** Forgets what has been fed and not been taken, as STARTTLS demands (RFC 3501 §6.2.1); tells how much it was. */
  clear(): number {
    let forgotten = this.#chunk.length - this.#from + this.#heldLength
    for (; this.#taken < this.#queue.length; this.#taken++) forgotten += this.#queue[this.#taken]?.length ?? 0
    this.#drop()
    this.#endCommand()
    return forgotten
  }

  #drop(): void {
    this.#queue = []
    this.#taken = 0
    this.#open(noBytes)
  }

  acceptContent(): void {
    const mark = this.#offered()
    this.#left = mark.size
    this.#continue = mark.waits
    this.#mode = 'content'
  }

  /** The command is answered. A message that comes anyway is passed over. */
  refuseContent(): void {
    const mark = this.#offered()
    this.#endCommand()
    if (!mark.waits) this.#skip(mark.size)
  }

  next(): FrameEvent | undefined {
    for (;;) {
      const event = this.#next()
      if (event || this.#taken === this.#queue.length) return event
      this.#open(this.#queue[this.#taken++] as Uint8Array)
      if (this.#taken === this.#queue.length) {
        this.#queue = []
        this.#taken = 0
      }
    }
  }

  /** Out of what is open; nothing when all of it has been looked at. */
  #next(): FrameEvent | undefined {
    if (this.#continue) {
      this.#continue = false
      return { kind: 'continue' }
    }
    for (;;) {
      if (this.#mode === 'closed') return undefined
      if (this.#mode === 'offered') throw new Error('the message of APPEND was neither accepted nor refused')
      if (this.#mode === 'content' && this.#left > 0) return this.#takeContent()
      if (this.#mode !== 'line') {
        if (!this.#passLiteral()) return undefined
        this.#mode = 'line'
      }
      const end = this.#findLineEnd()
      const size = (end < 0 ? this.#chunk.length : end) - this.#at
      if (end === broken) return this.#fatal('Lines end in CR LF; a bare CR or LF is refused')
      if (this.#lineBytes + size > this.limits.line) return this.#fatal('Command line too long')
      this.#lineBytes += size
      if (end === more) return this.#hold()
      this.#at = end
      const event = this.#takeLine()
      if (event) return event
    }
  }

  #offered(): LiteralMark {
    if (this.#mode !== 'offered') throw new Error('no message of APPEND waits for an answer')
    return this.#mark as LiteralMark
  }

  #takeContent(): FrameEvent | undefined {
    const bytes = this.#chunk.subarray(this.#at, this.#at + this.#left)
    if (bytes.length === 0) return undefined
    this.#left -= bytes.length
    this.#at += bytes.length
    this.#from = this.#at
    return { kind: 'content', bytes }
  }

  /** Is all of the literal there? */
  #passLiteral(): boolean {
    const size = Math.min(this.#left, this.#chunk.length - this.#at)
    this.#left -= size
    this.#at += size
    if (this.#mode !== 'literal') this.#from = this.#at
    if (this.#left > 0) this.#hold()
    return this.#left === 0
  }

  #findLineEnd(): number {
    const chunk = this.#chunk
    const at = this.#at
    if (this.#carriageReturn) {
      if (at === chunk.length) return more
      this.#carriageReturn = false
      return chunk[at] === LF ? at + 1 : broken
    }
    const lf = find(chunk, LF, at)
    const cr = find(chunk, CR, at)
    if (lf >= 0) return cr === lf - 1 && cr >= at ? lf + 1 : broken
    if (cr < 0) return more
    if (cr < chunk.length - 1) return broken
    this.#carriageReturn = true
    return more
  }

  /** The line that ends before `#at` is complete. Nothing comes out when a literal follows that nobody waits for. */
  #takeLine(): FrameEvent | undefined {
    if (this.#heldLength > 0) this.#hold(this.#at)
    const held = this.#heldLength > 0
    const bytes = held ? this.#held : this.#chunk
    const from = held ? 0 : this.#from
    const end = held ? this.#heldLength : this.#at
    const mark = this.#wantsLine ? undefined : literalMark(bytes, from, end - 2)
    if (mark) return this.#skipping ? this.#skipMark(mark) : this.#takeMark(mark, bytes, from, end)
    const line = bytes.subarray(from, end - 2)
    const [skipping, wantsLine, appending] = [this.#skipping, this.#wantsLine, this.#appending]
    this.#endCommand()
    if (skipping) return undefined
    if (wantsLine) return { kind: 'line', bytes: line }
    if (appending === undefined) return { kind: 'command', bytes: line }
    if (line.length === 0) return { kind: 'append-end' }
    return this.#bad({ tag: appending, status: 'BAD', text: 'Nothing but messages may follow in APPEND' }, false)
  }

  #takeMark(mark: LiteralMark, bytes: Uint8Array, from: number, end: number): FrameEvent | undefined {
    const first = this.#appending === undefined
    const tag = this.#appending ?? tagOf(bytes, from, mark.at)
    if (this.limits.content > 0 && (!first || opensMessage(bytes, from, mark.at))) {
      if (mark.size > this.limits.content)
        return this.#bad({ tag, status: 'NO', code: 'TOOBIG', text: 'Message too large' }, !mark.waits)
      const head = bytes.subarray(from, mark.at)
      this.#endCommand()
      this.#appending = tag
      this.#mark = mark
      this.#mode = 'offered'
      return { kind: 'append', first, head, size: mark.size }
    }
    if (mark.size > this.limits.literal || end - from + mark.size > this.limits.total)
      return this.#bad({ tag, status: 'BAD', text: 'Literal too large' }, !mark.waits)
    this.#left = mark.size
    this.#mode = 'literal'
    return mark.waits ? { kind: 'continue' } : undefined
  }

  #skipMark(mark: LiteralMark): FrameEvent | undefined {
    this.#endCommand()
    if (mark.waits) return undefined
    if (mark.size > this.limits.content) return this.#fatal('Message too large')
    this.#skip(mark.size)
    return undefined
  }

  #skip(size: number): void {
    this.#left = size
    this.#mode = 'skip'
    this.#skipping = true
  }

  /** Keeps the bytes from `#from` up to `to` for later, in room that grows with them. */
  #hold(to = this.#chunk.length): undefined {
    const size = to - this.#from
    const need = this.#heldLength + size
    if (need > this.#held.length) {
      const grown = uncleared(Math.max(need, 2 * this.#held.length, 256))
      grown.set(this.#held.subarray(0, this.#heldLength))
      this.#held = grown
    }
    this.#held.set(this.#chunk.subarray(this.#from, to), this.#heldLength)
    this.#heldLength = need
    if (to === this.#chunk.length) this.#open(noBytes)
    else this.#from = this.#at = to
    return undefined
  }

  #endCommand(): void {
    this.#from = this.#at
    this.#held = noBytes
    this.#heldLength = 0
    this.#lineBytes = 0
    this.#mode = 'line'
    this.#mark = undefined
    this.#appending = undefined
    this.#carriageReturn = this.#continue = this.#wantsLine = this.#skipping = false
  }

  #bad(failure: CommandFailure, fatal: boolean): FrameEvent {
    this.#endCommand()
    if (fatal) {
      this.#mode = 'closed'
      this.#drop()
    }
    return { kind: 'bad', failure, fatal }
  }

  #fatal(text: string): FrameEvent {
    let tag = this.#appending ?? '*'
    if (tag === '*' && !this.#wantsLine && !this.#skipping) {
      this.#hold(Math.min(this.#chunk.length, this.#from + longestTag + 1))
      tag = tagOf(this.#held, 0, this.#heldLength)
    }
    return this.#bad({ tag, status: 'BAD', text }, true)
  }
}
