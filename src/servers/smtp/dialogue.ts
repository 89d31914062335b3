import type { Peer } from '#mail/intake'
import type { Authenticate } from '#mail/login'
import type { Connection, Dialogue } from '#servers/listener'
import {
  beginSession,
  envelopeOf,
  parseCommand,
  type SmtpEffect,
  SmtpFrame,
  type SmtpInput,
  type SmtpRules,
  type SmtpState,
  step,
} from '#standards/smtp'
import type { SmtpSettings } from './settings.ts'
import { Transaction, type TransactionNeeds } from './transaction.ts'

/** What all dialogues of one door share. */
export interface DoorWay extends TransactionNeeds {
  readonly rules: () => SmtpSettings & SmtpRules
  readonly authenticate: Authenticate
  readonly left: (dialogue: SmtpDialogue) => void
}

/** How much a client may send ahead while we think. */
const maxAhead = 65_536

/** Holds one session: bytes in, inputs to `step`, effects out. One write for all that is answered in one go. */
export class SmtpDialogue implements Dialogue {
  readonly #way: DoorWay
  readonly #connection: Connection
  readonly #frame = new SmtpFrame()
  #rules: SmtpSettings & SmtpRules
  #state: SmtpState
  #transaction: Transaction | undefined
  #user: Peer['user']
  #out = ''
  #greeted = false
  /** Somebody of ours has to answer before we go on. */
  #busy = false
  /** The client does not read what we say. */
  #clogged = false
  #paused = false
  #heardAll = false
  #closing = false
  /** Bytes to come of a chunk. */
  #left = 0
  #contentBegan = 0
  #windowBytes = 0

