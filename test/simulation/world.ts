import assert from 'node:assert/strict'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type EmbeddedEngine, openEmbedded } from '#adapters/embedded'
import { silentLog } from '#base/log'
import { accountId, defaultMailboxes, type OpenMailbox } from '#mail/store'
import { perform, type Stage } from './acts.ts'
import { writeDisk } from './disk.ts'
import { Domains, type Ticket } from './domains.ts'
import { Memory, queueInvariants } from './invariants.ts'
import { type Look, lookAt } from './look.ts'
import type { Machine } from './machine.ts'
import { mailProblems, oneOf } from './verdict.ts'
import { makeWriters, type WriterFaults } from './writer.ts'

/** What the simulation found wrong, with what is needed to see it again. */
export class Broken extends Error {
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(problems.slice(0, 6).join('\n'))
    this.problems = problems
  }
}

const firstAccounts = [1, 2, 3]
const day = 24 * 3600 * 1000

/** One store, from its making through many crashes. */
export class World {
  readonly #machine: Machine
  readonly #faults: WriterFaults
  readonly #shards: number
  readonly #tickets = new Map<number, Ticket>()
  readonly #letterOf = new Map<string, number>()
  readonly #domains: Domains
  readonly #memory = new Memory()
  readonly #accounts = [...firstAccounts]
  readonly #problems: string[] = []
  #engine: EmbeddedEngine | undefined
  #watched: OpenMailbox[] = []
  #lastTicket = 0
  #asking = 0
  #letters = 0
  #folders = 0
  operations = 0
  crashes = 0
  refuses = false

  constructor(machine: Machine, faults: WriterFaults) {
    this.#machine = machine
    this.#faults = faults
    this.#shards = 1 + machine.chance(2)
    this.#domains = new Domains(this.#shards, ref => this.#letterOf.get(ref) ?? -1, this.#tickets)
    this.#nextFolder()
  }

  #nextFolder(): string {
    const folder = join(this.#machine.root, String(++this.#folders))
    mkdirSync(folder)
    return folder
  }

  async live(operations: number): Promise<void> {
    const machine = this.#machine
    machine.boot(join(machine.root, '1'))
    await this.#open()
    while (this.operations < operations) {
      // Soon after the start, with all of it in doubt; or later, with the last of it.
      if (machine.chance(3) === 0) machine.cutAfter(1 + machine.chance(120), 120)
      else machine.cutAfter(1 + machine.chance(700), 1 + machine.chance(40))
      await this.#untilDark()
      await this.#recover()
    }
    await this.#engine?.close()
    rmSync(machine.folder, { recursive: true })
  }

  async #open(): Promise<boolean> {
    const machine = this.#machine
    const opened = await openEmbedded({
      directory: machine.folder,
      create: this.crashes === 0 || this.#lastTicket === 0,
      shards: this.#shards,
      log: silentLog,
      reserve: 0,
      rollAt: 2 * 1024 + machine.chance(24 * 1024),
      now: () => machine.time,
      openWriter: makeWriters(machine, this, this.#faults),
      onFatal: error => this.#complain(`the disk is said to be broken: ${error.message}`),
    }).catch(error => {
      if (!machine.isDark) throw error
      return undefined
    })
    if (!opened) return false
    if (!opened.ok) {
      if (machine.isDark) return false
      throw new Broken([`I1 the store does not open: ${JSON.stringify(opened.failure)}`])
    }
    this.#engine = opened.value
    return true
  }

  #complain(problem: string): void {
    if (!this.#machine.isDark) this.#problems.push(problem)
  }

  /** Work until the power goes. */
  async #untilDark(): Promise<void> {
    const machine = this.#machine
    await Promise.all(this.#accounts.map(id => this.#makeAccount(id)))
    await this.#watch()
    while (!machine.isDark) {
      this.#passTime()
      const stage = this.#stage()
      await Promise.all(Array.from({ length: 1 + machine.chance(8) }, () => perform(stage)))
      if (this.#problems.length > 0) throw new Broken(this.#problems)
      this.refuses = machine.chance(30) === 0
      if (machine.chance(120) === 0 && !machine.isDark) await this.#reopen()
    }
    this.refuses = false
    this.#unwatch()
    await this.#engine?.close().catch(() => {})
    this.#engine = undefined
  }

  async #makeAccount(id: number): Promise<void> {
    const { store } = this.#engine as EmbeddedEngine
    await this.#ask('create-account', () => store.createAccount(accountId(id), defaultMailboxes))
  }

  /** A start without a crash before it. */
  async #reopen(): Promise<void> {
    this.refuses = false
    this.#unwatch()
    await this.#engine?.close()
    this.#engine = undefined
    if (this.#machine.isDark || !(await this.#open()) || this.#machine.isDark) return this.#machine.cutNow()
    await this.#watch()
  }

