import type { Peer } from '#mail/intake'
import type { Connection, Dialogue } from '#servers/listener'
import {
  beginSession,
  envelopeOf,
  isReceiving,
  type SmtpEffect,
  SmtpFrame,
  type SmtpInput,
  type SmtpRules,
  type SmtpState,
  step,
} from '#standards/smtp'
import { ContentFlow } from './content-flow.ts'
import { type DoorWay, loginOutcome, tellNoAnswer } from './door-way.ts'
import { nextInput } from './next-input.ts'
import type { SmtpSettings } from './settings.ts'
import { describePeer, Transaction } from './transaction.ts'

/** How much a client may send ahead while we think. */
const maxAhead = 65_536
/** How long a client in the middle of a transaction has for its next command when the server is about to go. */
const closingMilliseconds = 1_500

/** Holds one session: bytes in, inputs to `step`, effects out. One write for all that is answered in one go. */
export class SmtpDialogue implements Dialogue {
  readonly #way: DoorWay
  readonly #connection: Connection
  readonly #leave: (dialogue: SmtpDialogue) => void
  readonly #frame = new SmtpFrame()
  #rules: SmtpSettings & SmtpRules
  #state: SmtpState
  #transaction: Transaction | undefined
  user: Peer['user']
  #out = ''
  #greeted = false
  /** Somebody of ours has to answer before we go on. */
  #busy = false
  /** The client does not read what we say. */
  #clogged = false
  #paused = false
  #heardAll = false
  #closing = false
  readonly #flow = new ContentFlow()