  constructor(way: DoorWay, connection: Connection) {
    this.#way = way
    this.#connection = connection
    this.#rules = way.rules()
    this.#state = beginSession(connection.tls !== undefined)
    connection.setDeadline(this.#rules.idleMilliseconds)
  }

  greet(): void {
    if (this.#greeted || this.#state.phase === 'over') return
    this.#greeted = true
    this.#out = `220 ${this.#rules.hostname} ${this.#rules.banner}\r\n`
    this.#run()
  }

  hear(bytes: Uint8Array): void {
    if (this.#state.phase === 'over') return
    this.#windowBytes += bytes.length
    this.#rules = this.#way.rules()
    if (!this.#greeted && this.#rules.door === 'mx') {
      this.#note('early-talker')
      this.#take({ kind: 'early-talk' })
      return
    }
    this.#frame.feed(bytes)
    if (this.#greeted && !this.#busy && !this.#clogged) this.#run()
    else if (this.#frame.pending > maxAhead && !this.#paused) {
      this.#paused = true
      this.#connection.pause()
    }
  }

  heardAll(): void {
    this.#heardAll = true
    if (!this.#busy && !this.#clogged) this.#run()
  }

  late(): void {
    const receiving = isReceiving(this.#state)
    if (receiving && (this.#busy || this.#isFastEnough())) {
      this.#windowBytes = 0
      this.#connection.setDeadline(this.#rules.rateWindowMilliseconds)
      return
    }
    this.#note('timeout')
    if (this.#clogged) this.#connection.destroy()
    else this.#take({ kind: 'late' })
  }

  secured(): void {
    this.#user = undefined
    this.#take({ kind: 'secured' })
    this.#flush(true)
  }

  closed(): void {
    this.#abandon()
    this.#way.left(this)
  }

  /** The server is about to go: now, or as soon as the letter in hand is answered. */
  shutDown(): void {
    this.#closing = true
    if (!this.#busy && !this.#clogged) this.#run()
  }

  /** Takes what has come, as far as it can be answered now. */
  #run(): void {
    if (this.#state.phase === 'over') return
    let moved = false
    while (!this.#busy) {
      if (isReceiving(this.#state)) {
        if (!this.#receive()) break
      } else if (!this.#takeLine()) break
      moved = true
    }
    if (this.#busy) return
    if (this.#closing) this.#take({ kind: 'closing' })
    if (this.#heardAll) this.#hangUp()
    else this.#flush(moved)
  }

  #takeLine(): boolean {
    const { phase } = this.#state
    const first = this.#frame.next
    if (first === undefined || phase === 'over' || phase === 'starting-tls') return false
    const { door, maxLineBytes, maxAuthLineBytes } = this.#rules
    const isAuth = phase === 'sasl' || (door === 'submission' && (first === 65 || first === 97))
    const line = this.#frame.takeLine(isAuth ? maxAuthLineBytes : maxLineBytes)
    if (line === 'more') return false
    if (line === 'too-long') this.#take({ kind: 'line-too-long' })
    else if (phase === 'sasl') this.#take({ kind: 'response', line })
    else this.#take({ kind: 'command', command: parseCommand(line), more: this.#frame.pending > 0 })
    return true
  }

  #take(input: SmtpInput): void {
    const [state, effects] = step(this.#state, input, this.#rules)
    this.#state = state
    for (let i = 0; i < effects.length; i++) this.#do(effects[i] as SmtpEffect)
  }

  #do(effect: SmtpEffect): void {
    switch (effect.do) {
      case 'reply':
        this.#out += effect.reply
        return
      case 'judge-sender': {
        const transaction = new Transaction(this.#way, this.#peer())
        this.#transaction = transaction
        this.#ask(transaction.judgeSender(effect.sender, effect.size), verdict =>
          this.#take({ kind: 'verdict', verdict: transaction.decided(`<${effect.sender}>`, verdict) }),
        )
        return
      }
      case 'judge-recipient': {
        const transaction = this.#transaction as Transaction
        this.#ask(transaction.judgeRecipient(effect.sender, effect.recipient), verdict =>
          this.#take({ kind: 'verdict', verdict: transaction.decided(effect.recipient, verdict) }),
        )
        return
      }
      case 'authenticate':
        this.#logIn(effect.login, effect.password)
        return
      case 'receive-data':
        this.#transaction?.receive(this.#rules, 'DATA')
        this.#expectContent()
        return
      case 'receive-chunk':
        this.#left = effect.size
        if (effect.keep) this.#transaction?.receive(this.#rules, 'BDAT')
        this.#expectContent()
        return
      case 'accept':
        this.#ask((this.#transaction as Transaction).accept(effect.envelope), answers =>
          this.#take({ kind: 'answers', ...(answers ?? { verdicts: [] }) }),
        )
        this.#transaction = undefined
        return
      case 'forget':
        this.#transaction?.forget(effect.envelope, effect.outcome)
        this.#transaction = undefined
        return
      case 'start-tls':
        this.#write()
        this.#connection.startTls()
        return
      case 'hang-up':
        this.#hangUp()
    }
  }

  #peer(): Peer {
    const { hello = '', esmtp } = this.#state.standing
    const { remoteAddress: address, tls } = this.#connection
    const known = { door: this.#rules.door, address, helo: hello, esmtp }
    if (tls === undefined && this.#user === undefined) return known
    return {
      ...known,
      ...(tls === undefined ? {} : { tls }),
      ...(this.#user === undefined ? {} : { user: this.#user }),
    }
  }

  /** Waits for an answer of ours; `undefined` says that there was none, which is a bug or a broken disk. */
  #ask<T>(answer: Promise<T>, go: (answer: T | undefined) => void): void {
    this.#busy = true
    this.#connection.setDeadline(0)
    answer.then(
      value => this.#goOn(() => go(value)),
      (error: unknown) => {
        const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
        this.#way.log('error', 'no-answer', { door: this.#rules.door, reason })
        this.#goOn(() => go(undefined))
      },
    )
  }

  #goOn(go: () => void): void {
    this.#busy = false
    if (this.#state.phase === 'over') return
    this.#connection.guard(() => {
      go()
      this.#run()
    })
    if (this.#paused && !this.#busy && !this.#clogged) {
      this.#paused = false
      this.#connection.resume()
    }
  }

  #logIn(login: string, password: string): void {
    const peerAddress = this.#connection.remoteAddress
    this.#ask(this.#way.authenticate({ login, password, peerAddress }), answer => {
      if (answer?.ok) this.#user = answer.value
      const isWrong = answer?.ok === false && (answer.failure === 'wrong-credentials' || answer.failure === 'disabled')
      this.#take({ kind: 'login', outcome: answer?.ok ? 'welcome' : isWrong ? 'wrong-credentials' : 'later' })
    })
  }

  #expectContent(): void {
    this.#contentBegan = performance.now()
    this.#windowBytes = this.#frame.pending
    this.#connection.setDeadline(this.#rules.rateWindowMilliseconds)
  }

  #isFastEnough(): boolean {
    const { rateWindowMilliseconds, minimumRate, contentMilliseconds } = this.#rules
    if (performance.now() - this.#contentBegan >= contentMilliseconds) return false
    return this.#windowBytes * 1_000 >= minimumRate * rateWindowMilliseconds
  }

  /** Takes what has come of a content. False when more has to come. */
  #receive(): boolean {
    const state = this.#state
    const reception = this.#transaction?.reception
    let ended = false
    let kept: Promise<void> | undefined
    if (state.phase === 'data') ({ ended, kept } = reception!.readData(this.#frame))
    else if (state.phase === 'chunk') {
      const read = reception!.readChunk(this.#frame, this.#left)
      this.#left -= read.taken
      ended = this.#left === 0
      kept = read.kept
    } else {
      this.#left -= this.#frame.skip(this.#left)
      ended = this.#left === 0
    }
    const isLast = ended && state.phase === 'chunk' && state.last
    if (kept !== undefined) {
      this.#ask(kept, () => this.#received(ended, isLast))
      return false
    }
    this.#received(ended, isLast)
    return ended
  }

  #received(ended: boolean, isLast: boolean): void {
    const reception = this.#transaction?.reception
    const kept = isLast ? reception?.finish() : undefined
    if (kept !== undefined) this.#ask(kept, () => this.#received(ended, false))
    else if (ended) this.#take({ kind: 'content', flaw: reception?.flaw })
  }

  #write(): void {
    const out = this.#out
    this.#out = ''
    if (out === '' || this.#connection.write(out)) return
    this.#clogged = true
    this.#connection.drained().then(() => {
      this.#clogged = false
      this.#goOn(() => {})
    })
  }

  #flush(moved: boolean): void {
    this.#write()
    if (moved && !isReceiving(this.#state)) this.#connection.setDeadline(this.#rules.idleMilliseconds)
  }

  #hangUp(): void {
    this.#abandon()
    this.#frame.clear()
    this.#connection.end(this.#out)
    this.#out = ''
  }

  /** A letter that the post office has is not ours to forget; what was only begun is. */
  #abandon(): void {
    const envelope = this.#state.phase === 'accepting' ? undefined : envelopeOf(this.#state)
    if (envelope !== undefined) this.#transaction?.forget(envelope, 'connection lost')
    this.#transaction = undefined
    this.#state = { phase: 'over', standing: this.#state.standing }
  }

  #note(event: string): void {
    this.#way.log('info', event, { door: this.#rules.door, peer: this.#connection.remoteAddress })
  }
}

const isReceiving = ({ phase }: SmtpState): boolean => phase === 'data' || phase === 'chunk' || phase === 'stray-chunk'
