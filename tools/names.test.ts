import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeNames } from './names.ts'
import { judgeDoors, judgeSizes } from './sizes.ts'

const breaches = (path: string, text = '') => judgeNames([{ path, text }]).join('\n')

test('names: refused words in file names are found', () => {
  for (const word of ['manager', 'mail-helper', 'utils', 'common', 'user-data', 'info', 'process-mail'])
    assert.match(breaches(`src/mail/route/${word}.ts`), /says nothing|no verb/, word)
  assert.match(breaches('src/mail/helpers/x.ts'), /'helpers'/)
})

test('names: refused words in exported names are found', () => {
  for (const code of [
    'export class QueueManager {}',
    'export const mailUtil = 1',
    'export type UserData = string',
    'export interface CommonThing {}',
    'export async function processMail() {}',
    'export function* userInfo() {}',
  ])
    assert.match(breaches('src/mail/route/index.ts', code), /says nothing|no verb/, code)
})

test('names: near misses are fine', () => {
  for (const code of [
    'export const metadata = 1',
    'export type Metadata = 1',
    'export const processes = []',
    'export const x = 1, database = 2',
  ])
    assert.equal(breaches('src/mail/route/index.ts', code), '', code)
  assert.equal(breaches('src/standards/smtp/data-size.ts', 'export const dataSize = 1'), '', 'DATA is a word of SMTP')
})

test('names: files are kebab-case and carry the name of their only export', () => {
  assert.match(breaches('src/mail/route/expandList.ts'), /kebab/)
  assert.match(breaches('src/mail/Route/expand.ts'), /kebab/)
  assert.match(breaches('src/mail/route/expand-list.ts', 'export function routeLetter() {}'), /named after/)
  assert.equal(breaches('src/mail/route/expand-list.ts', 'export function expandList() {}'), '')
  assert.equal(breaches('src/mail/scan/virus.ts', 'export function scanForViruses() {}'), '')
})

test('sizes: 301 lines are too many, 151 are told', () => {
  const file = (path: string, lines: number) => ({ path, text: 'x\n'.repeat(lines) })
  const judged = judgeSizes([file('a.ts', 301), file('b.ts', 300), file('c.ts', 151), file('d.ts', 150)])
  assert.deepEqual(judged.breaches, ['a.ts: 301 lines'])
  assert.deepEqual(judged.large, ['b.ts: 300 lines', 'c.ts: 151 lines'])
})

test('doors: a room without a door, without a head or with a long head is found', () => {
  const door = (room: string, text: string) => ({ path: `src/mail/${room}/index.ts`, text })
  const head = (lines: number) => `/**\n${' * x\n'.repeat(lines)} */\n`
  const judged = judgeDoors([
    { path: 'src/mail/closed/a.ts', text: '' },
    door('bare', "export * from './a.ts'"),
    door('long', head(11)),
    door('good', head(10)),
  ])
  assert.equal(judged.length, 3)
  assert.match(judged[0]!, /closed.*no door/)
  assert.match(judged[1]!, /bare/)
  assert.match(judged[2]!, /long/)
})
