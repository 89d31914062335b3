import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { latin1 } from '#base/bytes'
import { parseAppendHead, parseCommand, parseNextMessage } from './parse-command.ts'
import { star } from './sequence-set.ts'

/** The command, or the words of its refusal. */
function parsed(line: string): unknown {
  const command = parseCommand(latin1(line))
  if (!command.ok) return `${command.failure.tag} ${command.failure.status} ${command.failure.text}`
  const { tag: _, ...rest } = command.value
  return rest
}

for (const name of ['CAPABILITY', 'NOOP', 'LOGOUT', 'STARTTLS', 'CHECK', 'CLOSE', 'UNSELECT', 'IDLE', 'NAMESPACE'])
  test(`${name} stands alone`, () => {
    assert.deepEqual(parsed(`a ${name.toLowerCase()}`), { name })
    assert.equal(parsed(`a ${name} x`), 'a BAD Too many arguments')
    assert.equal(parsed(`a ${name} `), 'a BAD Too many arguments')
  })

const commands: readonly (readonly [line: string, expected: unknown])[] = [
  ['a LOGIN "pe\\"t\\\\er" {3}\r\n"x"', { name: 'LOGIN', user: 'pe"t\\er', password: '"x"' }],
  ['a LOGIN pe]ter ""', { name: 'LOGIN', user: 'pe]ter', password: '' }],
  ['a LOGIN {0}\r\n {1+}\r\n\n', { name: 'LOGIN', user: '', password: '\n' }],
  ['a LOGIN x "\xc3\xbc"', { name: 'LOGIN', user: 'x', password: 'ü' }],
  ['a AUTHENTICATE plain', { name: 'AUTHENTICATE', mechanism: 'PLAIN' }],
  ['a SELECT inbox', { name: 'SELECT', mailbox: 'INBOX' }],
  ['a EXAMINE "Entw&APw-rfe"', { name: 'EXAMINE', mailbox: 'Entwürfe' }],
  ['a DELETE {3}\r\na b', { name: 'DELETE', mailbox: 'a b' }],
  ['a SUBSCRIBE a%b', 'a BAD Too many arguments'],
  ['a CREATE foo/', { name: 'CREATE', mailbox: 'foo', specialUse: [] }],
  ['a CREATE x (USE (\\Sent \\Junk))', { name: 'CREATE', mailbox: 'x', specialUse: ['\\Sent', '\\Junk'] }],
  ['a RENAME a "b c"', { name: 'RENAME', from: 'a', to: 'b c' }],
  ['a STATUS x (messages UNSEEN MESSAGES)', { name: 'STATUS', mailbox: 'x', items: ['MESSAGES', 'UNSEEN'] }],
  ['a LSUB "" *', { name: 'LSUB', reference: '', patterns: ['*'] }],
  ['a LIST "" "%"', { name: 'LIST', reference: '', patterns: ['%'], select: [], return: [] }],
  ['a LIST "" ""', { name: 'LIST', reference: '', patterns: [''], select: [], return: [] }],
  [
    'a LIST (SUBSCRIBED RECURSIVEMATCH) x/ (a% *) RETURN (CHILDREN STATUS (MESSAGES))',
    {
      name: 'LIST',
      reference: 'x/',
      patterns: ['a%', '*'],
      select: ['SUBSCRIBED', 'RECURSIVEMATCH'],
      return: ['CHILDREN'],
      status: ['MESSAGES'],
    },
  ],
  ['a EXPUNGE', { name: 'EXPUNGE' }],
  ['a UID EXPUNGE 3:*', { name: 'EXPUNGE', uids: [{ from: 3, to: star }] }],
  [
    'a STORE 1 +flags.silent (\\seen Work \\SEEN)',
    { name: 'STORE', uid: false, set: [{ from: 1, to: 1 }], operation: 'add', silent: true, flags: ['\\Seen', 'Work'] },
  ],
  [
    'a UID STORE *:4,2 FLAGS \\Draft $Junk',
    {
      name: 'STORE',
      uid: true,
      set: [
        { from: star, to: 4 },
        { from: 2, to: 2 },
      ],
      operation: 'replace',
      silent: false,
      flags: ['\\Draft', '$Junk'],
    },
  ],
  [
    'a STORE 1 -FLAGS ()',
    { name: 'STORE', uid: false, set: [{ from: 1, to: 1 }], operation: 'remove', silent: false, flags: [] },
  ],
  ['a COPY 1 x', { name: 'COPY', uid: false, set: [{ from: 1, to: 1 }], mailbox: 'x' }],
  ['a UID MOVE 4294967295 x', { name: 'MOVE', uid: true, set: [{ from: 4294967295, to: 4294967295 }], mailbox: 'x' }],
  ['a ID NIL', { name: 'ID', fields: new Map() }],
  ['a ID ("Name" "x" "version" NIL)', { name: 'ID', fields: new Map([['name', 'x']]) }],
  ['a ENABLE condstore X', { name: 'ENABLE', capabilities: ['CONDSTORE', 'X'] }],
]
for (const [line, expected] of commands) test(`${JSON.stringify(line)}`, () => assert.deepEqual(parsed(line), expected))

