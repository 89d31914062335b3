import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AdminNeeds } from '#mail/admin'
import { serveAdmin } from '#servers/admin'
import { makeAdministration } from '../administration.ts'
import { openRegistry } from '../registry-file.ts'
import { makeSettings } from '../settings.ts'
import { runCommand } from './run-command.ts'
import type { Terminal } from './terminal.ts'

/** What one command printed, complained and returned. */
export interface Told {
  readonly code: number
  readonly out: string
  readonly complaints: string
}

/** A terminal that remembers. */
export function makeTerminal(environment: Terminal['environment'] = {}, line = '') {
  const told = { out: '', complaints: '' }
  const ended = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`)
  const terminal: Terminal = {
    print: text => {
      told.out += ended(text)
    },
    complain: text => {
      told.complaints += ended(text)
    },
    readLine: () => line,
    environment,
  }
  return { terminal, told }
}

export async function tell(
  words: readonly string[],
  environment: Terminal['environment'] = {},
  line = '',
): Promise<Told> {
  const { terminal, told } = makeTerminal(environment, line)
  const code = await runCommand(words, terminal)
  return { code, ...told }
}

/** A server as the command line sees one: a data directory with a registry and an admin socket. */
export async function openRunningOffice(office: Pick<AdminNeeds, 'directory' | 'store' | 'queue' | 'hasher' | 'log'>) {
  const data = mkdtempSync(join(tmpdir(), 'hauspost-cli-'))
  mkdirSync(join(data, 'run'))
  const opened = openRegistry(data, { 'mail/cyrus/auth/allowplaintext': 'no' })
  if (!opened.ok) throw new Error(opened.failure.join())
  const registry = opened.value
  const settings = makeSettings(registry.current)
  const administration = makeAdministration({ ...office, registry, settings })
  const server = await serveAdmin({
    path: join(data, 'run', 'admin.sock'),
    handle: request => administration(request.operation, request.arguments),
    log: office.log,
  })
  return {
    data,
    settings,
    tell: (words: readonly string[], line = '') => tell(words, { HAUSPOST_DATA: data }, line),
    async close() {
      await server.close()
      rmSync(data, { recursive: true })
    },
  }
}
