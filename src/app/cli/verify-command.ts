import { openFailureWords } from '../open-failure-words.ts'
import { beginCommand, type Command, chosenDirectory, complainOf, usage } from './command.ts'
import { fitForTerminal } from './fit-for-terminal.ts'
import { bytesText, progressLine } from './show-progress.ts'

const help = `usage: hauspost verify [--deep] [--data DIR] [--json]

Reads the whole data directory, also while a server runs on it, and says whether all of it is there and fits together.
Nothing is changed. While no server runs, none can start until it is done.

  --deep   reads every byte of every letter, too: its checksums, and what is kept beside it for mail clients

Exit codes: 0 whole, 1 damage found. What to do then stands in docs/care.md.`

export const verifyCommand: Command = async (words, terminal) => {
  const begun = beginCommand(words, terminal, { deep: 'flag' }, help)
  if (typeof begun === 'number') return begun
  const { options, json } = begun
  if (options.rest.length > 0)
    return complainOf(usage(`'${options.rest[0]}' is no option of verify`).failure, terminal, json)
  const data = chosenDirectory(options, terminal)
  if (!data.ok) return complainOf(data.failure, terminal, json)
  const { verifyStore } = await import('../wire-care.ts')
  const line = progressLine(!json)
  const since = performance.now()
  const verified = await verifyStore(data.value, {
    deep: options.has('deep'),
    onProgress: ({ what, done, total }) => line.show(what, done, total),
  })
  line.end()
  if (!verified.ok) {
    const kind = verified.failure.kind === 'missing' ? 'not-found' : 'failed'
    return complainOf({ kind, words: openFailureWords(data.value, verified.failure) }, terminal, json)
  }
  const { isWhole, findings, untold, counts } = verified.value
  const seconds = Math.round(performance.now() - since) / 1000
  if (json) terminal.print(JSON.stringify({ ...verified.value, seconds }))
  else {
    const lines = findings.map(({ where, what }) => fitForTerminal(`damage: ${where}: ${what}`))
    if (untold > 0) lines.push(`and ${untold} more`)
    lines.push(
      `${counts.accounts} accounts, ${counts.mailboxes} mailboxes, ${counts.messages} messages, ${counts.changes} changes, ${counts.queued} letters in the queue`,
      `${counts.segments} segments with ${counts.records} records, ${bytesText(counts.bytes)}; nobody refers to ${counts.orphans} of them (${bytesText(counts.orphanBytes)})`,
    )
    if (counts.accountsWithoutUser > 0) lines.push(`${counts.accountsWithoutUser} accounts whose user was removed`)
    lines.push(isWhole ? `All is whole (${seconds} s).` : `Damage found (${seconds} s). ${remedyOf(findings)}`)
    terminal.print(lines.join('\n'))
  }
  return isWhole ? 0 : 1
}

function remedyOf(findings: readonly { readonly kind: 'derived' | 'lost' }[]): string {
  return findings.every(({ kind }) => kind === 'derived')
    ? 'Every letter that is shown is whole; what is counted from the record of changes does not follow from it.'
    : "Some of it only comes back from a backup ('hauspost restore --help'); docs/care.md says which way to go."
}