test('AUTHENTICATE may bring its first response, RFC 4959', () => {
  const response = (line: string) => {
    const command = parseCommand(latin1(line))
    return command.ok && command.value.name === 'AUTHENTICATE' ? command.value.initialResponse : command
  }
  assert.deepEqual(Buffer.from(response('a AUTHENTICATE PLAIN AGEAYg==') as Uint8Array).toString('latin1'), '\0a\0b')
  assert.deepEqual((response('a AUTHENTICATE PLAIN =') as Uint8Array).length, 0)
  for (const wrong of ['AGEAYg=', 'AGEAYg', '====', 'AGEAYh==x', '', '*'])
    assert.equal(parsed(`a AUTHENTICATE PLAIN ${wrong}`), 'a BAD The initial response is not base64')
})

for (const [line, expected] of [
  ['', '* BAD A command begins with a tag and a space'],
  ['a', '* BAD A command begins with a tag and a space'],
  ['+ NOOP', '* BAD A command begins with a tag and a space'],
  ['a*b NOOP', '* BAD A command begins with a tag and a space'],
  [' NOOP', '* BAD A command begins with a tag and a space'],
  ['a ', 'a BAD Expected an atom'],
  ['a FROB', 'a BAD Unknown command'],
  ['a __proto__ x', 'a BAD Unknown command'],
  ['a UID FROB 1', 'a BAD Unknown UID command'],
  ['a UID', 'a BAD An argument is missing'],
  ['a LOGIN x', 'a BAD An argument is missing'],
  ['a LOGIN x "y', 'a BAD Quoted string without end'],
  ['a LOGIN x "y\\n"', 'a BAD Wrong escape in a quoted string'],
  ['a LOGIN x "{2}\r\nab"', 'a BAD Control character in a quoted string'],
  ['a LOGIN x {1}\r\n\0', 'a BAD NUL in a literal'],
  ['a LOGIN x \xfc', 'a BAD Expected a string'],
  ['a SELECT &AGE-', 'a NO Not a mailbox name in modified UTF-7'],
  ['a SELECT "&A', 'a BAD Quoted string without end'],
  ['a COPY 0 x', 'a BAD Number too small'],
  ['a COPY 4294967296 x', 'a BAD Number too large'],
  ['a COPY 1: x', 'a BAD Expected a number'],
  ['a COPY 1,,2 x', 'a BAD Expected a number'],
  ['a COPY -1 x', 'a BAD Expected a number'],
  ['a STORE 1 FLAGS (\\Recent)', 'a BAD No flag that a client can set'],
  ['a STORE 1 FLAGS (\\*)', 'a BAD Expected an atom'],
  ['a STORE 1 FLAG (\\Seen)', 'a BAD Unknown STORE item'],
  [`a STORE 1 FLAGS (${'x'.repeat(256)})`, 'a BAD Keyword too long'],
  ['a LIST (RECURSIVEMATCH) "" *', 'a BAD RECURSIVEMATCH needs another selection'],
  ['a LIST "" (', 'a BAD Expected a string'],
  [`a ID (${Array(31).fill('"x" NIL').join(' ')})`, 'a BAD Too much in ID'],
  [`a ${'('.repeat(60_000)}`, 'a BAD Expected an atom'],
] as const)
  test(`refused: ${JSON.stringify(line).slice(0, 60)}`, () => assert.equal(parsed(line), expected))

