import assert from 'node:assert/strict'
import { test } from 'node:test'
import { usualMessageLimits } from '#standards/message'
import { comparable, type Item, recorded, referenceExceptions } from '../../../test/kit/comparable-structure.ts'
import { readImapValue } from '../../../test/kit/imap-value.ts'
import {
  corpusMessage,
  type RecordedAnswer,
  recordedAnswers,
  referenceServers,
} from '../../../test/kit/message-corpora.ts'
import { suitesFolder } from '../../../test/kit/suites.ts'
import { summarizeMessage } from './message-summary.ts'

test('ENVELOPE and BODYSTRUCTURE of the corpora are what other servers say', context => {
  if (suitesFolder() === undefined) return context.skip('the suites are not beside the project')
  const references = referenceServers.map(recordedAnswers)
  const names = new Set(references.flatMap(reference => [...reference.keys()]))
  const wrong: string[] = []
  let compared = 0
  for (const name of names) {
    const bytes = corpusMessage(name)
    const { envelope, bodyStructure } = summarizeMessage(bytes, usualMessageLimits, new Set(), 0)
    const ours: Readonly<Record<Item, Uint8Array>> = { envelope, bodystructure: bodyStructure }
    const answers = references.map(one => one.get(name)).filter((one): one is RecordedAnswer => one !== undefined)
    for (const item of ['envelope', 'bodystructure'] as const) {
      const mine = JSON.stringify(comparable[item](recorded(readImapValue(ours[item]))))
      const theirs = answers.map(answer => JSON.stringify(comparable[item](answer[item])))
      compared++
      if (theirs.includes(mine) === referenceExceptions.has(`${item} ${name}`)) wrong.push(`${item} ${name}`)
    }
  }
  assert.deepEqual(wrong, [])
  assert.ok(compared > 1100, `only ${compared} items compared`)
})