  #passTime(): void {
    const { chance } = this.#machine
    this.#machine.steady += chance(100)
    this.#machine.time += chance(2_000)
    // Clocks are set, forwards and backwards.
    if (chance(200) === 0) this.#machine.time += (chance(2) === 0 ? -1 : 1) * chance(3 * day)
  }

  /** A session that hears of all that arrives: what it has heard may not be taken back. */
  async #watch(): Promise<void> {
    for (const id of this.#accounts) {
      const account = await this.#engine?.store.openAccount(accountId(id))
      if (!account?.ok) continue
      const inbox = await account.value.findMailbox('INBOX')
      const opened = inbox && (await account.value.openMailbox(inbox.id))
      if (!opened?.ok) continue
      const open = opened.value
      this.#watched.push(open)
      open.watch(({ modseq, what }) => {
        if (this.#machine.isDark) return
        const last = what.kind === 'arrived' ? (what.uids.at(-1) ?? 0) : 0
        this.#memory.show(id, open.uidValidity, last, modseq)
      })
    }
  }

  #unwatch(): void {
    for (const open of this.#watched) open.close()
    this.#watched = []
  }

  #stage(): Stage {
    return {
      machine: this.#machine,
      engine: this.#engine as EmbeddedEngine,
      domains: this.#domains,
      accounts: this.#accounts,
      letterOf: this.#letterOf,
      nextLetter: queued => {
        this.#letters += 2
        return queued ? this.#letters + 1 : this.#letters
      },
      ask: (what, act) => this.#ask(what, act),
    }
  }

  async #ask<T>(what: string, act: () => Promise<T>): Promise<T | undefined> {
    if (this.#machine.isDark) return undefined
    const ticket: Ticket = { id: ++this.#lastTicket, what }
    this.#tickets.set(ticket.id, ticket)
    this.operations++
    this.#asking = ticket.id
    const asked = act()
    this.#asking = 0
    const answer = await asked
    if (this.#machine.isDark) return undefined
    this.#machine.note(`${what} ${JSON.stringify(answer)}`)
    ticket.answer = answer
    this.#acknowledged(ticket)
    return answer
  }

  /** From here on it is a promise. What was answered must be what the model says. */
  #acknowledged(ticket: Ticket): void {
    const { group, what, answer } = ticket
    this.#tickets.delete(ticket.id)
    if (!group) {
      if ((answer as { failure?: string }).failure !== 'no-space')
        this.#complain(`I1 ${what} was answered and never written`)
      return
    }
    for (const domain of this.#domains.all) domain.settle(group)
    const failure = (answer as { failure?: string }).failure
    if (group.refused && failure === 'no-space') return
    if (what.startsWith('accept')) return
    try {
      assert.deepEqual(answer, ticket.expected)
    } catch {
      this.#complain(
        `I4 I13 ${what} was answered ${JSON.stringify(answer)}, should be ${JSON.stringify(ticket.expected)}`,
      )
    }
  }

  /** The machine is on again, perhaps not for long. */
  async #recover(): Promise<void> {
    const machine = this.#machine
    for (;;) {
      this.crashes++
      const { found } = machine
      assert.ok(found)
      const [old, folder] = [machine.folder, this.#nextFolder()]
      writeDisk(folder, found, path => folder + path.slice(old.length))
      machine.boot(folder)
      rmSync(old, { recursive: true })
      machine.time += machine.chance(60_000)
      // A crash while it recovers, now and then.
      if (machine.chance(4) === 0) machine.cutAfter(1 + machine.chance(60), 100)
      const isOpen = await this.#open()
      if (isOpen && !machine.isDark) break
      await this.#engine?.close().catch(() => {})
      this.#engine = undefined
    }
    machine.boot(machine.folder)
    this.#tickets.clear()
    const look = await lookAt(this.#engine as EmbeddedEngine, this.#everybody())
    const problems = [...look.damage, ...this.#check(look), ...this.#memory.compare(look)]
    if (problems.length > 0) throw new Broken(problems)
  }

  #everybody(): number[] {
    return Array.from({ length: Math.max(...this.#accounts) }, (_, i) => i + 1)
  }

  /** All that was acknowledged, and of the rest each group whole or not at all. */
  #check(look: Look): string[] {
    const { queue, shards } = this.#domains
    return [
      ...oneOf(queue, () => queueInvariants(look, queue.model)),
      ...shards.flatMap((domain, n) => {
        const mine = this.#everybody().filter(id => id % shards.length === n)
        return oneOf(domain, () => mailProblems(look, domain.model, mine))
      }),
    ]
  }

  ticketOf(op: unknown): number {
    if (this.#asking > 0) return this.#asking
    // A letter comes to the queue's index behind its content.
    const { entry } = op as { entry?: readonly unknown[] }
    if (!entry) return 0
    const letter = /t(\d+)-/.exec(String(entry[9]))?.[1]
    return [...this.#tickets.values()].find(({ what }) => what === `accept ${letter}`)?.id ?? 0
  }

  begins(file: string, group: Parameters<Domains['begins']>[1]): void {
    if (!this.#machine.isDark) this.#domains.begins(file, group)
  }

  ended(file: string, _: unknown, answers: readonly unknown[]): void {
    if (!this.#machine.isDark) this.#domains.ended(file, answers)
  }
}