test('IM-15 a pattern that is no modified UTF-7 matches nothing', () => {
  const none = { name: 'LIST', patterns: [], select: [], return: [] }
  assert.deepEqual(parsed('a LIST "" &AGE-*'), { ...none, reference: '' })
  assert.deepEqual(parsed('a LIST &AGE- *'), { ...none, reference: '' })
  assert.deepEqual(parsed('a LSUB "" &Jjo'), { name: 'LSUB', reference: '', patterns: [] })
})

const append = (head: string, size = 9): unknown => {
  const command = parseAppendHead(latin1(head), size)
  return command.ok ? command.value : command.failure.text
}

test('APPEND up to its message', () => {
  const bare = { tag: 'a', name: 'APPEND', mailbox: 'INBOX' }
  assert.deepEqual(append('a APPEND inbox '), { ...bare, message: { flags: [], size: 9 } })
  assert.deepEqual(append('a append {5}\r\ninbox (\\SEEN x) '), {
    ...bare,
    message: { flags: ['\\Seen', 'x'], size: 9 },
  })
  assert.deepEqual(append('a APPEND inbox " 7-Feb-1994 21:52:25 -0830" '), {
    ...bare,
    message: { flags: [], size: 9, received: Date.UTC(1994, 1, 8, 6, 22, 25) },
  })
  const next = parseNextMessage(latin1(' () "17-JUL-2024 00:00:00 +0000" '), 5, 'a')
  assert.deepEqual(next, { ok: true, value: { flags: [], received: Date.UTC(2024, 6, 17), size: 5 } })
})

for (const [head, text] of [
  ['a APPEND inbox (\\Seen)', 'An argument is missing'],
  ['a APPEND inbox (() ', 'Expected an atom'],
  ['a APPEND inbox " 7-Feb-1994" ', 'Expected " "'],
  ['a APPEND inbox "32-Jan-1994 00:00:00 +0000" ', 'Number too large'],
  ['a APPEND inbox "29-Feb-2023 00:00:00 +0000" ', 'No such day'],
  ['a APPEND inbox "01-Foo-2023 00:00:00 +0000" ', 'No month of that name'],
  ['a APPEND inbox "01-Jan-2023 24:00:00 +0000" ', 'No such time'],
  ['a APPEND inbox "01-Jan-2023 00:0:00 +0000" ', 'Expected two digits'],
  ['a APPEND inbox "01-Jan-99999 00:00:00 +0000" ', 'Number too large'],
  ['a APPEND inbox "01-Jan-2023 00:00:00 UTC" ', 'Expected "+"'],
  ['a APPEND inbox x ', 'Too many arguments'],
] as const)
  test(`IM-07 ${head} is refused: ${text}`, () => assert.equal(append(head), text))

test('IM-07 STATUS with a broken list and APPEND without a literal end at once', () => {
  assert.equal(parsed('a STATUS x (()'), 'a BAD Expected an atom')
  assert.equal(parsed('a STATUS x ('), 'a BAD Expected an atom')
  assert.equal(parsed('a STATUS x ()'), 'a BAD Expected an atom')
  assert.equal(parsed('a STATUS x (MESSAGES'), 'a BAD Expected ")"')
  assert.equal(parsed('a APPEND x'), 'a BAD APPEND needs a message as its literal')
})

test('random and nearly right commands never throw', () => {
  const piece = fc.constantFrom(
    ...'a |UID |FETCH |SEARCH |STORE |LIST |STATUS |ID |APPEND |(|)|[|]|<|>|"|\\|{3}\r\n|{1+}\r\n|1|:|,|*|%|&|-|'.split(
      '|',
    ),
    ...'BODY[|HEADER.FIELDS |NOT |OR |CHARSET UTF-8 |FLAGS |ON |1-Jan-2020|\\Seen|RETURN |NIL|\0|\xff| '.split('|'),
  )
  const line = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.array(piece).map(all => latin1(`a ${all.join('')}`)),
  )
  fc.assert(
    fc.property(line, bytes => {
      const command = parseCommand(bytes)
      if (!command.ok) assert.match(command.failure.text, /^[\x20-\x7e]+$/)
      parseAppendHead(bytes, 1)
      parseNextMessage(bytes, 1, 'a')
    }),
    { numRuns: 5_000 },
  )
})