  constructor(way: DoorWay, connection: Connection, leave: (dialogue: SmtpDialogue) => void) {
    this.#way = way
    this.#leave = leave
    this.#connection = connection
    this.#rules = way.rules()
    this.#state = beginSession(connection.tls !== undefined)
    connection.setDeadline(this.#rules.idleMilliseconds)
  }

  greet(): void {
    if (this.#greeted || this.#state.phase === 'over') return
    this.#greeted = true
    this.#out = `220 ${this.#rules.hostname} ${this.#rules.banner}\r\n`
    this.#connection.guard(() => this.#run())
  }

  hear(bytes: Uint8Array): void {
    if (this.#state.phase === 'over') return
    this.#flow.count(bytes.length)
    this.#rules = this.#way.rules()
    if (!this.#greeted && this.#rules.door === 'mx') {
      this.#note('early-talker')
      this.#take({ kind: 'early-talk' })
      return
    }
    this.#frame.feed(bytes)
    if (this.#mayRun()) this.#run()
    else if (this.#frame.pending > maxAhead && !this.#paused) {
      this.#paused = true
      this.#connection.pause()
    }
  }

  heardAll(): void {
    this.#heardAll = true
    if (this.#mayRun()) this.#run()
  }

  late(): void {
    // Whoever waits for our disk is not slow.
    if (isReceiving(this.#state) && (this.#flow.turn(this.#rules) || this.#busy)) {
      this.#connection.setDeadline(this.#rules.rateWindowMilliseconds)
      return
    }
    this.#note('timeout')
    if (this.#clogged) this.#connection.destroy()
    else this.#take({ kind: 'late' })
  }

  secured(): void {
    this.user = undefined
    this.#take({ kind: 'secured' })
    this.#expectCommand()
    if (this.#mayRun()) this.#run()
  }

  closed(): void {
    this.#abandon()
    this.#leave(this)
  }

  /** The server is about to go: now, or as soon as the letter in hand is answered. */
  shutDown(): void {
    this.#closing = true
    if (!this.#mayRun()) return
    this.#run()
    if (!isReceiving(this.#state) && !this.#busy) this.#expectCommand()
  }

  /** The login holds no more. */
  dismiss(): void {
    this.shutDown()
    if (this.#state.phase !== 'over' && this.#state.phase !== 'accepting') this.#hangUp()
  }

  #mayRun(): boolean {
    return this.#greeted && !this.#busy && !this.#clogged
  }

  /** Takes what has come, as far as it can be answered now. `moved`: did something happen just before? */
  #run(moved = false): void {
    if (this.#state.phase === 'over') return
    let isNews = moved
    while (!this.#busy) {
      if (isReceiving(this.#state)) {
        if (!this.#receive()) break
      } else if (!this.#takeLine()) break
      isNews = true
    }
    if (this.#busy) return
    if (this.#closing) this.#take({ kind: 'closing' })
    if (this.#heardAll) this.#hangUp(true)
    else this.#write()
    // A whole command, not its first byte, begins the next deadline.
    if (isNews && !isReceiving(this.#state)) this.#expectCommand()
    if (this.#paused && !this.#clogged) {
      this.#paused = false
      this.#connection.resume()
    }
  }

  #takeLine(): boolean {
    const input = nextInput(this.#frame, this.#state, this.#rules)
    if (input !== undefined) this.#take(input)
    return input !== undefined
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
        const peer = describePeer(this.#rules.door, this.#connection, this.#state, this.user)
        const transaction = new Transaction(this.#way, peer)
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
        this.#expectContent(0)
        return
      case 'receive-chunk':
        if (effect.keep) this.#transaction?.receive(this.#rules, 'BDAT')
        this.#expectContent(effect.size)
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
        this.#hangUp(effect.agreed)
    }
  }

  /** Waits for an answer of ours; `undefined` says that there was none, which is a bug or a broken disk. */
  #ask<T>(answer: Promise<T>, go: (answer: T | undefined) => void): void {
    this.#busy = true
    if (!isReceiving(this.#state)) this.#connection.setDeadline(0)
    answer.then(
      value => this.#goOn(() => go(value)),
      (error: unknown) => {
        tellNoAnswer(this.#way, this.#rules.door, error)
        this.#goOn(() => go(undefined))
      },
    )
  }

  #goOn(go: () => void): void {
    this.#busy = false
    if (this.#state.phase === 'over') return
    this.#connection.guard(() => {
      go()
      // Nothing was due while we thought; now something is again.
      if (!this.#clogged) this.#run(true)
    })
  }

  #logIn(login: string, password: string): void {
    const peerAddress = this.#connection.remoteAddress
    const isGone = (): boolean => this.#state.phase === 'over'
    this.#ask(this.#way.authenticate({ login, password, peerAddress, isGone }), answer => {
      // It may have begun before the password was changed; from here on a revocation finds the user.
      const isRevoked = answer?.ok && this.#way.isRevoked(answer.value)
      if (answer?.ok && !isRevoked) this.user = answer.value
      this.#take({ kind: 'login', outcome: isRevoked ? 'wrong-credentials' : loginOutcome(answer) })
    })
  }

  #expectCommand(): void {
    const { idleMilliseconds } = this.#rules
    this.#connection.setDeadline(this.#closing ? Math.min(closingMilliseconds, idleMilliseconds) : idleMilliseconds)
  }

  #expectContent(size: number): void {
    if (this.#flow.begin(this.#state, size, this.#frame.pending, this.#rules)) {
      this.#connection.setDeadline(this.#rules.rateWindowMilliseconds)
      return
    }
    this.#note('timeout')
    this.#take({ kind: 'late' })
  }

  /** Takes what has come of a content. False when more has to come. */
  #receive(): boolean {
    const reception = this.#transaction?.reception
    const ended = this.#flow.take(this.#state, this.#frame, reception)
    const go = (): void => {
      if (ended) this.#take({ kind: 'content', flaw: reception?.flaw })
    }
    if (reception?.writing === undefined) go()
    else this.#ask(reception.writing, go)
    return ended
  }

  #write(): void {
    const out = this.#out
    this.#out = ''
    if (out === '' || this.#connection.write(out)) return
    this.#clogged = true
    this.#connection.drained().then(() => {
      this.#clogged = false
      if (!this.#busy) this.#connection.guard(() => this.#run(true))
    })
  }

  #hangUp(agreed = false): void {
    this.#abandon()
    this.#connection.end(this.#out, agreed && this.#frame.pending === 0)
    this.#frame.clear()
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
