import { fail, ok, type Result } from '#base/result'
import { makeRevocations, type Revocations } from '#mail/login'
import { type Connection, defaultListenLimits, type ListenFailure, type ListenOptions, listen } from '#servers/listener'
import type { SmtpRules } from '#standards/smtp'
import { SmtpDialogue } from './dialogue.ts'
import type { DoorWay } from './door-way.ts'
import type { SmtpSettings } from './settings.ts'

type Place = Pick<ListenOptions, 'host' | 'port' | 'implicitTls' | 'secureContext'> &
  Partial<Pick<ListenOptions, 'limits'>>

export interface LmtpDoorOptions extends Place, Pick<DoorWay, 'intake' | 'contents' | 'log'> {
  readonly settings: () => SmtpSettings
}

export interface SmtpDoorOptions extends LmtpDoorOptions {
  readonly door: 'mx' | 'submission'
  readonly authenticate: DoorWay['authenticate']
  readonly revocations: Revocations
}

export interface SmtpDoor {
  readonly port: number
  /** Sessions that are open now. */
  readonly sessions: number
  /**
   * No new connections; letters in hand are answered, everyone else is told 421 at once. Who is still there after
   * so many milliseconds is cut off. Resolves when nobody is left.
   */
  close(deadlineMilliseconds: number): Promise<void>
}

export const serveSmtp = (options: SmtpDoorOptions): Promise<Result<SmtpDoor, ListenFailure>> =>
  serve(options, options.door, options.authenticate, options.revocations)

/** RFC 2033: for programs that deliver themselves what has a queue already. Nobody logs in here. */
export const serveLmtp = (options: LmtpDoorOptions): Promise<Result<SmtpDoor, ListenFailure>> =>
  serve(options, 'lmtp', async () => fail('unavailable'), makeRevocations())

async function serve(
  options: LmtpDoorOptions,
  door: SmtpRules['door'],
  authenticate: DoorWay['authenticate'],
  revocations: Revocations,
): Promise<Result<SmtpDoor, ListenFailure>> {
  const { intake, contents, log, settings } = options
  /** What one of them breaks at costs its own connection only. */
  const dialogues = new Map<SmtpDialogue, Connection>()
  const way: DoorWay = {
    intake,
    contents,
    log,
    authenticate,
    isRevoked: revocations.isRevoked,
    rules: makeRules(settings, door),
  }
  const leave = (dialogue: SmtpDialogue): void => void dialogues.delete(dialogue)
  const greetSoon = makeGreeting()

  const opened = await listen({
    host: options.host,
    port: options.port,
    ...(options.implicitTls === undefined ? {} : { implicitTls: options.implicitTls }),
    secureContext: options.secureContext,
    limits: options.limits ?? defaultListenLimits,
    fullReply: () => `421 4.7.0 ${settings().hostname} Too many connections\r\n`,
    log,
    onConnection(connection) {
      const dialogue = new SmtpDialogue(way, connection, leave)
      dialogues.set(dialogue, connection)
      greetSoon(dialogue)
      return dialogue
    },
  })
  if (!opened.ok) return opened
  const listener = opened.value
  const unwatch = revocations.watch(account => {
    for (const [dialogue, connection] of dialogues) {
      const { user } = dialogue
      if (user?.account === account && revocations.isRevoked(user)) connection.guard(() => dialogue.dismiss())
    }
  })
  return ok({
    port: listener.port,
    get sessions() {
      return dialogues.size
    },
    async close(deadlineMilliseconds) {
      unwatch()
      listener.close()
      for (const [dialogue, connection] of dialogues) connection.guard(() => dialogue.shutDown())
      const cut = setTimeout(() => {
        for (const connection of listener.connections) connection.destroy()
      }, deadlineMilliseconds)
      await listener.emptied()
      clearTimeout(cut)
    },
  })
}

/** The settings with what the door adds, made once for each state of the settings. */
function makeRules(settings: () => SmtpSettings, door: SmtpRules['door']): DoorWay['rules'] {
  let seen: SmtpSettings | undefined
  let rules: (SmtpSettings & SmtpRules) | undefined
  return () => {
    const now = settings()
    if (rules === undefined || now !== seen) {
      rules = { ...now, door, offersTls: true }
      seen = now
    }
    return rules
  }
}

/**
 * Greets everyone after the loop has looked at their socket once: who has spoken by then did not wait for the
 * greeting, as RFC 5321 §4.3.1 asks, and is a robot.
 */
function makeGreeting(): (dialogue: SmtpDialogue) => void {
  let arrived: SmtpDialogue[] = []
  let looked: SmtpDialogue[] = []
  const turn = (): void => {
    const now = looked
    looked = arrived
    arrived = []
    for (const each of now) each.greet()
    if (looked.length > 0) setImmediate(turn)
  }
  return dialogue => {
    arrived.push(dialogue)
    if (arrived.length === 1 && looked.length === 0) setImmediate(turn)
  }
}
