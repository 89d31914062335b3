import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readImports } from './imports.ts'
import { judgeLayers } from './layers.ts'

const file = (path: string, ...lines: string[]) => ({ path, text: `${lines.join('\n')}\n` })

const planted: readonly (readonly [string, string, string, RegExp])[] = [
  ['up the stairs', 'src/mail/route/route.ts', "import { x } from '#adapters/sql'", /only look down/],
  ['up from base', 'src/base/clock.ts', "import type { x } from '#standards/smtp'", /only look down/],
  ['up, types only', 'src/standards/smtp/a.ts', "import type { x } from '#mail/queue'", /only look down/],
  ['Node on a pure floor', 'src/mail/route/route.ts', "import { x } from 'node:fs'", /pure floor/],
  ['a package on a pure floor', 'src/standards/imap/a.ts', "import x from 'fast-check'", /pure floor/],
  ['a package in a server', 'src/servers/smtp/a.ts', "import x from 'left-pad'", /packages live/],
  ['adapters as neighbours', 'src/adapters/ldap/a.ts', "import { x } from '#adapters/sql'", /neighbours/],
  ['servers as neighbours', 'src/servers/smtp/a.ts', "import { x } from '#servers/imap'", /neighbours/],
  ['a server in an adapter', 'src/adapters/ldap/a.ts', "import { x } from '#servers/imap'", /only look down/],
  ['past the door', 'src/mail/route/route.ts', "import { x } from '../queue/schedule.ts'", /by its door/],
  ['past the door by name', 'src/servers/smtp/a.ts', "import { x } from '#mail/queue/schedule'", /by its door/],
  ['by its own door', 'src/mail/queue/a.ts', "import { x } from '#mail/queue'", /inside a room/],
  ['config from mail', 'src/mail/scan/a.ts', "import { x } from '#config'", /only app opens config/],
  ['config from a server', 'src/servers/http/a.ts', "import type { x } from '#config'", /only app opens config/],
  ['an adapter made elsewhere', 'src/app/main.ts', "import { x } from '#adapters/sql'", /app\/wire/],
  ['a test', 'src/mail/route/route.ts', "import { x } from './route.test.ts'", /tests/],
  ['the test kit', 'src/mail/route/route.ts', "import { x } from '../../../test/kit/suites.ts'", /tests/],
  ['a tool', 'src/mail/route/route.ts', "import { x } from '../../../tools/check.ts'", /only at src/],
  ['a value in web', 'web/webmail/a.ts', "import { x } from '#standards/jmap'", /only types/],
  ['a dynamic import', 'src/mail/route/route.ts', "const x = await import('#app/main')", /only look down/],
  ['a re-export', 'src/mail/route/index.ts', "export * from '#servers/smtp'", /only look down/],
]

for (const [name, path, line, expected] of planted)
  test(`layers: ${name} is found`, () => assert.match(judgeLayers([file(path, line)]).join('\n'), expected))

test('layers: what the house allows is not a breach', () => {
  const files = [
    file('src/mail/route/route.ts', "import type { Result } from '#base/result'", "import { x } from '#mail/queue'"),
    file('src/standards/imap/a.ts', "import { x } from '#standards/message'", "import { y } from './b.ts'"),
    file('src/standards/imap/parse/a.ts', "import { x } from '../b.ts'"),
    file('src/adapters/ldap/a.ts', "import { x } from 'left-pad'", "import { y } from 'node:net'"),
    file('src/servers/smtp/a.ts', "import { x } from '#servers/listener'"),
    file('src/app/wire.ts', "import { x } from '#adapters/ldap'", "import { y } from '#config'"),
    file('src/app/main.ts', "import type { x } from '#adapters/ldap'", "import { y } from '#app/wire'.replace()"),
    file('src/mail/route/route.test.ts', "import { x } from '#adapters/ldap'"),
    file('web/webmail/a.tsx', "import type { x } from '#standards/jmap'", "import { y } from 'preact'"),
    file('src/mail/queue/a.ts', "// import { x } from '#app/main'", '/*', "import '#app/main'", '*/'),
  ]
  assert.deepEqual(
    judgeLayers(files).filter(breach => !breach.startsWith('src/app/main.ts')),
    [],
  )
})

test('layers: rooms may lie together in a folder without a door', () => {
  const files = [
    file('src/standards/mail-auth/spf/index.ts', "export * from './a.ts'"),
    file('src/standards/mail-auth/dkim/index.ts'),
    file('src/standards/mail-auth/spf/a.ts', "import { x } from '#standards/mail-auth/dkim'"),
    file('src/standards/mail-auth/dkim/b.ts', "import { x } from '../spf/a.ts'"),
  ]
  const breaches = judgeLayers(files)
  assert.match(breaches[0] ?? '', /dkim\/b\.ts: .*by its door/)
  assert.match(breaches[1] ?? '', /rooms in a cycle/)
  assert.equal(breaches.length, 2)
})

test('layers: files in a cycle are found, also over types only', () => {
  const files = [
    file('src/base/a.ts', "import type { B } from './b.ts'"),
    file('src/base/b.ts', "import { type C } from './c.ts'"),
    file('src/base/c.ts', "import type { A } from './a.ts'"),
  ]
  assert.deepEqual(judgeLayers(files), [
    'files in a cycle: src/base/a.ts -> src/base/b.ts -> src/base/c.ts -> src/base/a.ts',
  ])
})

test('layers: rooms in a cycle are found where no file is', () => {
  const files = [
    file('src/mail/route/a.ts', "import { x } from '#mail/queue'"),
    file('src/mail/queue/b.ts', "import { y } from '#mail/route'"),
    file('src/mail/queue/index.ts', "export * from './c.ts'"),
    file('src/mail/route/index.ts', "export * from './c.ts'"),
  ]
  assert.deepEqual(judgeLayers(files), ['rooms in a cycle: mail/route -> mail/queue -> mail/route'])
})

test('imports: every form is read, with types told apart', () => {
  const text = [
    "import a from 'one'",
    'import {',
    '  b,',
    '  type c,',
    "} from 'two'",
    "import type { d } from 'three'",
    "import { type e, type f } from 'four'",
    "export * from 'five'",
    "export type { g } from 'six'",
    "import 'seven'",
    "const h = await import('eight')",
    "import type from 'nine'",
    "export const from = 'ten'",
  ].join('\n')
  const read = readImports(text)
  assert.deepEqual(
    new Map(read.map(({ from, typeOnly }) => [from, typeOnly])),
    new Map(
      Object.entries({
        one: false,
        two: false,
        three: true,
        four: true,
        five: false,
        six: true,
        seven: false,
        eight: false,
        nine: false,
      }),
    ),
  )
})
